"""An exported person between a page and a file of ours, block by block: it may be larger than the memory."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from ..facechain.errors import FaceChainError, PersonUnreadable
from ..facechain.people import MOST_REFERENCES
from ..facechain.person_archive import MOST_LORA_BYTES, MOST_RECORD_BYTES, MOST_REFERENCE_BYTES
from ..facechain.stored_files import BLOCK_BYTES
from .received_form import received_form

MOST_ARCHIVE_BYTES = MOST_LORA_BYTES + MOST_REFERENCES * MOST_REFERENCE_BYTES + MOST_RECORD_BYTES


async def sent_file(request: web.Request, file: Path) -> web.StreamResponse:
    """The answer whose body is `file`, after all of it went out or its receiver left: the file may be removed then."""
    response = web.StreamResponse(headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}"})
    response.content_type = "application/zip"
    response.content_length = file.stat().st_size
    await response.prepare(request)
    with file.open("rb") as stream, suppress(ConnectionError):
        while block := await asyncio.to_thread(stream.read, BLOCK_BYTES):
            await response.write(block)
        await response.write_eof()
    return response


async def received_person(request: web.Request, file: Path) -> str:
    """The field `name` of a form, empty when it has none; its field `file` is in `file` then.

    Raises InvalidSetting if the form has no file or is cut off, PersonUnreadable if a field is too large,
    FaceChainError if there is no room for it.
    """
    try:
        with file.open("wb") as stream:
            form = await received_form(request, stream, MOST_ARCHIVE_BYTES, too_large=PersonUnreadable)
    except OSError as error:
        raise FaceChainError(
            f"The file could not be stored ({error.strerror or error}). Free disk space, then import it again."
        ) from error
    return form.texts.get("name", "")
