"""An ID photo with its measures drawn in, for people to look at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from . import sheet_drawing as drawing
from .geometry import ByteArray
from .id_photo import IdPhoto
from .id_photo_remarks import Remark
from .id_photo_standards import Allowed
from .sheet_drawing import Canvas, Color

PHOTO_HEIGHT = 640
PANEL_WIDTH = 420
GAP, HEADER_HEIGHT = 24, 76
_DASH = 9
"""Pixels of a dash and of the space after it."""


def draw_guide(photo: IdPhoto, remarks: Sequence[Remark]) -> ByteArray:
    """RGB picture (height, width, 3): the photo with crown, eye line and chin, their measures, and all remarks.

    Guides of one standard have one size.
    """
    scale = PHOTO_HEIGHT / photo.image.shape[0]
    photo_width = round(photo.image.shape[1] * scale)
    canvas = Canvas(photo_width + PANEL_WIDTH + 3 * GAP, PHOTO_HEIGHT + HEADER_HEIGHT + GAP, drawing.PAPER)
    canvas.text((GAP, 14), photo.standard.title["en"], 24, drawing.INK)
    verdict, color = _verdict(remarks)
    canvas.text((GAP, 46), verdict, 17, color)
    canvas.picture((GAP + (photo_width - PHOTO_HEIGHT) / 2, HEADER_HEIGHT), photo.image, PHOTO_HEIGHT)
    canvas.outline((GAP, HEADER_HEIGHT, GAP + photo_width, HEADER_HEIGHT + PHOTO_HEIGHT), drawing.TRACK)
    left = GAP + photo_width + GAP
    bottom = _draw_measures(canvas, photo, left)
    for remark in remarks:
        bottom = canvas.paragraph((left, bottom + 8), remark.text, 15, drawing.AMBER, PANEL_WIDTH)
    pixels = canvas.pixels().copy()
    _draw_lines(pixels, photo, photo_width)
    return pixels


def _verdict(remarks: Sequence[Remark]) -> tuple[str, Color]:
    if not remarks:
        return "Nothing to object to", drawing.GREEN
    return ("1 thing to check" if len(remarks) == 1 else f"{len(remarks)} things to check"), drawing.AMBER


def _draw_measures(canvas: Canvas, photo: IdPhoto, left: float) -> float:
    """One line per measure, from the top; gives the y below the last one."""
    measures, standard = photo.measures, photo.standard
    y = HEADER_HEIGHT
    for name, value, allowed in (
        ("Head, chin to crown", measures.head_mm, standard.head),
        ("Eyes above the lower edge", measures.eyes_mm, standard.eyes),
        ("Crown below the upper edge", measures.top_mm, standard.top),
        ("Face, cheek to cheek", measures.head_width_mm, standard.head_width),
    ):
        color = drawing.INK if allowed is None or allowed.allows(value) else drawing.RED
        canvas.text((left, y), name, 16, drawing.MUTED)
        canvas.text((left + PANEL_WIDTH, y), _value(value, allowed), 16, color, "ra")
        y += 27
    return y + 6


def _value(value_mm: float, allowed: Allowed | None) -> str:
    limits = f"  ({allowed.least:.1f} to {allowed.most:.1f})" if allowed else ""
    return f"{value_mm:.1f} mm{limits}"


def _draw_lines(pixels: ByteArray, photo: IdPhoto, photo_width: int) -> None:
    """Crown, eye line and chin across the photo, and its middle, dashed light and dark to show on any picture."""
    measures, standard = photo.measures, photo.standard
    px_per_mm = PHOTO_HEIGHT / standard.height_mm
    heights = (measures.top_mm, standard.height_mm - measures.eyes_mm, standard.height_mm - measures.below_chin_mm)
    for height_mm in heights:
        y = HEADER_HEIGHT + round(height_mm * px_per_mm)
        _dash(pixels[y - 1 : y + 1, GAP : GAP + photo_width].swapaxes(0, 1))
    middle = GAP + photo_width // 2
    _dash(pixels[HEADER_HEIGHT : HEADER_HEIGHT + PHOTO_HEIGHT, middle : middle + 1])


def _dash(line: ByteArray) -> None:
    """Paints `line` (length, thickness, 3) in place."""
    is_dark = (np.arange(len(line)) // _DASH) % 2 == 0
    line[is_dark], line[~is_dark] = drawing.GREEN, drawing.CARD
