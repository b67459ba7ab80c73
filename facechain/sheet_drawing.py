"""Text, pictures, bars and badges on a small canvas, with smooth edges."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .geometry import ByteArray

Color = tuple[int, int, int]

INK: Color = (27, 36, 48)
MUTED: Color = (102, 112, 133)
GREEN: Color = (24, 143, 82)
RED: Color = (208, 62, 62)
AMBER: Color = (190, 122, 8)
CARD: Color = (255, 255, 255)
PAPER: Color = (238, 241, 245)
TRACK: Color = (225, 229, 236)

LINE_HEIGHT = 1.35
"""Of a paragraph, over the size of its text."""
SMOOTHING = 2
"""Drawn at twice the size and averaged, because Pillow draws lines and circles with steps."""


class Canvas:
    """A drawing area; all measures are final pixels, (0, 0) is the top left corner."""

    def __init__(self, width: int, height: int, color: Color) -> None:
        self._image = Image.new("RGB", (width * SMOOTHING, height * SMOOTHING), color)
        self._draw = ImageDraw.Draw(self._image)

    def pixels(self) -> ByteArray:
        """The finished drawing, RGB (height, width, 3)."""
        return np.asarray(self._image.reduce(SMOOTHING), dtype=np.uint8)

    def card(self, box: tuple[float, float, float, float], *, fill: Color, edge: Color | None = None) -> None:
        """A rectangle (x1, y1, x2, y2) with round corners."""
        self._draw.rounded_rectangle(_scaled(box), 8 * SMOOTHING, fill, edge, width=2 * SMOOTHING)

    def text(self, at: tuple[float, float], text: str, size: float, color: Color, anchor: str = "la") -> None:
        """One line; `anchor` as in Pillow, "la" has its top left corner `at`."""
        self._draw.text(_point(at), text, fill=color, font=font(size * SMOOTHING), anchor=anchor)

    def paragraph(self, at: tuple[float, float], text: str, size: float, color: Color, width: float) -> float:
        """`text` in lines of at most `width`; gives the y below the last one."""
        x, y = at
        for line in wrapped(text, size, width):
            self.text((x, y), line, size, color)
            y += round(size * LINE_HEIGHT)
        return y

    def picture(self, at: tuple[float, float], pixels: ByteArray, side: float) -> tuple[float, float, float]:
        """`pixels` in the middle of a square of `side`, enlarged or shrunk to fit.

        Gives (x, y, scale): where its corner lies and what became of one of its pixels.
        """
        height, width = pixels.shape[:2]
        scale = side / max(height, width)
        x, y = at[0] + (side - width * scale) / 2, at[1] + (side - height * scale) / 2
        target = (max(round(width * scale * SMOOTHING), 1), max(round(height * scale * SMOOTHING), 1))
        picture = Image.fromarray(pixels).resize(target, Image.Resampling.LANCZOS)
        self._image.paste(picture, (round(x * SMOOTHING), round(y * SMOOTHING)))
        return x, y, scale

    def outline(self, box: tuple[float, float, float, float], color: Color) -> None:
        """A hairline around a rectangle (x1, y1, x2, y2)."""
        self._draw.rectangle(_scaled(box), outline=color, width=SMOOTHING)

    def frame(self, box: tuple[float, float, float, float], color: Color) -> None:
        """The outline of a rectangle (x1, y1, x2, y2), with a pale rim that shows on any picture."""
        x1, y1, x2, y2 = box
        self._draw.rectangle(_scaled((x1 - 1, y1 - 1, x2 + 1, y2 + 1)), outline=CARD, width=4 * SMOOTHING)
        self._draw.rectangle(_scaled(box), outline=color, width=2 * SMOOTHING)

    def badge(self, center: tuple[float, float], radius: float, accepted: bool) -> None:
        """A green disc with a tick, or a red one with a cross: told apart without seeing colour."""
        x, y = center
        disc = (x - radius, y - radius, x + radius, y + radius)
        self._draw.ellipse(_scaled(disc), GREEN if accepted else RED)
        third = radius * 0.42
        tick = [(x - third * 1.1, y), (x - third * 0.2, y + third * 0.9), (x + third * 1.2, y - third * 0.9)]
        cross = [[(x - third, y - third), (x + third, y + third)], [(x - third, y + third), (x + third, y - third)]]
        for line in [tick] if accepted else cross:
            points = [_point(point) for point in line]
            self._draw.line(points, CARD, width=round(radius * 0.28 * SMOOTHING), joint="curve")

    def star(self, center: tuple[float, float], radius: float, color: Color) -> None:
        """A star with five points, one of them up."""
        x, y = center
        turns = [(step * math.pi / 5, radius if step % 2 == 0 else 0.45 * radius) for step in range(10)]
        points = [_point((x + math.sin(turn) * reach, y - math.cos(turn) * reach)) for turn, reach in turns]
        self._draw.polygon(points, color)

    def bar(self, at: tuple[float, float], width: float, share: float, color: Color) -> None:
        """A track of `width` that is filled to `share`, 0..1."""
        x, y = at
        height = 6
        self._draw.rounded_rectangle(_scaled((x, y, x + width, y + height)), 3 * SMOOTHING, TRACK)
        filled = max(width * share, height)
        self._draw.rounded_rectangle(_scaled((x, y, x + filled, y + height)), 3 * SMOOTHING, color)

    def shares(self, at: tuple[float, float], width: float, parts: Sequence[tuple[float, Color]]) -> None:
        """A bar of `width` in parts as long as their amounts, each with its colour."""
        x, y = at
        total = max(sum(amount for amount, _ in parts), 1e-9)
        for amount, color in parts:
            end = x + width * amount / total
            if amount:
                self._draw.rectangle(_scaled((x, y, end - 2, y + 9)), color)
            x = end


def wrapped(text: str, size: float, width: float) -> list[str]:
    """`text` broken at spaces into lines of at most `width` pixels; a longer word stands alone."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font(size * SMOOTHING).getlength(longer) <= width * SMOOTHING:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@cache
def font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own Aileron, which is there on every machine."""
    return ImageFont.load_default(size)


def _point(at: tuple[float, float]) -> tuple[int, int]:
    return round(at[0] * SMOOTHING), round(at[1] * SMOOTHING)


def _scaled(values: tuple[float, ...]) -> tuple[int, ...]:
    return tuple(round(value * SMOOTHING) for value in values)
