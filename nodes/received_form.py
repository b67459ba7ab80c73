"""A form with one file between a page and a stream of ours, block by block: it may be larger than the memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import BinaryIO

from aiohttp import BodyPartReader, web
from aiohttp.http import HttpProcessingError

from ..facechain.errors import FaceChainError, InvalidSetting
from ..facechain.stored_files import BLOCK_BYTES

MOST_TEXT_BYTES = 1000
LONGEST_NAME = 100
"""Of a file in a message."""


@dataclass(slots=True)
class ReceivedForm:
    """What a form said besides the content of its file."""

    file_name: str = ""
    """As its sender calls the file, without folders; empty when it has none."""
    texts: dict[str, str] = field(default_factory=dict)


async def received_form(
    request: web.Request, stream: BinaryIO, most_bytes: int, too_large: type[FaceChainError] = InvalidSetting
) -> ReceivedForm:
    """The texts of a form, whose field `file` is in `stream` then.

    Raises InvalidSetting if the form is none, has no file or is cut off; `too_large` if a field is;
    OSError if `stream` cannot be written.
    """
    if request.content_type != "multipart/form-data":
        raise InvalidSetting("The request is no form. Send it with the content type multipart/form-data.")
    if (request.content_length or 0) > most_bytes + 100 * MOST_TEXT_BYTES:  # refused before a byte of it is stored
        raise too_large(_too_large("file", most_bytes))
    form = ReceivedForm()
    try:
        parts = await request.multipart()
        while part := await parts.next():
            if not isinstance(part, BodyPartReader):
                continue
            if part.name == "file":
                form.file_name = _plain(part.filename)
                async for block in _blocks(part, most_bytes, too_large):
                    await asyncio.to_thread(stream.write, block)
            elif part.name:
                blocks = [block async for block in _blocks(part, MOST_TEXT_BYTES, too_large)]
                form.texts[part.name] = b"".join(blocks).decode()
    except (ValueError, HttpProcessingError, ConnectionError) as error:  # the last: its sender went away
        raise InvalidSetting(f"The request is no whole form ({error}). Send it again.") from error
    if not form.file_name:
        raise InvalidSetting('The form has no file. Send one as its field "file".')
    return form


def _plain(name: str | None) -> str:
    return (name or "").replace("\\", "/").rpartition("/")[2][-LONGEST_NAME:] or "file"


async def _blocks(part: BodyPartReader, most_bytes: int, too_large: type[FaceChainError]) -> AsyncIterator[bytes]:
    received = 0
    while block := await part.read_chunk(BLOCK_BYTES):
        received += len(block)
        if received > most_bytes:
            raise too_large(_too_large(part.name or "", most_bytes))
        yield block


def _too_large(name: str, most_bytes: int) -> str:
    return f'The field "{name}" of the form is larger than {most_bytes:,} bytes. Send a smaller one.'
