"""A picture that shows at a glance which photos were accepted, and why others were not."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np

from . import sheet_drawing as drawing
from .faces import AlignedFace, FaceSet, Rejection, Verdict
from .geometry import ByteArray, Size
from .quality import quality_scores
from .sheet_drawing import Canvas, Color

COLUMNS = 3
GAP = 16
CARD_WIDTH, CARD_HEIGHT = 448, 330
HEADER_HEIGHT = 116
PICTURE_SIDE = 204
PADDING = 14

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


@dataclass(frozen=True, slots=True)
class _Measure:
    label: str
    value: str
    share: float
    faults: tuple[Rejection, ...]
    """Verdicts that this measure is the reason of."""


def draw_contact_sheet(faces: FaceSet) -> ByteArray:
    """One card per input photo in input order, RGB (height, 1408, 3).

    A card shows the photo with the chosen face, its crop or the reason of the refusal, and the
    measures. Photos are named by number only: the sheet may be shown to others.
    """
    rows = math.ceil(len(faces.verdicts) / COLUMNS)
    width = COLUMNS * CARD_WIDTH + (COLUMNS + 1) * GAP
    height = HEADER_HEIGHT + rows * (CARD_HEIGHT + GAP)
    sheet = np.empty((height, width, 3), np.uint8)
    sheet[:] = drawing.PAPER
    sheet[:HEADER_HEIGHT] = _header(faces.verdicts, width)
    crops = _crops_by_photo(faces)
    for index, verdict in enumerate(faces.verdicts):
        top = HEADER_HEIGHT + index // COLUMNS * (CARD_HEIGHT + GAP)
        left = GAP + index % COLUMNS * (CARD_WIDTH + GAP)
        card = _card(index + 1, verdict, crops.get(index))
        sheet[top : top + CARD_HEIGHT, left : left + CARD_WIDTH] = card
    return sheet


def _crops_by_photo(faces: FaceSet) -> dict[int, AlignedFace]:
    """Accepted photos and faces have the same order."""
    accepted = [index for index, verdict in enumerate(faces.verdicts) if verdict.accepted]
    return dict(zip(accepted, faces.faces, strict=True))


def _header(verdicts: tuple[Verdict, ...], width: int) -> ByteArray:
    canvas = Canvas(width, HEADER_HEIGHT, drawing.PAPER)
    accepted = sum(verdict.accepted for verdict in verdicts)
    noun = "photo" if len(verdicts) == 1 else "photos"
    canvas.text((GAP, 22), f"{accepted} of {len(verdicts)} {noun} accepted", 36, drawing.INK)
    canvas.text((GAP, 74), _summary(verdicts), 18, drawing.MUTED)
    return canvas.pixels()


def _summary(verdicts: tuple[Verdict, ...]) -> str:
    counts = Counter(TITLES[verdict.rejection] for verdict in verdicts if verdict.rejection)
    if not counts:
        return "Every photo shows one usable face."
    return "Not used: " + ", ".join(f"{title} ({count})" for title, count in counts.most_common())


def _card(number: int, verdict: Verdict, face: AlignedFace | None) -> ByteArray:
    canvas = Canvas(CARD_WIDTH, CARD_HEIGHT, drawing.PAPER)
    color = drawing.GREEN if verdict.accepted else drawing.RED
    canvas.card((0, 0, CARD_WIDTH - 1, CARD_HEIGHT - 1), fill=drawing.CARD, edge=color)
    canvas.badge((PADDING + 12, 26), 12, verdict.accepted)
    canvas.text((PADDING + 34, 26), f"Photo {number}", 19, drawing.INK, anchor="lm")
    _draw_title(canvas, verdict, color)
    _draw_photo(canvas, verdict, color)
    right = (PADDING + PICTURE_SIDE + 12, 50)
    if face:
        canvas.picture(right, face.crop, PICTURE_SIDE)
        # Without it a crop that is white beyond its photo has no visible edge on the card.
        canvas.outline((*right, right[0] + PICTURE_SIDE, right[1] + PICTURE_SIDE), drawing.TRACK)
    else:
        _draw_reason(canvas, right, verdict)
    _draw_measures(canvas, verdict)
    return canvas.pixels()


def _draw_title(canvas: Canvas, verdict: Verdict, color: Color) -> None:
    at = (CARD_WIDTH - PADDING, 26)
    if verdict.rejection:
        canvas.text(at, TITLES[verdict.rejection], 17, color, anchor="rm")
    elif verdict.reason:
        canvas.text(at, verdict.reason, 13, drawing.AMBER, anchor="rm")
    else:
        canvas.text(at, "accepted", 17, color, anchor="rm")


def _draw_photo(canvas: Canvas, verdict: Verdict, color: Color) -> None:
    left, top = PADDING, 50
    area = (left, top, left + PICTURE_SIDE, top + PICTURE_SIDE)
    canvas.card(area, fill=drawing.PAPER)
    if verdict.thumbnail is None:
        middle = (left + PICTURE_SIDE / 2, top + PICTURE_SIDE / 2)
        canvas.text(middle, "no picture", 15, drawing.MUTED, anchor="mm")
        return
    x, y, scale = canvas.picture((left, top), verdict.thumbnail, PICTURE_SIDE)
    if verdict.face_box:
        height, width = verdict.thumbnail.shape[:2]
        box = verdict.face_box.clipped(Size(width, height))
        canvas.frame((x + box.x1 * scale, y + box.y1 * scale, x + box.x2 * scale, y + box.y2 * scale), color)


def _draw_reason(canvas: Canvas, at: tuple[float, float], verdict: Verdict) -> None:
    width = PICTURE_SIDE - 4
    below = canvas.paragraph((at[0], at[1] + 4), verdict.reason, 17, drawing.INK, width)
    canvas.paragraph((at[0], below + 12), verdict.advice, 15, drawing.MUTED, width)


def _draw_measures(canvas: Canvas, verdict: Verdict) -> None:
    measures = _measures(verdict)
    step = (CARD_WIDTH - 2 * PADDING + 12) / 5
    for column, measure in enumerate(measures):
        x, y = PADDING + column * step, PADDING + 50 + PICTURE_SIDE
        failed = verdict.rejection in measure.faults
        color = drawing.RED if failed else drawing.AMBER if measure.share < 0.5 else drawing.GREEN
        canvas.text((x, y), measure.label, 13, drawing.MUTED)
        canvas.bar((x, y + 19), step - 12, measure.share, color)
        canvas.text((x, y + 29), measure.value, 13, drawing.RED if failed else drawing.INK)


def _measures(verdict: Verdict) -> list[_Measure]:
    quality = verdict.quality
    if quality is None:
        return []
    scores = quality_scores(quality)
    turn = max(abs(quality.yaw_deg), abs(quality.pitch_deg))
    light = (Rejection.TOO_DARK, Rejection.TOO_BRIGHT)
    measures = [
        _Measure("size", f"{quality.eye_distance_px:.0f} px", scores.size, (Rejection.TOO_SMALL,)),
        _Measure("sharpness", f"{quality.sharpness:.0f}", scores.sharpness, (Rejection.BLURRED,)),
        _Measure("light", f"{quality.brightness:.0%}", scores.light, light),
        _Measure("pose", f"{turn:.0f}°", scores.pose, (Rejection.TURNED_AWAY,)),
    ]
    if verdict.likeness is not None:
        measures.append(_Measure("likeness", f"{verdict.likeness:.0%}", verdict.likeness, (Rejection.STRANGER,)))
    return measures
