"""The course of a training run as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

WIDTH_PX, HEIGHT_PX = 1024, 512
LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 84, 64, 84, 52
INK, MUTED, GRID = (32, 36, 44), (120, 126, 138), (228, 231, 236)
STEP_COLOUR, SMOOTH_COLOUR, VALIDATION_COLOUR = (190, 205, 232), (43, 92, 196), (214, 100, 30)
LIKENESS_COLOUR = (34, 139, 94)
SMOOTHING = 0.9
"""Share of the past in the smoothed curve; a single step's loss mostly shows its random timestep."""

Point = tuple[int, float]


@dataclass(frozen=True, slots=True)
class LikenessCourse:
    """How alike the portraits drawn during the training are, and which stops became its result."""

    points: Sequence[Point] = ()
    """(step, likeness 0..1)."""
    chosen: Sequence[int] = ()
    """Steps of the result; none where likeness chose nothing."""


@dataclass(frozen=True, slots=True)
class _Axes:
    steps: int
    low: float
    high: float

    def place(self, point: Point) -> tuple[float, float]:
        x = LEFT_PX + (WIDTH_PX - LEFT_PX - RIGHT_PX) * point[0] / max(self.steps, 1)
        y = TOP_PX + (HEIGHT_PX - TOP_PX - BOTTOM_PX) * (self.high - point[1]) / (self.high - self.low)
        return x, y


def draw_loss_picture(
    losses: Sequence[Point], validation: Sequence[Point], title: str, likeness: LikenessCourse = LikenessCourse()
) -> npt.NDArray[np.uint8]:
    """Loss per step, its smoothed course, the validation loss and the likeness, RGB uint8 (512, 1024, 3).

    Losses are measured by the left scale, likeness by the right one, which is always 0 to 100 %.
    """
    picture = Image.new("RGB", (WIDTH_PX, HEIGHT_PX), "white")
    draw = ImageDraw.Draw(picture)
    axes = _axes([*losses, *validation], [step for step, _ in likeness.points])
    _draw_frame(draw, axes, title)
    _draw_curve(draw, axes, losses, STEP_COLOUR, 1)
    _draw_curve(draw, axes, _smoothed(losses), SMOOTH_COLOUR, 3)
    _draw_curve(draw, axes, validation, VALIDATION_COLOUR, 3)
    for point in validation:
        x, y = axes.place(point)
        draw.ellipse((x - 5, y - 5, x + 5, y + 5), fill=VALIDATION_COLOUR)
    _draw_likeness(draw, _Axes(axes.steps, 0.0, 1.0), likeness)
    _draw_legend(draw, validation=bool(validation), likeness=bool(likeness.points), chosen=bool(likeness.chosen))
    return np.asarray(picture, dtype=np.uint8)


def _axes(points: Sequence[Point], stops: Sequence[int]) -> _Axes:
    steps = max([1, *stops, *(step for step, _ in points)])
    if not points:
        return _Axes(steps, 0.0, 1.0)
    values = [loss for _, loss in points]
    margin = 0.08 * (max(values) - min(values)) or 0.1 * abs(max(values)) or 0.1
    # A squared error is never negative, and an axis that says so would make a reader doubt the figures.
    return _Axes(steps, max(min(values) - margin, 0.0), max(values) + margin)


def _smoothed(losses: Sequence[Point]) -> list[Point]:
    mean = 0.0
    curve = []
    for count, (step, loss) in enumerate(losses, start=1):
        mean = SMOOTHING * mean + (1 - SMOOTHING) * loss
        # Without the correction the curve would start near zero.
        curve.append((step, mean / (1 - SMOOTHING**count)))
    return curve


def _draw_frame(draw: ImageDraw.ImageDraw, axes: _Axes, title: str) -> None:
    draw.text((LEFT_PX, 18), title, INK, font=ImageFont.load_default(24))
    small = ImageFont.load_default(15)
    for fraction in (0.0, 0.25, 0.5, 0.75, 1.0):
        loss = axes.low + fraction * (axes.high - axes.low)
        y = axes.place((0, loss))[1]
        draw.line((LEFT_PX, y, WIDTH_PX - RIGHT_PX, y), GRID)
        draw.text((LEFT_PX - 10, y), f"{loss:.4g}", MUTED, font=small, anchor="rm")
        x = axes.place((round(fraction * axes.steps), axes.low))[0]
        draw.text((x, HEIGHT_PX - BOTTOM_PX + 10), f"{round(fraction * axes.steps)}", MUTED, font=small, anchor="ma")
    draw.text((WIDTH_PX - RIGHT_PX, HEIGHT_PX - 20), "step", MUTED, font=small, anchor="ra")


def _draw_curve(
    draw: ImageDraw.ImageDraw, axes: _Axes, points: Sequence[Point], colour: tuple[int, int, int], width: int
) -> None:
    if len(points) > 1:
        draw.line([axes.place(point) for point in points], colour, width, joint="curve")


def _draw_likeness(draw: ImageDraw.ImageDraw, axes: _Axes, likeness: LikenessCourse) -> None:
    """The second curve with its scale; a ring and a line mark what was chosen."""
    if not likeness.points:
        return
    small = ImageFont.load_default(15)
    for fraction in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = axes.place((axes.steps, fraction))
        draw.text((x + 10, y), f"{fraction:.0%}", LIKENESS_COLOUR, font=small, anchor="lm")
    _draw_curve(draw, axes, likeness.points, LIKENESS_COLOUR, 3)
    for step, value in likeness.points:
        x, y = axes.place((step, value))
        if step in likeness.chosen:
            draw.line((x, y + 11, x, HEIGHT_PX - BOTTOM_PX), LIKENESS_COLOUR, 1)
            draw.ellipse((x - 10, y - 10, x + 10, y + 10), fill="white", outline=LIKENESS_COLOUR, width=3)
        draw.ellipse((x - 5, y - 5, x + 5, y + 5), fill=LIKENESS_COLOUR)


def _draw_legend(draw: ImageDraw.ImageDraw, *, validation: bool, likeness: bool, chosen: bool) -> None:
    entries = [(STEP_COLOUR, "loss of each step"), (SMOOTH_COLOUR, "smoothed")]
    if validation:
        entries.append((VALIDATION_COLOUR, "validation: fixed noise and timesteps"))
    if likeness:
        entries.append((LIKENESS_COLOUR, "likeness" + (", ring: chosen" if chosen else "")))
    x = LEFT_PX
    font = ImageFont.load_default(16)
    for colour, text in entries:
        draw.line((x, 66, x + 26, 66), colour, 4)
        draw.text((x + 34, 66), text, MUTED, font=font, anchor="lm")
        x += 60 + int(draw.textlength(text, font=font))
