"""The verdicts of the photos in HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .demo_html import Html, figure, join, table, tag

Json = Mapping[str, Any]
ACCEPTED = "accepted"


def verdict_table(photos: Sequence[Json]) -> Html:
    """One row per photo."""
    rows = [(_title(photo), chip(photo["code"]), _words(photo), _percent(photo["likeness"])) for photo in photos]
    return table(("photo", "verdict", "reason and advice", "likeness"), rows)


def crops(photos: Json) -> Html:
    """The crop of every accepted photo."""
    accepted = [photo for photo in photos["photos"] if photo["code"] == ACCEPTED]
    shown = (
        figure(file, f"Crop of photo {photo['photo']}", f"photo {photo['photo']}", tag("small", photo["shows"]))
        for file, photo in zip(photos["crops"], accepted, strict=True)
    )
    return tag("div", *shown, class_="grid")


def chip(code: str) -> Html:
    """The verdict in a word."""
    return tag("span", code.replace("_", " "), class_="chip good" if code == ACCEPTED else "chip bad")


def _title(photo: Json) -> Html:
    return join(str(photo["photo"]), " ", tag("small", photo["shows"]))


def _words(photo: Json) -> Html:
    return join(photo["reason"], " ", tag("small", photo["advice"]))


def _percent(likeness: float | None) -> str:
    return "" if likeness is None else f"{likeness:.0%}"
