"""All that is known of one photo of a set, on a card."""

from __future__ import annotations

from dataclasses import dataclass

from . import sheet_drawing as drawing
from .faces import AlignedFace, Rejection, Verdict
from .geometry import ByteArray, Size
from .photo_measures import photo_measures
from .sheet_drawing import Canvas, Color

CARD_WIDTH, CARD_HEIGHT = 448, 360
PICTURE_SIDE = 204
PADDING = 14
GOLD: Color = (222, 160, 20)

TITLES = {
    Rejection.UNREADABLE: "cannot be read",
    Rejection.NO_FACE: "no face",
    Rejection.SEVERAL_FACES: "several faces",
    Rejection.TOO_SMALL: "too small",
    Rejection.BLURRED: "blurred",
    Rejection.TOO_DARK: "too dark",
    Rejection.TOO_BRIGHT: "too bright",
    Rejection.TURNED_AWAY: "turned away",
    Rejection.OCCLUDED: "covered",
    Rejection.DUPLICATE: "repeated",
    Rejection.STRANGER: "another person",
}
_PICTURE_TOP = 50
_MEASURES_TOP = _PICTURE_TOP + PICTURE_SIDE + 14
_MEASURES_PER_ROW, _ROW_HEIGHT = 4, 46
_REASON_SIZES = ((17, 15), (15, 13), (13, 12))
"""Sizes of reason and advice; the first that fits beside the photo."""


@dataclass(frozen=True, slots=True, eq=False)
class PhotoCard:
    """What a card shows."""

    number: int
    """Of the photo, counted from 1."""
    verdict: Verdict
    face: AlignedFace | None
    """None: the photo is not used."""
    is_best: bool
    """Whether this is the person's best photo."""


def draw_photo_card(card: PhotoCard) -> ByteArray:
    """RGB (360, 448, 3): the photo with the chosen face, its crop or the reason of the refusal, the measures."""
    canvas, verdict = Canvas(CARD_WIDTH, CARD_HEIGHT, drawing.PAPER), card.verdict
    color = drawing.GREEN if verdict.accepted else drawing.RED
    canvas.card((0, 0, CARD_WIDTH - 1, CARD_HEIGHT - 1), fill=drawing.CARD, edge=GOLD if card.is_best else color)
    _draw_title(canvas, card, color)
    draw_photo(canvas, (PADDING, _PICTURE_TOP), PICTURE_SIDE, verdict)
    right = (PADDING + PICTURE_SIDE + 12, _PICTURE_TOP)
    if card.face:
        canvas.picture(right, card.face.crop, PICTURE_SIDE)
        # Without it a crop that is white beyond its photo has no visible edge on the card.
        canvas.outline((*right, right[0] + PICTURE_SIDE, right[1] + PICTURE_SIDE), drawing.TRACK)
    else:
        _draw_reason(canvas, right, verdict)
    _draw_measures(canvas, verdict)
    return canvas.pixels()


def draw_photo(canvas: Canvas, at: tuple[float, float], side: float, verdict: Verdict) -> None:
    """The photo in a square of `side`, with a frame around the face that was chosen."""
    left, top = at
    canvas.card((left, top, left + side, top + side), fill=drawing.PAPER)
    if verdict.thumbnail is None:
        canvas.text((left + side / 2, top + side / 2), "no picture", 15, drawing.MUTED, anchor="mm")
        return
    x, y, scale = canvas.picture(at, verdict.thumbnail, side)
    if verdict.face_box:
        height, width = verdict.thumbnail.shape[:2]
        box = verdict.face_box.clipped(Size(width, height))
        color = drawing.GREEN if verdict.accepted else drawing.RED
        canvas.frame((x + box.x1 * scale, y + box.y1 * scale, x + box.x2 * scale, y + box.y2 * scale), color)


def _draw_title(canvas: Canvas, card: PhotoCard, color: Color) -> None:
    verdict, middle = card.verdict, 26
    canvas.badge((PADDING + 12, middle), 12, verdict.accepted)
    canvas.text((PADDING + 34, middle), f"Photo {card.number}", 19, drawing.INK, anchor="lm")
    right = CARD_WIDTH - PADDING
    if verdict.rejection:
        canvas.text((right, middle), TITLES[verdict.rejection], 17, color, anchor="rm")
    elif card.is_best:
        canvas.text((right, middle), "best photo", 17, GOLD, anchor="rm")
        canvas.star((right - 98, middle), 11, GOLD)
    elif verdict.reason:
        canvas.text((right, middle), verdict.reason, 13, drawing.AMBER, anchor="rm")
    else:
        canvas.text((right, middle), "accepted", 17, color, anchor="rm")


def _draw_reason(canvas: Canvas, at: tuple[float, float], verdict: Verdict) -> None:
    width = PICTURE_SIDE - 4
    large, small = next((sizes for sizes in _REASON_SIZES if _fits(verdict, sizes, width)), _REASON_SIZES[-1])
    below = canvas.paragraph(at, verdict.reason, large, drawing.INK, width)
    canvas.paragraph((at[0], below + 12), verdict.advice, small, drawing.MUTED, width)


def _fits(verdict: Verdict, sizes: tuple[int, int], width: float) -> bool:
    texts = zip((verdict.reason, verdict.advice), sizes, strict=True)
    height = sum(len(drawing.wrapped(text, size, width)) * round(size * drawing.LINE_HEIGHT) for text, size in texts)
    return height + 12 <= PICTURE_SIDE


def _draw_measures(canvas: Canvas, verdict: Verdict) -> None:
    step = (CARD_WIDTH - 2 * PADDING + 12) / _MEASURES_PER_ROW
    for place, measure in enumerate(photo_measures(verdict)):
        row, column = divmod(place, _MEASURES_PER_ROW)
        x, y, right = PADDING + column * step, _MEASURES_TOP + row * _ROW_HEIGHT, PADDING + (column + 1) * step - 12
        color = drawing.RED if measure.failed else drawing.AMBER if measure.share < 0.5 else drawing.GREEN
        canvas.text((x, y), measure.label, 13, drawing.MUTED)
        canvas.text((right, y), measure.value, 13, drawing.RED if measure.failed else drawing.INK, "ra")
        canvas.bar((x, y + 20), right - x, measure.share, color)
