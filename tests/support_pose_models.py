"""Stand-ins for DWPose's two models, with their tensors, and pictures of the people that they see.

Such a person is 133 dots, each in the colour of its point of COCO-WholeBody, around a badge whose red says that
somebody is there, and whose green and blue say how wide and how high the box is.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import cv2
import numpy as np
from support_onnx import Drawing

from facechain.geometry import Box
from facechain.providers.model_files import ModelLocations
from facechain.providers.portrait_models import DWPOSE, YOLOX

POINTS = 133
DOT_PX = 8
"""Radius in the photo."""
_SIDE_PX, _BADGE_PX = 640, 24
"""Of the detector's input; the badge's side there."""
_STRIDES = (8, 16, 32)
_COLUMNS, _ROWS, _BEHIND_BADGE = 12, 12, (5, 6)
_LEVELS = np.arange(0, 225, 28)
_MEAN, _DEVIATION = np.array([123.675, 116.28, 103.53]), np.array([58.395, 57.12, 57.375])
_HEIGHT, _WIDTH, _CELL_PX, _BINS_PER_PX = 384, 288, 2, 2


def point_colors() -> np.ndarray:
    """RGB (133, 3), 28 apart. One channel is full, so that the darker rim of a dot is like no other dot."""
    first, second = (grid.ravel() for grid in np.meshgrid(_LEVELS, _LEVELS))
    full = np.full(first.size, 255)
    return np.concatenate([np.column_stack([first, full, second]), np.column_stack([first, second, full])])[:POINTS]


def draw_person(picture: np.ndarray, box: Box, hidden: Collection[int] = (), *, red: int = 255) -> np.ndarray:
    """x and y (133, 2) of the points of a new person in `box` of `picture`, RGB and dark; `hidden` are not drawn.

    The detector is the surer of a person the larger `red` is; at 215 it sees nobody.
    """
    ratio = min(_SIDE_PX / picture.shape[0], _SIDE_PX / picture.shape[1])
    places = [(x, y) for y in range(_ROWS) for x in range(_COLUMNS) if not {x, y} <= set(_BEHIND_BADGE)]
    shares = (np.array(places[:POINTS]) + 0.5) / (_COLUMNS, _ROWS)
    points = np.round((box.x1, box.y1) + shares * (box.width, box.height))
    for number, (point, color) in enumerate(zip(points.astype(int), point_colors(), strict=True)):
        if number not in hidden:
            cv2.circle(picture, point.tolist(), DOT_PX, color.tolist(), cv2.FILLED)
    left, top = (np.array(box.center) - _BADGE_PX / ratio / 2).round().astype(int)
    right, bottom = (np.array([left, top]) + _BADGE_PX / ratio).round().astype(int)
    sides = np.array([box.width, box.height]) * ratio * 255 / _SIDE_PX
    picture[top:bottom, left:right] = (red, *sides.round())
    return points


def install_dwpose(models_folder: Path, *, people: int | str = "n") -> ModelLocations:
    """`models_folder` with both stand-ins; `people` is how many the second takes at once."""
    locations = ModelLocations(models_folder)
    draw_yolox(locations.home(YOLOX))
    draw_dwpose(locations.home(DWPOSE), people=people)
    return locations


def draw_yolox(file: Path) -> Path:
    """BGR 0..255 -> middle and log of the sides in cells, objectness and 80 classes, of three strides."""
    drawing = Drawing(images=[1, 3, _SIDE_PX, _SIDE_PX])
    levels = [_level(drawing, stride) for stride in _STRIDES]
    drawing.add("Concat", *levels, axis=1, output="output")
    return drawing.save(file, {"output": [1, 8400, 85]})


def draw_dwpose(file: Path, *, people: int | str = "n") -> Path:
    """RGB normalised as for ImageNet -> how much of each point's colour is in every column and every row."""
    drawing = Drawing(input=[people, 3, _HEIGHT, _WIDTH])
    rgb = drawing.average(drawing.mix("input", np.diag(_DEVIATION), _MEAN), _CELL_PX, _CELL_PX)
    colors = point_colors().astype(float)
    squares = drawing.add("Mul", rgb, rgb)
    distances = drawing.mix(
        drawing.stack(rgb, squares), np.hstack([-2 * colors, np.ones_like(colors)]), (colors**2).sum(1)
    )
    likeness = drawing.add("Exp", drawing.mix(distances, -np.eye(POINTS) / 100))
    rows, columns = _HEIGHT // _CELL_PX, _WIDTH // _CELL_PX
    _bins(drawing, likeness, kernel=(rows, 1), output="simcc_x")
    _bins(drawing, likeness, kernel=(1, columns), output="simcc_y")
    return drawing.save(file, {"simcc_x": [people, POINTS, 576], "simcc_y": [people, POINTS, 768]})


def _level(drawing: Drawing, stride: int) -> str:
    """Rows of one stride: a person wherever a window of two strides is all badge."""
    window = drawing.average("images", 2 * stride, stride, stride // 2)
    cells = _SIDE_PX / 255 / stride
    sides = drawing.add("Log", drawing.mix(window, [[0, cells, 0], [cells, 0, 0]], [1e-3, 1e-3]))
    objectness = drawing.add("Sigmoid", drawing.mix(window, [[0, 0, 0.2]], [-44]))
    middle = drawing.mix(objectness, np.zeros((2, 1)), [0.5, 0.5])
    classes = drawing.mix(objectness, np.zeros((80, 1)), [0.9, *[0.05] * 79])
    together = drawing.stack(middle, sides, objectness, classes)
    return drawing.rows(together, 85, f"level_{stride}", batch=True)


def _bins(drawing: Drawing, likeness: str, *, kernel: tuple[int, int], output: str) -> None:
    """What `kernel` sums up, from cells to bins: 1 where the whole height or width of a small dot is seen."""
    rows, columns = kernel
    cells = (_HEIGHT // _CELL_PX) // rows * (_WIDTH // _CELL_PX) // columns
    sums = drawing.add("AveragePool", likeness, kernel_shape=list(kernel), strides=[1, 1])
    profile = drawing.add("Reshape", sums, drawing.constant([0, POINTS, cells], np.int64))
    bins_per_cell = _CELL_PX * _BINS_PER_PX
    middles = np.arange(cells) * bins_per_cell + (bins_per_cell - _BINS_PER_PX) / 2
    apart = np.abs(np.arange(cells * bins_per_cell) - middles[:, None])
    # Less towards the end, so that of equal places every engine takes the first.
    between = np.maximum(1 - apart / bins_per_cell, 0) * max(kernel) / 4 * np.linspace(1, 0.9, apart.shape[1])
    drawing.add("MatMul", profile, drawing.constant(between), output=output)
