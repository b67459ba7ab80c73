"""Requests that change something: only of ComfyUI's own page and of programs, never of another site."""

from __future__ import annotations

import json

from aiohttp import web

from ..facechain.errors import InvalidSetting
from .routes import Handler, answered, is_of_our_page, problem


def guarded(handler: Handler) -> Handler:
    """`handler` for requests of ComfyUI's own page and of programs only."""
    answer = answered(handler)

    async def guard(request: web.Request) -> web.StreamResponse:
        if not is_of_our_page(request):
            return problem(403, "cross_site_request", "Another site asked for this. Do it in ComfyUI's own page.")
        return await answer(request)

    return guard


async def texts_of(request: web.Request, *keys: str) -> list[str]:
    """The texts of a JSON object by `keys`. Raises InvalidSetting unless all are there."""
    # No form of another site can send this type without asking the server first, which answers no.
    if request.content_type != "application/json":
        raise InvalidSetting("The request is no JSON. Send it with the content type application/json.")
    try:
        content = json.loads(await request.read())
        values = [content[key] for key in keys]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InvalidSetting(f"The request is incomplete. Send a JSON object with: {', '.join(keys)}.") from error
    if not all(isinstance(value, str) for value in values):
        raise InvalidSetting(f"The request holds something else than texts. Send these as texts: {', '.join(keys)}.")
    return values
