"""A picture that shows at a glance which photos were accepted, and why others were not."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from . import opencv as cv2
from . import sheet_drawing as drawing
from .faces import FaceSet, Verdict
from .geometry import ByteArray
from .photo_card import CARD_HEIGHT, CARD_WIDTH, TITLES, PhotoCard, draw_photo_card
from .sheet_drawing import Canvas
from .small_photo_card import SMALL_HEIGHT, SMALL_WIDTH, draw_small_photo_card

GAP = 16
HEADING_HEIGHT = 48
LARGEST_SIDE_PX = 8000
MOST_LARGE_CARDS = 24
"""Of more photos the cards are small."""


@dataclass(frozen=True, slots=True)
class _Layout:
    columns: int
    width: int
    """Of a card."""
    height: int
    draw: Callable[[PhotoCard], ByteArray]

    @property
    def sheet_width(self) -> int:
        return self.columns * (self.width + GAP) + GAP


def draw_contact_sheet(faces: FaceSet) -> ByteArray:
    """One card per input photo, RGB (height, width, 3), no side above 8000 px.

    First the accepted photos, then those that are not used, both in input order. The photo of best
    quality, which becomes the person's reference, has a star. Photos are named by number only: the
    sheet may be shown to others.
    """
    cards = _cards(faces)
    accepted = [card for card in cards if card.verdict.accepted]
    refused = [card for card in cards if not card.verdict.accepted]
    layout = _layout(len(cards), max(len(accepted), len(refused)))
    sections = [_header(faces, layout.sheet_width)]
    for title, is_accepted, part in (("Accepted", True, accepted), ("Not used", False, refused)):
        if part:
            sections += [_heading(f"{title} ({len(part)})", layout.sheet_width, is_accepted), _grid(part, layout)]
    return _limited(np.vstack(sections))


def _cards(faces: FaceSet) -> list[PhotoCard]:
    """Accepted photos and faces have the same order."""
    scores = [face.quality.score for face in faces.faces]
    best = int(np.argmax(scores)) if scores else None
    numbered = iter(enumerate(faces.faces))
    cards = []
    for number, verdict in enumerate(faces.verdicts, 1):
        place, face = next(numbered) if verdict.accepted else (None, None)
        cards.append(PhotoCard(number, verdict, face, is_best=face is not None and place == best))
    return cards


def _layout(count: int, largest_section: int) -> _Layout:
    if count <= MOST_LARGE_CARDS:
        columns = min(largest_section, 3 if count <= 12 else 4)
        return _Layout(max(columns, 1), CARD_WIDTH, CARD_HEIGHT, draw_photo_card)
    columns = max(6, math.ceil(math.sqrt(1.5 * count)))
    return _Layout(columns, SMALL_WIDTH, SMALL_HEIGHT, draw_small_photo_card)


def _grid(cards: Sequence[PhotoCard], layout: _Layout) -> ByteArray:
    rows = math.ceil(len(cards) / layout.columns)
    grid = np.empty((rows * (layout.height + GAP), layout.sheet_width, 3), np.uint8)
    grid[:] = drawing.PAPER
    for place, card in enumerate(cards):
        row, column = divmod(place, layout.columns)
        top, left = row * (layout.height + GAP), GAP + column * (layout.width + GAP)
        grid[top : top + layout.height, left : left + layout.width] = layout.draw(card)
    return grid


def _header(faces: FaceSet, width: int) -> ByteArray:
    scale, inner = _text_scale(width), width - 2 * GAP
    accepted, total = sum(verdict.accepted for verdict in faces.verdicts), len(faces.verdicts)
    size = round(18 * scale)
    colored = (
        (_summary(faces.verdicts), drawing.INK),
        (_remedy(faces.verdicts), drawing.INK),
        (_analyzer(faces), drawing.MUTED),
    )
    lines = sum(len(drawing.wrapped(text, size, inner)) for text, _ in colored)
    top = 92 * scale
    canvas = Canvas(width, round(top + lines * round(size * drawing.LINE_HEIGHT)), drawing.PAPER)
    noun = "photo" if total == 1 else "photos"
    canvas.text((GAP, 18 * scale), f"{accepted} of {total} {noun} accepted", 36 * scale, drawing.INK)
    canvas.shares((GAP, 70 * scale), inner, [(accepted, drawing.GREEN), (total - accepted, drawing.RED)])
    for text, color in colored:
        top = canvas.paragraph((GAP, top), text, size, color, inner)
    return canvas.pixels()


def _text_scale(width: int) -> float:
    """A wide sheet is looked at from further away."""
    return min(max(width / 1500, 1.0), 2.5)


def _summary(verdicts: Sequence[Verdict]) -> str:
    counts = Counter(TITLES[verdict.rejection] for verdict in verdicts if verdict.rejection)
    if not counts:
        return "Every photo shows one usable face."
    return "Not used: " + ", ".join(f"{title} ({count})" for title, count in counts.most_common())


def _remedy(verdicts: Sequence[Verdict]) -> str:
    """What would win most photos; empty when none is refused."""
    advice = Counter(verdict.advice for verdict in verdicts if verdict.rejection and verdict.advice)
    for text, count in advice.most_common(1):
        return f"What helps most ({count} photos): {text}" if count > 1 else f"What helps most: {text}"
    return ""


def _analyzer(faces: FaceSet) -> str:
    return f"Analyzed with {faces.analyzer_id}" + (f" ({faces.engine})" if faces.engine else "") + "."


def _heading(title: str, width: int, is_accepted: bool) -> ByteArray:
    scale = _text_scale(width)
    canvas, middle = Canvas(width, round(HEADING_HEIGHT * scale), drawing.PAPER), HEADING_HEIGHT * scale / 2
    canvas.badge((GAP + 14 * scale, middle), 12 * scale, is_accepted)
    canvas.text((GAP + 36 * scale, middle), title, 22 * scale, drawing.GREEN if is_accepted else drawing.RED, "lm")
    return canvas.pixels()


def _limited(sheet: ByteArray) -> ByteArray:
    scale = LARGEST_SIDE_PX / max(sheet.shape[:2])
    if scale >= 1:
        return sheet
    size = int(sheet.shape[1] * scale), int(sheet.shape[0] * scale)
    return cv2.resize(sheet, size, interpolation=cv2.INTER_AREA)
