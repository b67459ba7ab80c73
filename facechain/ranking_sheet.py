"""A ranking as one captioned picture, for people and for pages that show pictures only."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from . import sheet_drawing as drawing
from .geometry import ByteArray
from .ranking_card import LARGE_CARD, SMALL_CARD, card_size, draw_ranking_card
from .ranking_report import scale_words, summary_words
from .ranking_values import Ranking
from .sheet_drawing import Canvas

GAP = 16
MOST_LARGE_CARDS = 24
"""Of more portraits the cards are small: 100 large ones would be a picture of 13 megapixels."""
TITLE_PX, TEXT_PX = 28, 16


def draw_ranking_sheet(ranking: Ranking, images: Sequence[ByteArray]) -> ByteArray:
    """RGB picture (height, width, 3): what was kept of how many, what the numbers mean, and a card per portrait.

    The cards stand in ranked order. `images` are those that were ranked, in their input order; any sizes.
    """
    count = len(ranking.portraits)
    size = card_size(ranking.portraits, LARGE_CARD if count <= MOST_LARGE_CARDS else SMALL_CARD)
    # Two columns at least, so that the heading has room.
    columns = max(2, min(count, math.ceil(math.sqrt(count * 1.5))))
    width = columns * (size.width + GAP) + GAP
    grid = np.empty((math.ceil(count / columns) * (size.height + GAP), width, 3), np.uint8)
    grid[:] = drawing.PAPER
    for place, portrait in enumerate(ranking.portraits):
        top, left = place // columns * (size.height + GAP), GAP + place % columns * (size.width + GAP)
        card = draw_ranking_card(portrait, images[portrait.index], ranking.scale.metric, size)
        grid[top : top + size.height, left : left + size.width] = card
    return np.vstack([_header(ranking, width), grid])


def _header(ranking: Ranking, width: int) -> ByteArray:
    engine = f" ({ranking.engine})" if ranking.engine else ""
    larger = min(max(width / 1500, 1.0), 2.0)  # a wide sheet is looked at from further away
    title_px, text_px = round(TITLE_PX * larger), round(TEXT_PX * larger)
    paragraphs = [
        (summary_words(ranking), title_px, drawing.INK),
        (ranking.warning, text_px, drawing.AMBER),
        (scale_words(ranking), text_px, drawing.MUTED),
        (f"Most alike first. Compared with {ranking.model_id}{engine}.", text_px, drawing.MUTED),
    ]
    inner = width - 2 * GAP
    lines = [(len(drawing.wrapped(text, px, inner)), px) for text, px, _ in paragraphs]
    height = sum(count * round(px * drawing.LINE_HEIGHT) for count, px in lines) + 2 * GAP
    canvas, top = Canvas(width, height, drawing.PAPER), float(GAP)
    for text, px, color in paragraphs:
        top = canvas.paragraph((GAP, top), text, px, color, inner)
    return canvas.pixels()
