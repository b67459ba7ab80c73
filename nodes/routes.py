"""What our scripts ask the server for: the libraries with their pictures, licences, and an early end of a training."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from ..facechain.errors import (
    FaceChainError,
    InvalidSetting,
    ModelUnavailable,
    PersonExists,
    PersonNotFound,
    PoseNotFound,
    StyleExists,
    StyleNotFound,
    TrainingBusy,
)
from ..facechain.library_listing import pose_listing, pose_picture, style_preview
from ..facechain.providers.model_listing import accept_licence, model_listing
from ..facechain.training.process import stop_and_keep
from . import host
from .style_places import listed_styles

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

JOB_ID = re.compile(r"[0-9a-f]{16}")
NOT_FOUND = (StyleNotFound, PoseNotFound, ModelUnavailable, PersonNotFound)
CONFLICT = (PersonExists, StyleExists, TrainingBusy)


def register_routes(routes: web.RouteTableDef) -> None:
    """Puts our handlers into the server's table; the host serves each below /api as well."""
    routes.get("/facechain/styles")(answered(_styles))
    routes.get("/facechain/styles/{id}/preview")(answered(_style_preview))
    routes.get("/facechain/poses")(answered(_poses))
    routes.get("/facechain/poses/{id}.png")(answered(_pose_picture))
    routes.get("/facechain/models")(answered(_models))
    routes.post("/facechain/licences/accept")(answered(_accept_licence))
    routes.post("/facechain/training/stop")(answered(_stop_training))


def answered(handler: Handler) -> Handler:
    """`handler`, whose FaceChainErrors become JSON with their code and message."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except FaceChainError as error:
            return problem(_status_of(error), error.code, str(error))

    return answer


def _status_of(error: FaceChainError) -> int:
    if isinstance(error, NOT_FOUND):
        return 404
    return 409 if isinstance(error, CONFLICT) else 400


def problem(status: int, code: str, message: str) -> web.Response:
    """A refusal: its HTTP status, a stable code for scripts, and words for a person."""
    return web.json_response({"code": code, "message": message}, status=status)


async def _styles(request: web.Request) -> web.Response:
    return web.json_response(await asyncio.to_thread(listed_styles))


async def _style_preview(request: web.Request) -> web.FileResponse:
    picture = await asyncio.to_thread(style_preview, request.match_info["id"], host.style_folders())
    # The address stays when the style is saved with another picture.
    return web.FileResponse(picture, headers={"Cache-Control": "no-cache"})


async def _poses(request: web.Request) -> web.Response:
    return web.json_response(await asyncio.to_thread(pose_listing, host.pose_folders()))


async def _pose_picture(request: web.Request) -> web.Response:
    picture = await asyncio.to_thread(pose_picture, request.match_info["id"], host.pose_folders())
    return web.Response(body=picture, content_type="image/png")


async def _models(request: web.Request) -> web.Response:
    return web.json_response({"models": await asyncio.to_thread(model_listing, host.model_locations())})


async def _accept_licence(request: web.Request) -> web.Response:
    if not is_of_our_page(request):
        return problem(403, "cross_site_request", "Another site asked for this. Accept it in ComfyUI's own page.")
    # No form of another site can send it without asking the server first, which answers no.
    if request.content_type != "application/json":
        return problem(415, "not_json", "The request is no JSON. Send it with the content type application/json.")
    role, id = _role_and_id(await request.read())
    entry = await asyncio.to_thread(accept_licence, role, id, host.model_locations())
    return web.json_response({"role": entry.role.value, "id": entry.id, "licence": entry.licence})


def is_of_our_page(request: web.Request) -> bool:
    """True for requests of ComfyUI's own page and of programs, False for those of any other site.

    Stricter than the host, which lets other ports of one machine through, and other sites on a network.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        return site == "same-origin"
    return origin is None or urlsplit(origin).netloc.lower() == request.host.lower()


def _role_and_id(body: bytes) -> tuple[str, str]:
    try:
        content = json.loads(body)
        role, id = content["role"], content["id"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InvalidSetting(
            'The request names no model. Send JSON such as {"role": "face analyzer", "id": "buffalo_l"}.'
        ) from error
    if not (isinstance(role, str) and isinstance(id, str)):
        raise InvalidSetting("A model is named by two texts. Send role and id as GET /facechain/models lists them.")
    return role, id


async def _stop_training(request: web.Request) -> web.Response:
    job = _job_id(await request.read())
    folder = host.private_folder("jobs") / job
    if not folder.is_dir():
        return problem(404, "training_not_found", f"There is no training {job} on this machine. Queue it again.")
    await asyncio.to_thread(stop_and_keep, folder)
    return web.json_response({"job": job})


def _job_id(body: bytes) -> str:
    """The job that a request names. Its exact form keeps the request inside the jobs folder."""
    try:
        job = json.loads(body)["job"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InvalidSetting('The request names no training. Send JSON such as {"job": "0123456789abcdef"}.') from error
    if not isinstance(job, str) or not JOB_ID.fullmatch(job):
        raise InvalidSetting("A training is named by 16 hexadecimal digits. Send the job of its events.")
    return job
