"""One ranked portrait on a card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from . import sheet_drawing as drawing
from .embeddings import Metric
from .geometry import ByteArray
from .previews import shrink
from .ranking_report import raw_words
from .ranking_values import Outcome, RankedPortrait
from .sheet_drawing import Canvas, Color

PADDING = 12
PALE = 0.5
"""How much of a dropped portrait is left: still to be judged, but clearly not chosen."""

_COLORS: dict[Outcome, Color] = {
    Outcome.KEPT: drawing.GREEN,
    Outcome.KEPT_AS_BEST: drawing.AMBER,
    Outcome.BELOW_THRESHOLD: drawing.RED,
    Outcome.NO_FACE: drawing.RED,
}
"""Those that may be alike, but were not asked for, are grey."""


@dataclass(frozen=True, slots=True)
class CardSize:
    """Measures of a card, in pixels."""

    picture: int
    """Side of the square in which the portrait stands."""
    title: int
    """Height of the line with rank and likeness."""
    text: int
    lines: int = 1
    """Of the reason."""

    @property
    def width(self) -> int:
        """Of the whole card."""
        return self.picture + 2 * PADDING

    @property
    def height(self) -> int:
        """Of the whole card."""
        text = self.lines * round(self.text * drawing.LINE_HEIGHT)
        return self.picture + 3 * PADDING + round(self.title * drawing.LINE_HEIGHT) + text + 10


LARGE_CARD = CardSize(picture=288, title=22, text=16)
SMALL_CARD = CardSize(picture=168, title=14, text=12)


def card_size(portraits: Sequence[RankedPortrait], size: CardSize) -> CardSize:
    """`size` with as many lines as the longest reason of `portraits` takes."""
    lines = max(len(_end_lines(portrait, size)) for portrait in portraits)
    return replace(size, lines=lines)


def draw_ranking_card(portrait: RankedPortrait, image: ByteArray, metric: Metric, size: CardSize) -> ByteArray:
    """RGB (size.height, size.width, 3): the portrait, its rank, its likeness beside the raw number, its end."""
    color = _COLORS.get(portrait.outcome, drawing.MUTED)
    canvas = Canvas(size.width, size.height, drawing.PAPER)
    edge = color if portrait.kept else None
    canvas.card((1, 1, size.width - 2, size.height - 2), fill=drawing.CARD, edge=edge)
    canvas.picture((PADDING, PADDING), _shown(image, size.picture, is_kept=portrait.kept), size.picture)
    left, right, top = PADDING, size.width - PADDING, size.picture + PADDING + PADDING // 2
    canvas.text((left, top), f"#{portrait.rank}", size.title, drawing.INK)
    bar_top = top + round(size.title * drawing.LINE_HEIGHT)
    if portrait.likeness is not None and portrait.raw is not None:
        words = f"{portrait.likeness:.0%} · {raw_words(portrait.raw, metric)}"
        canvas.text((right, top), words, size.title, drawing.INK, "ra")
        canvas.bar((left, bar_top), size.picture, portrait.likeness, color)
    for place, line in enumerate(_end_lines(portrait, size)):
        line_top = bar_top + 12 + place * round(size.text * drawing.LINE_HEIGHT)
        canvas.text((left, line_top), line, size.text, color)
    return canvas.pixels()


def _end_lines(portrait: RankedPortrait, size: CardSize) -> list[str]:
    word = "kept" if portrait.kept else "dropped"
    if portrait.outcome is Outcome.KEPT_AS_BEST:
        words = portrait.reason  # it begins with "kept"
    else:
        words = f"{word} · {portrait.reason}" if portrait.reason else word
    return drawing.wrapped(words, size.text, size.picture)


def _shown(image: ByteArray, side_px: int, *, is_kept: bool) -> ByteArray:
    small = shrink(image, side_px * drawing.SMOOTHING)
    if is_kept:
        return small
    return (small * PALE + np.array(drawing.CARD) * (1 - PALE)).astype(np.uint8)
