"""The regions of parsed faces, coloured over their crops, as one picture with a legend."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from . import opencv as cv2
from . import sheet_drawing as drawing
from .faces import FaceSet
from .geometry import ByteArray, FloatArray, Size
from .parsing import REGIONS, FaceRegions, Region
from .sheet_drawing import Canvas, Color

PICTURE_SIDE = 320
PADDING, GAP = 12, 16
CARD_WIDTH, CARD_HEIGHT = PICTURE_SIDE + 2 * PADDING, PICTURE_SIDE + 2 * PADDING + 30
HEADER_HEIGHT = 132
MOST_COLUMNS = 5
MOST_CARDS = 20
"""More would be too small to see on a page; the heading says how many are left out."""
_LEGEND_COLUMNS, _LEGEND_WIDTH, _LEGEND_HEIGHT = 6, 119, 26
_STRENGTH = 0.5
"""Of the colours over the picture: both stay to be seen."""

COLORS: dict[Region, Color] = {
    Region.BACKGROUND: drawing.TRACK,
    Region.SKIN: (255, 158, 108),
    Region.BROWS: (122, 62, 18),
    Region.EYES: (24, 92, 255),
    Region.LIPS: (220, 20, 60),
    Region.MOUTH: (128, 0, 128),
    Region.HAIR: (255, 205, 0),
    Region.NECK: (46, 184, 92),
    Region.CLOTHES: (64, 150, 240),
    Region.GLASSES: (0, 200, 190),
    Region.HAT: (150, 90, 220),
}


def draw_regions_sheet(faces: FaceSet) -> ByteArray:
    """RGB picture (height, width, 3): every parsed crop under the colours of its regions, numbered from 1.

    The line around the kept part is drawn in white and dark. Faces without regions are left out.
    """
    parsed = [(face.crop, face.regions, face.mask) for face in faces.faces if face.regions is not None]
    shown = parsed[:MOST_CARDS]
    # Two columns at least, so that the legend has room.
    columns = max(2, min(len(shown), MOST_COLUMNS, math.ceil(math.sqrt(len(shown) * 1.5))))
    rows = math.ceil(len(shown) / columns)
    width = columns * (CARD_WIDTH + GAP) + GAP
    sheet = np.empty((HEADER_HEIGHT + rows * (CARD_HEIGHT + GAP), width, 3), np.uint8)
    sheet[:] = drawing.PAPER
    sheet[:HEADER_HEIGHT] = _header(len(parsed), width)
    for place, (crop, regions, mask) in enumerate(shown):
        top = HEADER_HEIGHT + place // columns * (CARD_HEIGHT + GAP)
        left = GAP + place % columns * (CARD_WIDTH + GAP)
        card = _card(place + 1, color_regions(crop, regions, mask), mask)
        sheet[top : top + CARD_HEIGHT, left : left + CARD_WIDTH] = card
    return sheet


def color_regions(crop: ByteArray, regions: FaceRegions, mask: FloatArray | None) -> ByteArray:
    """RGB `crop` under the colours of its regions, as large as the sheet shows it, with the outline of `mask`."""
    size = Size.of(crop)
    scale = PICTURE_SIDE * drawing.SMOOTHING / max(size.width, size.height)
    target = (max(round(size.width * scale), 1), max(round(size.height * scale), 1))
    kernel = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    picture = cv2.resize(crop, target, interpolation=kernel).astype(np.float32)
    colors = np.array([COLORS[region] for region in REGIONS], np.float32)[regions.labels]
    colors = cv2.resize(colors, target, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    colored = ((1 - _STRENGTH) * picture + _STRENGTH * colors).round().clip(0, 255).astype(np.uint8)
    if mask is not None:
        kept = (cv2.resize(mask, target, interpolation=cv2.INTER_LINEAR) > 0.5).astype(np.uint8)
        outlines, _ = cv2.findContours(kept, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        for color, thickness in ((drawing.INK, 5), (drawing.CARD, 2)):
            cv2.drawContours(colored, outlines, -1, color, thickness, cv2.LINE_AA)
    return colored


def _header(count: int, width: int) -> ByteArray:
    canvas = Canvas(width, HEADER_HEIGHT, drawing.PAPER)
    canvas.text((GAP, 12), "1 face parsed" if count == 1 else f"{count} faces parsed", 30, drawing.INK)
    more = f" The first {MOST_CARDS} are shown." if count > MOST_CARDS else ""
    canvas.text((GAP, 48), f"The line encloses what is kept.{more}", 17, drawing.MUTED)
    _draw_legend(canvas, REGIONS)
    return canvas.pixels()


def _draw_legend(canvas: Canvas, regions: Sequence[Region]) -> None:
    for place, region in enumerate(regions):
        x = GAP + place % _LEGEND_COLUMNS * _LEGEND_WIDTH
        y = 78 + place // _LEGEND_COLUMNS * _LEGEND_HEIGHT
        canvas.card((x, y, x + 18, y + 18), fill=COLORS[region], edge=drawing.MUTED)
        canvas.text((x + 24, y + 9), region.value, 16, drawing.INK, "lm")


def _card(number: int, colored: ByteArray, mask: FloatArray | None) -> ByteArray:
    canvas = Canvas(CARD_WIDTH, CARD_HEIGHT, drawing.PAPER)
    canvas.card((1, 1, CARD_WIDTH - 2, CARD_HEIGHT - 2), fill=drawing.CARD)
    canvas.picture((PADDING, PADDING), colored, PICTURE_SIDE)
    line = PICTURE_SIDE + 2 * PADDING
    canvas.text((PADDING, line), f"#{number}", 20, drawing.INK)
    if mask is not None:
        canvas.text((CARD_WIDTH - PADDING, line + 2), f"{float(mask.mean()):.0%} kept", 17, drawing.MUTED, "ra")
    return canvas.pixels()
