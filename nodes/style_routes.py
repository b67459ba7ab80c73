"""What our scripts ask the server for to change the style library: import, deletion, the LoRA file of a style."""

from __future__ import annotations

import asyncio
import io
import uuid
from pathlib import Path

from aiohttp import web

from ..facechain.added_lora import MOST_BYTES, add_style_lora, cannot_be_stored, required_lora, upload_folder
from ..facechain.errors import InvalidSetting
from ..facechain.person_files import try_remove
from ..facechain.stored_files import DRAFT_SUFFIX
from ..facechain.style_file import MOST_BYTES as MOST_STYLE_BYTES
from ..facechain.style_library import CLASHES, Clash
from ..facechain.style_upload import read_uploaded_style
from ..facechain.styles import StyleCatalog
from . import host
from .guarded import guarded, texts_of
from .one_change import OneChange
from .received_form import received_form
from .style_places import first_sights, library, tell_pages

_changes = OneChange()


def register_style_routes(routes: web.RouteTableDef) -> None:
    """Puts our handlers into the server's table; the host serves each below /api as well."""
    routes.post("/facechain/styles/import")(guarded(_import))
    routes.post("/facechain/styles/delete")(guarded(_delete))
    routes.post("/facechain/styles/{id}/lora")(guarded(_add_lora))


async def _import(request: web.Request) -> web.Response:
    content = io.BytesIO()
    form = await received_form(request, content, MOST_STYLE_BYTES)
    clash, family = _clash(form.texts.get("clash", "ask")), form.texts.get("family", "sd15")
    style = await asyncio.to_thread(read_uploaded_style, form.file_name, content.getvalue(), family)
    taken = await _changes.make(library().take, style, clash)
    return _changed({"style": taken.id, "title": taken.title.en, "title_zh": taken.title.zh})


async def _delete(request: web.Request) -> web.Response:
    (style_id,) = await texts_of(request, "id")
    await _changes.make(library().delete, style_id)
    return _changed({"deleted": style_id})


async def _add_lora(request: web.Request) -> web.Response:
    style = await asyncio.to_thread(StyleCatalog(host.style_folders()).load, request.match_info["id"])
    lora = required_lora(style)
    folder = await asyncio.to_thread(upload_folder, host.lora_folders())
    draft = folder / f".{lora.file}.{uuid.uuid4().hex[:8]}{DRAFT_SUFFIX}"
    try:
        file = await _changes.make(add_style_lora, style, draft, await _received(request, draft), first_sights())
    finally:
        try_remove(draft)  # of a stopped upload, or a file that is not the one
    return _changed({"style": style.id, "lora": file.name})


async def _received(request: web.Request, draft: Path) -> str:
    """What the sender calls the file that is in `draft` now. Raises FaceChainError if there is no room for it."""
    try:
        with draft.open("xb") as stream:
            return (await received_form(request, stream, MOST_BYTES)).file_name
    except OSError as error:
        raise cannot_be_stored(error) from error


def _clash(word: str) -> Clash:
    for clash in CLASHES:
        if clash == word:
            return clash
    raise InvalidSetting(f'What to do at a clash is "{word[:40]}". Choose one of: {", ".join(CLASHES)}.')


def _changed(change: dict[str, str]) -> web.Response:
    """`change` as the answer, after every open page was told."""
    tell_pages(change)
    return web.json_response(change)
