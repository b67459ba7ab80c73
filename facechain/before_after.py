"""Retouched skin beside what it was, as one captioned picture."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from . import sheet_drawing as drawing
from .geometry import Box, ByteArray, Size
from .retouch_faces import RetouchedPicture
from .sheet_drawing import Canvas

PICTURE_SIDE = 320
PADDING, GAP = 12, 16
CARD_WIDTH, CARD_HEIGHT = 2 * PICTURE_SIDE + 3 * PADDING, PICTURE_SIDE + 2 * PADDING + 28
HEADER_HEIGHT = 84
MOST_CARDS = 12
"""More would be too small to see on a page; the heading says how many are left out."""
_MARGIN_RATIO = 0.08
"""Of the skin's longer side: what is shown around it."""


def draw_before_after(pictures: Sequence[RetouchedPicture], strength: float) -> ByteArray:
    """RGB picture (height, width, 3): the skin of every picture, enlarged, before and after."""
    shown = pictures[:MOST_CARDS]
    columns = 1 if len(shown) < 3 else 2
    rows = math.ceil(len(shown) / columns)
    width = columns * (CARD_WIDTH + GAP) + GAP
    sheet = np.empty((HEADER_HEIGHT + rows * (CARD_HEIGHT + GAP), width, 3), np.uint8)
    sheet[:] = drawing.PAPER
    sheet[:HEADER_HEIGHT] = _header(len(pictures), strength, width)
    for place, picture in enumerate(shown):
        top = HEADER_HEIGHT + place // columns * (CARD_HEIGHT + GAP)
        left = GAP + place % columns * (CARD_WIDTH + GAP)
        sheet[top : top + CARD_HEIGHT, left : left + CARD_WIDTH] = _card(picture)
    return sheet


def _header(count: int, strength: float, width: int) -> ByteArray:
    canvas = Canvas(width, HEADER_HEIGHT, drawing.PAPER)
    canvas.text((GAP, 14), "1 picture retouched" if count == 1 else f"{count} pictures retouched", 30, drawing.INK)
    more = f" The first {MOST_CARDS} are shown." if count > MOST_CARDS else ""
    canvas.text((GAP, 52), f"Strength {strength:.2f}. Each before and after.{more}", 17, drawing.MUTED)
    return canvas.pixels()


def _card(picture: RetouchedPicture) -> ByteArray:
    canvas = Canvas(CARD_WIDTH, CARD_HEIGHT, drawing.PAPER)
    canvas.card((1, 1, CARD_WIDTH - 2, CARD_HEIGHT - 2), fill=drawing.CARD)
    square = _square_around(picture.focus, Size.of(picture.before))
    for place, (name, pixels) in enumerate((("before", picture.before), ("after", picture.after))):
        left = PADDING + place * (PICTURE_SIDE + PADDING)
        canvas.picture((left, PADDING), pixels[square], PICTURE_SIDE)
        canvas.text((left, PICTURE_SIDE + 2 * PADDING), name, 17, drawing.MUTED)
    return canvas.pixels()


def _square_around(focus: Box, size: Size) -> tuple[slice, slice]:
    """Rows and columns of the part that is shown: a square as far as the picture allows."""
    half = max(focus.width, focus.height) * (0.5 + _MARGIN_RATIO)
    x, y = focus.center
    part = Box(x - half, y - half, x + half, y + half).clipped(size)
    return slice(int(part.y1), math.ceil(part.y2)), slice(int(part.x1), math.ceil(part.x2))
