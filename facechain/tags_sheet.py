"""Crops with their captions and the numbers behind them, as one picture."""

from __future__ import annotations

import math

import numpy as np

from . import sheet_drawing as drawing
from .geometry import ByteArray
from .previews import shrink
from .sheet_drawing import Canvas, Color
from .tag_faces import FaceTags, TaggedFaces
from .tag_rules import split_words

PICTURE_SIDE = 264
LIST_WIDTH = 264
PADDING, GAP = 14, 16
CARD_WIDTH, CARD_HEIGHT = PICTURE_SIDE + LIST_WIDTH + 3 * PADDING, PICTURE_SIDE + 2 * PADDING + 94
HEADER_HEIGHT = 104
LINE_HEIGHT = 23
MOST_LINES = (CARD_HEIGHT - PADDING - 40 - PADDING) // LINE_HEIGHT
CAPTION_LINES = 5
_TEXT_SIZE, _CAPTION_SIZE = 15, 13
_PALE: Color = (174, 182, 194)
"""Of what was measured and is not said."""


def draw_tags_sheet(tagged: TaggedFaces) -> ByteArray:
    """RGB picture (height, width, 3): a card per face with its crop, its tags and their numbers.

    Tags that the caption leaves out are pale. Faces are named by number only.
    """
    count = len(tagged.tags)
    columns = 1 if count < 2 else 2 if count < 9 else 3
    width = columns * (CARD_WIDTH + GAP) + GAP
    height = HEADER_HEIGHT + math.ceil(count / columns) * (CARD_HEIGHT + GAP)
    sheet = np.empty((height, width, 3), np.uint8)
    sheet[:] = drawing.PAPER
    sheet[:HEADER_HEIGHT] = _header(tagged, width)
    for index, (face, tags) in enumerate(zip(tagged.faces.faces, tagged.tags, strict=True)):
        top = HEADER_HEIGHT + index // columns * (CARD_HEIGHT + GAP)
        left = GAP + index % columns * (CARD_WIDTH + GAP)
        sheet[top : top + CARD_HEIGHT, left : left + CARD_WIDTH] = _card(index + 1, face.crop, tags)
    return sheet


def _header(tagged: TaggedFaces, width: int) -> ByteArray:
    canvas = Canvas(width, HEADER_HEIGHT, drawing.PAPER)
    count = len(tagged.tags)
    canvas.text((GAP, 14), "1 caption" if count == 1 else f"{count} captions", 30, drawing.INK)
    note = "Trigger word and subject come before these tags when the dataset is built."
    if tagged.shared:
        note = f"In every caption: {', '.join(tagged.shared)}. Training may take it for part of the person."
    canvas.paragraph((GAP, 54), note, 16, drawing.AMBER if tagged.shared else drawing.MUTED, width - 2 * GAP)
    return canvas.pixels()


def _card(number: int, crop: ByteArray, face: FaceTags) -> ByteArray:
    canvas = Canvas(CARD_WIDTH, CARD_HEIGHT, drawing.PAPER)
    canvas.card((1, 1, CARD_WIDTH - 2, CARD_HEIGHT - 2), fill=drawing.CARD)
    canvas.picture((PADDING, PADDING), shrink(crop, PICTURE_SIDE * drawing.SMOOTHING), PICTURE_SIDE)
    # Without it a crop that is white beyond its photo has no visible edge on the card.
    edge = PADDING + PICTURE_SIDE
    canvas.outline((PADDING, PADDING, edge, edge), drawing.TRACK)
    _draw_caption(canvas, (PADDING, edge + 10), face.caption or "no tags")
    left, right = edge + PADDING, CARD_WIDTH - PADDING
    canvas.text((left, PADDING), f"Face {number}", 20, drawing.INK)
    if face.is_edited:
        canvas.text((right, PADDING + 4), "edited by hand", _TEXT_SIZE, drawing.AMBER, "ra")
    lines = _lines(face)
    for place, (words, measure, is_said) in enumerate(lines[:MOST_LINES]):
        y = PADDING + 40 + place * LINE_HEIGHT
        canvas.text((left, y), words, _TEXT_SIZE, drawing.INK if is_said else _PALE)
        canvas.text((right, y), measure, 13, drawing.MUTED if is_said else _PALE, "ra")
    return canvas.pixels()


def _draw_caption(canvas: Canvas, at: tuple[float, float], caption: str) -> None:
    lines = drawing.wrapped(caption, _CAPTION_SIZE, PICTURE_SIDE)
    if len(lines) > CAPTION_LINES:
        lines = [*lines[: CAPTION_LINES - 1], f"{lines[CAPTION_LINES - 1]} ..."]
    for place, line in enumerate(lines):
        canvas.text((at[0], at[1] + 18 * place), line, _CAPTION_SIZE, drawing.MUTED)


def _lines(face: FaceTags) -> list[tuple[str, str, bool]]:
    """(words, number, whether the caption says it): first what it says, then what it leaves out."""
    measured = [(tag.words, tag.number, tag in face.said) for tag in face.measured]
    known = {tag.words.casefold() for tag in face.said}
    by_hand = [(words, "by hand", True) for words in split_words(face.caption) if words.casefold() not in known]
    return sorted([*measured, *by_hand], key=lambda line: not line[2])
