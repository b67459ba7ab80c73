"""What our scripts ask the server for the people library: list, pictures, export, import, rename, delete."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from aiohttp import web

from ..facechain.people_changes import import_person, rename_person
from ..facechain.people_listing import best_reference, people_listing
from ..facechain.person_archive import SUFFIX, export_person
from ..facechain.training.person_deletion import PersonPlaces, delete_every_trace, deletion_listing
from ..facechain.training.person_traces import TracePlaces
from . import host
from .guarded import guarded, texts_of
from .one_change import OneChange
from .person_transfer import received_person, sent_file
from .routes import answered

_changes = OneChange()


def register_people_routes(routes: web.RouteTableDef) -> None:
    """Puts our handlers into the server's table; the host serves each below /api as well."""
    routes.get("/facechain/people")(answered(_people))
    routes.get("/facechain/people/{slug}/reference.png")(answered(_reference))
    routes.get("/facechain/people/{slug}/traces")(answered(_traces))
    routes.get("/facechain/people/{slug}/export")(answered(_export))
    routes.post("/facechain/people/import")(guarded(_import))
    routes.post("/facechain/people/rename")(guarded(_rename))
    routes.post("/facechain/people/delete")(guarded(_delete))


async def _people(request: web.Request) -> web.Response:
    return web.json_response(await asyncio.to_thread(people_listing, host.people_folders()))


async def _reference(request: web.Request) -> web.Response:
    picture = await asyncio.to_thread(best_reference, request.match_info["slug"], host.people_folders())
    # The address stays when the person is trained again.
    return web.Response(body=picture, content_type="image/png", headers={"Cache-Control": "no-cache"})


async def _traces(request: web.Request) -> web.Response:
    return web.json_response(await asyncio.to_thread(deletion_listing, request.match_info["slug"], _places()))


async def _export(request: web.Request) -> web.StreamResponse:
    person = await asyncio.to_thread(host.people_store().load_person, request.match_info["slug"])
    with _temporary_folder() as folder:
        file = Path(folder) / f"{person.slug}{SUFFIX}"
        await asyncio.to_thread(export_person, person, file)
        return await sent_file(request, file)


async def _import(request: web.Request) -> web.Response:
    with _temporary_folder() as folder:
        file = Path(folder) / f"upload{SUFFIX}"
        name = await received_person(request, file)
        person = await _changes.make(import_person, host.people_store(), file, name)
    return _changed({"person": person.slug, "display_name": person.display_name})


async def _rename(request: web.Request) -> web.Response:
    slug, name = await texts_of(request, "slug", "name")
    person = await _changes.make(rename_person, host.people_store(), slug, name)
    return _changed({"person": person.slug, "display_name": person.display_name, "renamed_from": slug})


async def _delete(request: web.Request) -> web.Response:
    (slug,) = await texts_of(request, "slug")
    await _changes.make(delete_every_trace, slug, _places())
    return _changed({"deleted": slug})


def _changed(change: dict[str, Any]) -> web.Response:
    """`change` as the answer, after every open page was told."""
    host.send_event("people_changed", change)
    return web.json_response(change)


def _places() -> PersonPlaces:
    uploads = host.input_path("facechain")
    traces = TracePlaces(host.private_folder("datasets"), host.private_folder("jobs"), uploads)
    return PersonPlaces(host.people_folders(), traces, host.temporary_folder())


def _temporary_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="person-", dir=host.temporary_folder(), ignore_cleanup_errors=True)
