"""A picture that shows at a glance which models run, and what the others wait for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np

from . import sheet_drawing as drawing
from .geometry import ByteArray
from .sheet_drawing import Canvas, Color

WIDTH = 1408
GAP = 16
GROUP_HEIGHT = 58
ROW_PADDING = 12
LINE_HEIGHT = 22
_ID_LEFT, _LICENCE_LEFT, _PLACE_LEFT = 62, 360, 790
_LICENCE_WIDTH, _PLACE_WIDTH = _PLACE_LEFT - _LICENCE_LEFT - GAP, WIDTH - GAP - _PLACE_LEFT - 20
_TEXT, _SMALL = 17, 15
_KNOWN_COLUMNS = 2


class Tone(Enum):
    """What a state means to a person. Values are stable codes."""

    RUNS = "runs"
    REMARK = "remark"
    """It runs, but something is worth knowing."""
    LICENCE = "licence"
    """Somebody has to accept its licence first."""
    WAITS = "waits"
    """Something has to be fetched or installed first."""
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model in words."""

    id: str
    state: str
    tone: Tone
    is_in_use: bool
    """True for the one that "auto" takes."""
    facts: str
    """Size, and what is known of its content."""
    licence: str
    use: str
    """Whether it may be used commercially."""
    is_restricted: bool
    place: str
    """Below the models folder."""
    advice: str
    """What to do; empty when there is nothing to do."""
    links: tuple[str, ...]
    """Addresses that are needed to do it, a line each."""


@dataclass(frozen=True, slots=True)
class ModelGroup:
    """The models of one role, in the order of preference."""

    role: str
    in_use: str
    """One sentence: which one runs now."""
    rows: tuple[ModelRow, ...]


@dataclass(frozen=True, slots=True)
class ModelsOverview:
    """Every model of the catalogue on this installation."""

    headline: str
    remarks: tuple[tuple[str, Tone], ...]
    """Sentences below the headline."""
    groups: tuple[ModelGroup, ...]
    known: tuple[str, ...]
    """Models that this version does not run, a line each."""

    def __repr__(self) -> str:
        return f"ModelsOverview({self.headline})"


_COLORS: dict[Tone, Color] = {
    Tone.RUNS: drawing.GREEN,
    Tone.REMARK: drawing.AMBER,
    Tone.LICENCE: drawing.AMBER,
    Tone.WAITS: drawing.MUTED,
    Tone.BROKEN: drawing.RED,
}
_MARKS = {Tone.REMARK: "!", Tone.LICENCE: "?"}


def draw_models_sheet(overview: ModelsOverview) -> ByteArray:
    """RGB picture (height, 1408, 3): a group per role with what runs now on top, at the end what is only known."""
    parts = [_header(overview)]
    for group in overview.groups:
        parts.append(_group_head(group))
        parts += [_row(row) for row in sorted(group.rows, key=lambda row: not row.is_in_use)]
    return np.vstack([*parts, _known(overview.known)])


def _header(overview: ModelsOverview) -> ByteArray:
    lines = [(line, tone) for text, tone in overview.remarks for line in drawing.wrapped(text, _TEXT, WIDTH - 2 * GAP)]
    canvas = Canvas(WIDTH, 76 + len(lines) * 26, drawing.PAPER)
    canvas.text((GAP, 20), overview.headline, 36, drawing.INK)
    for place, (line, tone) in enumerate(lines):
        color = drawing.MUTED if tone is Tone.RUNS else _COLORS[tone]
        canvas.text((GAP, 72 + 26 * place), line, _TEXT, color)
    return canvas.pixels()


def _group_head(group: ModelGroup) -> ByteArray:
    canvas = Canvas(WIDTH, GROUP_HEIGHT, drawing.PAPER)
    canvas.text((GAP, GROUP_HEIGHT - 12), group.role, 25, drawing.INK, "ls")
    runs = any(row.is_in_use for row in group.rows)
    at = (WIDTH - GAP, GROUP_HEIGHT - 12)
    canvas.text(at, group.in_use, _TEXT, drawing.MUTED if runs else drawing.AMBER, "rs")
    return canvas.pixels()


def _row(row: ModelRow) -> ByteArray:
    licence = drawing.wrapped(row.licence, _TEXT, _LICENCE_WIDTH)
    advice = drawing.wrapped(row.advice, _SMALL, _PLACE_WIDTH)
    lines = max(2, len(licence) + 1, len(advice) + 1)
    height = (lines + len(row.links)) * LINE_HEIGHT + 2 * ROW_PADDING + (5 if row.links else 0)
    canvas, color = Canvas(WIDTH, height + 8, drawing.PAPER), _COLORS[row.tone]
    edge = drawing.GREEN if row.is_in_use else None
    canvas.card((GAP, 0, WIDTH - GAP - 1, height - 1), fill=drawing.CARD, edge=edge)
    _sign(canvas, (GAP + 24, ROW_PADDING + LINE_HEIGHT), row.tone)
    canvas.text((_ID_LEFT, ROW_PADDING), row.id, 19, drawing.INK)
    canvas.text((_ID_LEFT, ROW_PADDING + LINE_HEIGHT), row.state, _TEXT, color)
    for place, line in enumerate(licence):
        canvas.text((_LICENCE_LEFT, ROW_PADDING + place * LINE_HEIGHT), line, _TEXT, drawing.INK)
    use = drawing.AMBER if row.is_restricted else drawing.MUTED
    canvas.text((_LICENCE_LEFT, ROW_PADDING + len(licence) * LINE_HEIGHT), row.use, _SMALL, use)
    canvas.text((_PLACE_LEFT, ROW_PADDING), row.place, _SMALL, drawing.MUTED)
    canvas.text((WIDTH - GAP - 16, ROW_PADDING), row.facts, _SMALL, drawing.MUTED, "ra")
    for place, line in enumerate(advice, 1):
        canvas.text((_PLACE_LEFT, ROW_PADDING + place * LINE_HEIGHT), line, _SMALL, drawing.INK)
    for place, line in enumerate(row.links, lines):
        canvas.text((_ID_LEFT, ROW_PADDING + place * LINE_HEIGHT + 5), line, _SMALL, drawing.MUTED)
    return canvas.pixels()


def _sign(canvas: Canvas, center: tuple[float, float], tone: Tone) -> None:
    """Told apart without seeing colour: discs with a tick or a cross, squares that are full, marked or empty."""
    x, y = center
    if tone in (Tone.RUNS, Tone.BROKEN):
        canvas.badge(center, 13, tone is Tone.RUNS)
        return
    fill = drawing.AMBER if tone is Tone.REMARK else drawing.CARD
    canvas.card((x - 12, y - 12, x + 12, y + 12), fill=fill, edge=_COLORS[tone])
    if tone in _MARKS:
        canvas.text(center, _MARKS[tone], 18, drawing.CARD if fill == drawing.AMBER else _COLORS[tone], "mm")


def _known(known: tuple[str, ...]) -> ByteArray:
    if not known:
        return Canvas(WIDTH, GAP, drawing.PAPER).pixels()
    rows = math.ceil(len(known) / _KNOWN_COLUMNS)
    canvas = Canvas(WIDTH, GROUP_HEIGHT + rows * LINE_HEIGHT + GAP, drawing.PAPER)
    canvas.text((GAP, GROUP_HEIGHT - 12), "Known, but not run by this version", _TEXT, drawing.MUTED, "ls")
    for place, line in enumerate(known):
        left = GAP + place // rows * WIDTH / _KNOWN_COLUMNS
        canvas.text((left, GROUP_HEIGHT + place % rows * LINE_HEIGHT), line, _SMALL, drawing.MUTED)
    return canvas.pixels()
