"""A ranking as one captioned picture, for people and for pages that show pictures only."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .faces import ByteArray
from .ranking_values import Outcome, RankedPortrait, Ranking

CELL_PX = 288
CAPTION_PX = 64
GAP_PX = 16
MOST_COLUMNS = 5
HEADING_PX = 24
DIMMED = 0.45
"""Brightness of a dropped portrait: still to be judged, but clearly not chosen."""

_BACKGROUND = (24, 26, 30)
_CELL = (38, 41, 47)
_TEXT = (240, 242, 245)
_QUIET = (160, 166, 176)
_COLORS = {
    Outcome.KEPT: (72, 187, 120),
    Outcome.KEPT_AS_BEST: (236, 171, 60),
    Outcome.BELOW_THRESHOLD: (226, 104, 92),
    Outcome.BEYOND_KEEP: (130, 138, 150),
    Outcome.NO_FACE: (226, 104, 92),
}
_WORDS = {
    Outcome.KEPT: "kept",
    Outcome.KEPT_AS_BEST: "kept",
    Outcome.BELOW_THRESHOLD: "dropped",
    Outcome.BEYOND_KEEP: "dropped",
    Outcome.NO_FACE: "dropped",
}


def draw_ranking_sheet(ranking: Ranking, images: Sequence[ByteArray]) -> ByteArray:
    """RGB picture (height, width, 3): every portrait in ranked order with rank, likeness and what became of it.

    `images` are those that were ranked, in their input order; any sizes.
    """
    count = len(ranking.portraits)
    columns = min(count, MOST_COLUMNS, math.ceil(math.sqrt(count * 1.5)))
    rows = math.ceil(count / columns)
    heading = HEADING_PX + 2 * GAP_PX if ranking.warning else GAP_PX
    step_x, step_y = CELL_PX + GAP_PX, CELL_PX + CAPTION_PX + GAP_PX
    sheet = Image.new("RGB", (columns * step_x + GAP_PX, rows * step_y + heading), _BACKGROUND)
    if ranking.warning:
        _draw_heading(sheet, ranking.warning)
    for place, portrait in enumerate(ranking.portraits):
        cell = _draw_cell(portrait, images[portrait.index])
        sheet.paste(cell, (GAP_PX + place % columns * step_x, heading + place // columns * step_y))
    return np.asarray(sheet, dtype=np.uint8)


def _draw_heading(sheet: Image.Image, warning: str) -> None:
    first_sentence = warning.split(". ")[0].rstrip(".")
    text = ImageDraw.Draw(sheet)
    font = _fitting_font(first_sentence, HEADING_PX - 4, sheet.width - 2 * GAP_PX)
    text.text((GAP_PX, GAP_PX), first_sentence, font=font, fill=_COLORS[Outcome.KEPT_AS_BEST])


def _draw_cell(portrait: RankedPortrait, image: ByteArray) -> Image.Image:
    cell = Image.new("RGB", (CELL_PX, CELL_PX + CAPTION_PX), _CELL)
    picture = _thumbnail(image, is_kept=portrait.kept)
    cell.paste(picture, ((CELL_PX - picture.width) // 2, (CELL_PX - picture.height) // 2))
    color, draw = _COLORS[portrait.outcome], ImageDraw.Draw(cell)
    draw.rectangle((0, CELL_PX, CELL_PX, CELL_PX + 3), fill=color)
    top, bottom = CELL_PX + 21, CELL_PX + 47
    draw.text((12, top), f"#{portrait.rank}", font=ImageFont.load_default(22), fill=_TEXT, anchor="lm")
    if portrait.likeness is not None:
        likeness = f"{portrait.likeness:.0%} alike"
        draw.text((CELL_PX - 12, top), likeness, font=ImageFont.load_default(22), fill=_TEXT, anchor="rm")
    words = _WORDS[portrait.outcome]
    draw.text((12, bottom), words, font=ImageFont.load_default(15), fill=color, anchor="lm")
    width = CELL_PX - 36 - draw.textlength(words, font=ImageFont.load_default(15))
    font = _fitting_font(portrait.reason, 15, width)
    draw.text((CELL_PX - 12, bottom), portrait.reason, font=font, fill=_QUIET, anchor="rm")
    return cell


def _thumbnail(image: ByteArray, *, is_kept: bool) -> Image.Image:
    picture = Image.fromarray(image)
    scale = CELL_PX / max(picture.size)
    size = max(round(picture.width * scale), 1), max(round(picture.height * scale), 1)
    picture = picture.resize(size, Image.Resampling.LANCZOS)
    if is_kept:
        return picture
    return Image.blend(Image.new("RGB", size, _CELL), picture, DIMMED)


def _fitting_font(text: str, size: float, width_px: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    font = ImageFont.load_default(size)
    length = font.getlength(text)
    return font if length <= width_px else ImageFont.load_default(size * width_px / length)
