"""The verdict on one photo of many, on a small card."""

from __future__ import annotations

from . import sheet_drawing as drawing
from .geometry import ByteArray
from .photo_card import GOLD, TITLES, PhotoCard, draw_photo
from .sheet_drawing import Canvas

SMALL_WIDTH, SMALL_HEIGHT = 208, 308
_PADDING = 10
_SIDE = SMALL_WIDTH - 2 * _PADDING
_PICTURE_TOP = 36
_TEXT_TOP = _PICTURE_TOP + _SIDE + 8
_MOST_LINES = 3


def draw_small_photo_card(card: PhotoCard) -> ByteArray:
    """RGB (308, 208, 3): the crop and its score, or the photo and the reason of the refusal."""
    canvas, verdict = Canvas(SMALL_WIDTH, SMALL_HEIGHT, drawing.PAPER), card.verdict
    color = drawing.GREEN if verdict.accepted else drawing.RED
    canvas.card((0, 0, SMALL_WIDTH - 1, SMALL_HEIGHT - 1), fill=drawing.CARD, edge=GOLD if card.is_best else color)
    canvas.badge((_PADDING + 9, 19), 9, verdict.accepted)
    canvas.text((_PADDING + 24, 19), f"Photo {card.number}", 15, drawing.INK, anchor="lm")
    if card.is_best:
        canvas.star((SMALL_WIDTH - _PADDING - 9, 19), 9, GOLD)
    if card.face is None:
        draw_photo(canvas, (_PADDING, _PICTURE_TOP), _SIDE, verdict)
        _draw_texts(canvas, TITLES[verdict.rejection] if verdict.rejection else "", verdict.reason)
        return canvas.pixels()
    canvas.picture((_PADDING, _PICTURE_TOP), card.face.crop, _SIDE)
    score = card.face.quality.score
    canvas.bar((_PADDING, _TEXT_TOP + 2), _SIDE, score, drawing.AMBER if score < 0.5 else drawing.GREEN)
    canvas.text((_PADDING, _TEXT_TOP + 13), f"quality {score:.0%}", 13, drawing.INK)
    word = "best photo" if card.is_best else "accepted"
    canvas.text((SMALL_WIDTH - _PADDING, _TEXT_TOP + 13), word, 13, GOLD if card.is_best else color, "ra")
    for place, line in enumerate(drawing.wrapped(verdict.reason, 12, _SIDE)[:2]):
        canvas.text((_PADDING, _TEXT_TOP + 32 + 15 * place), line, 12, drawing.AMBER)
    return canvas.pixels()


def _draw_texts(canvas: Canvas, title: str, reason: str) -> None:
    canvas.text((_PADDING, _TEXT_TOP - 2), title, 14, drawing.RED)
    for place, line in enumerate(drawing.wrapped(reason, 12, _SIDE)[:_MOST_LINES]):
        canvas.text((_PADDING, _TEXT_TOP + 16 + 15 * place), line, 12, drawing.INK)
