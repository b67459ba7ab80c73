"""Fused pictures beside what they were, as one captioned picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from . import sheet_drawing as drawing
from .fused_pictures import FusedPicture, FusedPictures
from .fusion_attempt import MESH
from .geometry import ByteArray
from .previews import shrink
from .sheet_drawing import Canvas

PICTURE_SIDE = 320
PADDING = 12
GAP = 16
TEXT_HEIGHT = 118
CARD_WIDTH, CARD_HEIGHT = 2 * PICTURE_SIDE + 3 * PADDING, PICTURE_SIDE + 2 * PADDING + TEXT_HEIGHT
HEADER_HEIGHT = 72
MOST_COLUMNS = 2
VIEW_RATIO = 1.7
"""Side of what is shown over the part that changed: the face with its hair."""


def draw_fusion_sheet(targets: Sequence[ByteArray], fused: FusedPictures) -> ByteArray:
    """RGB picture (height, width, 3): of each target the face before and after, likeness and remarks.

    `targets` are the pictures that were fused, in order; any sizes. One that was left unchanged is
    shown whole, with the reason.
    """
    count = len(fused.pictures)
    columns = min(count, MOST_COLUMNS)
    rows = -(-count // columns)
    sheet = np.empty((HEADER_HEIGHT + rows * (CARD_HEIGHT + GAP), columns * (CARD_WIDTH + GAP) + GAP, 3), np.uint8)
    sheet[:] = drawing.PAPER
    sheet[:HEADER_HEIGHT] = _header(fused, sheet.shape[1])
    for place, (target, picture) in enumerate(zip(targets, fused.pictures, strict=True)):
        top = HEADER_HEIGHT + place // columns * (CARD_HEIGHT + GAP)
        left = GAP + place % columns * (CARD_WIDTH + GAP)
        sheet[top : top + CARD_HEIGHT, left : left + CARD_WIDTH] = _card(target, picture)
    return sheet


def _header(fused: FusedPictures, width: int) -> ByteArray:
    canvas = Canvas(width, HEADER_HEIGHT, drawing.PAPER)
    count, total = sum(not picture.note for picture in fused.pictures), len(fused.pictures)
    noun = "picture" if total == 1 else "pictures"
    canvas.text((GAP, 18), f"{count} of {total} {noun} fused", 32, drawing.INK)
    canvas.text((width - GAP, 30), _by_what(fused), 15, drawing.MUTED, "ra")
    return canvas.pixels()


def _by_what(fused: FusedPictures) -> str:
    """The networks that took part, for example "inswapper_128, gfpgan_1.4"; empty for the mesh fusion alone."""
    ran = [name for picture in fused.pictures for name in (picture.method, picture.restorer)]
    return ", ".join(name for name in dict.fromkeys(ran) if name not in (MESH, ""))


def _card(target: ByteArray, picture: FusedPicture) -> ByteArray:
    canvas = Canvas(CARD_WIDTH, CARD_HEIGHT, drawing.PAPER)
    edge = drawing.AMBER if picture.note else drawing.GREEN
    canvas.card((1, 1, CARD_WIDTH - 2, CARD_HEIGHT - 2), fill=drawing.CARD, edge=edge)
    rows, columns = _shown(picture)
    for place, pixels in enumerate((target, picture.image)):
        part = shrink(pixels[rows, columns], PICTURE_SIDE * drawing.SMOOTHING)
        canvas.picture((PADDING + place * (PICTURE_SIDE + PADDING), PADDING), part, PICTURE_SIDE)
    _caption(canvas, picture)
    return canvas.pixels()


def _caption(canvas: Canvas, picture: FusedPicture) -> None:
    left, right, top = PADDING, CARD_WIDTH - PADDING, PICTURE_SIDE + 2 * PADDING - 2
    canvas.text((left, top), "before", 15, drawing.MUTED)
    canvas.text((right, top), "left unchanged" if picture.note else "after", 15, drawing.MUTED, "ra")
    if picture.likeness_before is not None and picture.likeness_after is not None:
        likeness = f"{picture.likeness_before:.0%} to {picture.likeness_after:.0%} alike"
        canvas.text((CARD_WIDTH / 2, top), likeness, 20, drawing.INK, "ma")
    text = picture.note or " ".join(picture.remarks)
    canvas.paragraph((left, top + 32), text, 15, drawing.AMBER if picture.note else drawing.MUTED, right - left)


def _shown(picture: FusedPicture) -> tuple[slice, slice]:
    """The square around what changed, as far as the picture has it; all of a picture that did not change."""
    height, width = picture.mask.shape
    if not picture.mask.any():
        return slice(0, height), slice(0, width)
    rows, columns = np.nonzero(picture.mask.any(1))[0], np.nonzero(picture.mask.any(0))[0]
    half = VIEW_RATIO / 2 * max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
    (top, bottom), (left, right) = (
        (round((places[0] + places[-1]) / 2 - half), round((places[0] + places[-1]) / 2 + half))
        for places in (rows, columns)
    )
    return slice(max(top, 0), min(bottom, height)), slice(max(left, 0), min(right, width))
