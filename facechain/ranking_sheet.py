"""A ranking as one captioned picture, for people and for pages that show pictures only."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from . import sheet_drawing as drawing
from .geometry import ByteArray
from .previews import shrink
from .ranking_values import Outcome, RankedPortrait, Ranking
from .sheet_drawing import Canvas, Color

PICTURE_SIDE = 288
PADDING = 12
CARD_WIDTH, CARD_HEIGHT = PICTURE_SIDE + 2 * PADDING, PICTURE_SIDE + 2 * PADDING + 76
GAP = 16
MOST_COLUMNS = 5
HEADER_HEIGHT = 100
PALE = 0.5
"""How much of a dropped portrait is left: still to be judged, but clearly not chosen."""

_COLORS: dict[Outcome, Color] = {
    Outcome.KEPT: drawing.GREEN,
    Outcome.KEPT_AS_BEST: drawing.AMBER,
    Outcome.BELOW_THRESHOLD: drawing.RED,
    Outcome.BEYOND_KEEP: drawing.MUTED,
    Outcome.NO_FACE: drawing.RED,
}


def draw_ranking_sheet(ranking: Ranking, images: Sequence[ByteArray]) -> ByteArray:
    """RGB picture (height, width, 3): every portrait in ranked order with rank, likeness and what became of it.

    `images` are those that were ranked, in their input order; any sizes.
    """
    count = len(ranking.portraits)
    # Two columns at least, so that the heading has room.
    columns = max(2, min(count, MOST_COLUMNS, math.ceil(math.sqrt(count * 1.5))))
    rows = math.ceil(count / columns)
    width = columns * (CARD_WIDTH + GAP) + GAP
    sheet = np.empty((HEADER_HEIGHT + rows * (CARD_HEIGHT + GAP), width, 3), np.uint8)
    sheet[:] = drawing.PAPER
    sheet[:HEADER_HEIGHT] = _header(ranking, width)
    for place, portrait in enumerate(ranking.portraits):
        top = HEADER_HEIGHT + place // columns * (CARD_HEIGHT + GAP)
        left = GAP + place % columns * (CARD_WIDTH + GAP)
        sheet[top : top + CARD_HEIGHT, left : left + CARD_WIDTH] = _card(portrait, images[portrait.index])
    return sheet


def _header(ranking: Ranking, width: int) -> ByteArray:
    canvas = Canvas(width, HEADER_HEIGHT, drawing.PAPER)
    noun = "portrait" if len(ranking.portraits) == 1 else "portraits"
    canvas.text((GAP, 16), f"{len(ranking.kept)} of {len(ranking.portraits)} {noun} kept", 32, drawing.INK)
    if ranking.warning:
        canvas.paragraph((GAP, 58), ranking.warning.split(". ")[0], 15, drawing.AMBER, width - 2 * GAP)
    else:
        canvas.text((GAP, 60), f"Most alike first. Kept from {ranking.threshold:.0%}.", 17, drawing.MUTED)
    return canvas.pixels()


def _card(portrait: RankedPortrait, image: ByteArray) -> ByteArray:
    canvas, color = Canvas(CARD_WIDTH, CARD_HEIGHT, drawing.PAPER), _COLORS[portrait.outcome]
    canvas.card((1, 1, CARD_WIDTH - 2, CARD_HEIGHT - 2), fill=drawing.CARD, edge=color if portrait.kept else None)
    canvas.picture((PADDING, PADDING), _shown(image, is_kept=portrait.kept), PICTURE_SIDE)
    left, right, top = PADDING, CARD_WIDTH - PADDING, PICTURE_SIDE + 2 * PADDING
    canvas.text((left, top), f"#{portrait.rank}", 24, drawing.INK)
    if portrait.likeness is not None:
        canvas.text((right, top), f"{portrait.likeness:.0%} alike", 24, drawing.INK, "ra")
        canvas.bar((left, top + 34), PICTURE_SIDE, portrait.likeness, color)
    canvas.text((left, top + 48), "kept" if portrait.kept else "dropped", 16, color)
    canvas.text((right, top + 48), portrait.reason, 16, drawing.MUTED, "ra")
    return canvas.pixels()


def _shown(image: ByteArray, *, is_kept: bool) -> ByteArray:
    small = shrink(image, PICTURE_SIDE * drawing.SMOOTHING)
    if is_kept:
        return small
    return (small * PALE + np.array(drawing.CARD) * (1 - PALE)).astype(np.uint8)
