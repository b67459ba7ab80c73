"""A pattern of light and skin that answers to faces, drawn as nodes of ONNX graphs.

Fitted (logistic regression) to scikit-image's astronaut and Grace Hopper against faceless photos. It finds
both, and some of those who look at the camera elsewhere: enough for boxes, points and scores that depend on
the picture as those of real detectors do, and nothing like their accuracy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from support_onnx import Drawing

STRIDES = (8, 16, 32)
_LIGHT = """
     3  0 -2 -3 -1 -2 -3
    -1 -1 -2  0  0  0 -1
    -1 -2 -2 -2  1  3  4
    -1 -4 -3  0  1  3  6
     0 -2 -2  0 -3  0  3
    -1 -2 -1  0  3  3  5
     2 -1  0  3  3 -1  4
     3  2  1  1 -1 -3 -3
     3  1  0  1  0  0  2
     3  0 -1  0  3  2  0
     0 -1 -1  0  1  3  3
    -1 -1  1  2  0 -2 -3
    -2 -1  0  1  0 -3 -4
"""
"""Tenths, left half with the middle: on luma with mean 0 and deviation 1 within the pattern."""
_SKIN = """
    -2 -1  0  0  1  1  0
    -2 -1  1  2  2  3  3
    -2 -1  1  2  3  4  4
    -2 -1  1  2  1  1  1
    -2 -1  1  1 -1  0  1
    -3  0  2  0 -1  2  4
    -3 -1  3  2  1  2  3
    -3  0  3  2  1  0  0
    -3 -1  2  3  0 -2 -3
    -3 -1  0  1  1 -1 -2
    -3 -2 -1  0  1  1  2
    -2 -2 -1  0  1  1  1
    -2 -2 -1 -1  0  1  1
"""
"""Tenths; on the likeness to skin, 0..1."""
_BIAS = -12.8
_CELLS = 13
"""Of the pattern's side; ten of them are the height of the face."""
_GREY, _SKIN_HUES = [0.299, 0.587, 0.114], {"red over green": (48, 30), "green over blue": (35, 16)}
"""Weights of luma; mean and width of two differences that skin keeps in most light."""


@dataclass(frozen=True)
class Head:
    """What one stride says of faces of one size, position after position."""

    stride: int
    face_px: float
    """Height of the faces."""
    answer: str
    """1 channel: the pattern's answer; above about 2.5 a face."""
    move: str
    """2 channels: pixels from the position to the middle of the face."""


def find_faces(drawing: Drawing, rgb: str) -> dict[int, tuple[Head, Head]]:
    """Stride -> heads for faces of 5 and of 7.5 strides in RGB 0..255."""
    grey, skin = drawing.mix(rgb, [_GREY]), _skin(drawing, rgb)
    return {
        stride: (
            _head(drawing, grey, skin, stride, stride // 2),
            _head(drawing, grey, skin, stride, stride * 3 // 4),
        )
        for stride in STRIDES
    }


def _skin(drawing: Drawing, rgb: str) -> str:
    """Likeness to skin, 0..1, pixel by pixel; what is nearly black is none."""
    (red_green, width), (green_blue, other) = _SKIN_HUES.values()
    hues = drawing.mix(
        rgb,
        [[1 / width, -1 / width, 0], [0, 1 / other, -1 / other]],
        [-red_green / width, -green_blue / other],
    )
    alike = drawing.add("Exp", drawing.mix(drawing.add("Mul", hues, hues), [[-1, -1]]))
    lit = drawing.add("Sigmoid", drawing.mix(rgb, [[1 / 30] * 3], [-8]))
    return drawing.add("Mul", alike, lit)


def _head(drawing: Drawing, grey: str, skin: str, stride: int, cell_px: int) -> Head:
    step = stride // 4
    light, tone = (drawing.average(value, cell_px, step) for value in (grey, skin))
    window = {"dilations": [cell_px // step] * 2, "pads": [_CELLS // 2 * cell_px // step] * 4, "strides": [4, 4]}

    def seen(value: str, pattern: np.ndarray) -> str:
        return drawing.convolve(value, pattern[None, None], **window)

    even = np.full((_CELLS, _CELLS), 1 / _CELLS**2)
    mean = seen(light, even)
    variance = drawing.add("Sub", seen(drawing.add("Mul", light, light), even), drawing.add("Mul", mean, mean))
    deviation = drawing.add("Sqrt", drawing.add("Relu", drawing.mix(variance, [[1]], [100])))
    pattern = _pattern(_LIGHT)
    contrast = drawing.add("Div", seen(light, pattern - pattern.mean()), deviation)
    answer = drawing.mix(drawing.add("Add", contrast, seen(tone, _pattern(_SKIN))), [[1]], [_BIAS])
    return Head(stride, 10 * cell_px, answer, _move(drawing, answer, stride, (cell_px - 1) / 2))


def _pattern(half: str) -> np.ndarray:
    left = np.array([line.split() for line in half.strip().splitlines()], float) / 10
    return np.hstack([left, left[:, -2::-1]])


def _move(drawing: Drawing, answer: str, stride: int, offset_px: float) -> str:
    """Towards where the answers around a position are larger; `offset_px` from the position to its window's middle."""
    # Within 0.01 and 1.01: OpenCV's Winograd convolution rounds to the largest value around.
    weight = drawing.mix(drawing.add("Sigmoid", drawing.mix(answer, [[1]], [-5])), [[1]], [0.01])
    total = drawing.convolve(weight, np.ones((1, 1, 3, 3)), pads=[1] * 4)
    down, right = (stride * (grid - 1.0) for grid in np.mgrid[:3, :3])
    pulls = [drawing.convolve(weight, grid[None, None], pads=[1] * 4) for grid in (right, down)]
    # One channel after the other: OpenCV 5.0 divides the unused lanes of a block of channels too.
    both = drawing.stack(*(drawing.add("Div", pull, total) for pull in pulls))
    return drawing.mix(both, np.eye(2), [offset_px] * 2)
