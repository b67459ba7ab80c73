"""An exported person between a page and a file of ours, block by block: it may be larger than the memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

from aiohttp import BodyPartReader, web
from aiohttp.http import HttpProcessingError

from ..facechain.errors import InvalidSetting, PersonUnreadable
from ..facechain.people import MOST_REFERENCES
from ..facechain.person_archive import MOST_LORA_BYTES, MOST_RECORD_BYTES, MOST_REFERENCE_BYTES, SUFFIX
from ..facechain.stored_files import BLOCK_BYTES

MOST_ARCHIVE_BYTES = MOST_LORA_BYTES + MOST_REFERENCES * MOST_REFERENCE_BYTES + MOST_RECORD_BYTES
MOST_NAME_BYTES = 1000
"""Of the form's field; what a folder is called has at most 64."""


async def sent_file(request: web.Request, file: Path) -> web.StreamResponse:
    """The answer whose body is `file`, after all of it went out: the file may be removed then."""
    response = web.StreamResponse(headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}"})
    response.content_type = "application/zip"
    response.content_length = file.stat().st_size
    await response.prepare(request)
    with file.open("rb") as stream:
        while block := await asyncio.to_thread(stream.read, BLOCK_BYTES):
            await response.write(block)
    await response.write_eof()
    return response


async def received_person(request: web.Request, file: Path) -> str:
    """The field `name` of a form, empty when it has none; its field `file` is in `file` then.

    Raises InvalidSetting if the form has no file or is cut off, PersonUnreadable if a field is too large.
    """
    if request.content_type != "multipart/form-data":
        raise InvalidSetting("The request is no form. Send it with the content type multipart/form-data.")
    name = ""
    try:
        form = await request.multipart()
        while part := await form.next():
            if isinstance(part, BodyPartReader) and part.name == "file":
                with file.open("wb") as stream:
                    async for block in _blocks(part, MOST_ARCHIVE_BYTES):
                        await asyncio.to_thread(stream.write, block)
            elif isinstance(part, BodyPartReader) and part.name == "name":
                name = b"".join([block async for block in _blocks(part, MOST_NAME_BYTES)]).decode()
    except (ValueError, HttpProcessingError) as error:
        raise InvalidSetting(f"The request is no whole form ({error}). Send it again.") from error
    if not file.is_file():
        raise InvalidSetting(f'The form has no file. Send an exported person, a {SUFFIX} file, as its field "file".')
    return name


async def _blocks(part: BodyPartReader, most_bytes: int) -> AsyncIterator[bytes]:
    received = 0
    while block := await part.read_chunk(BLOCK_BYTES):
        received += len(block)
        if received > most_bytes:
            raise PersonUnreadable(
                f'"{part.name}" is larger than {most_bytes:,} bytes. Choose the export of one person and a short name.'
            )
        yield block
