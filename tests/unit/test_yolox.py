"""YOLOX's input, and the people in its output."""

from __future__ import annotations

import numpy as np
import pytest

from facechain.geometry import Box
from facechain.providers.yolox import best_of_each, decode, letterbox

FIRST_OF_STRIDE = {8: 0, 16: 6400, 32: 8000}
"""80 x 80 cells, then 40 x 40, then 20 x 20."""


def answers(*people: tuple[int, tuple[float, ...], float, float], other: float = 0.0) -> np.ndarray:
    """Rows (8400, 85) of nothing but `people`: row, (x, y, log of width and height), objectness and person.

    `other`: what each row says of the next class.
    """
    rows = np.zeros((8400, 85), np.float32)
    rows[:, 6] = other
    for number, place, objectness, share in people:
        rows[number, :4], rows[number, 4], rows[number, 5] = place, objectness, share
    return rows


def candidates(*rows: tuple[float, ...]) -> np.ndarray:
    return np.array(rows, np.float32).reshape(-1, 5)


def test_a_photo_lies_in_the_top_left_of_a_grey_square():
    canvas, scale = letterbox(np.full((100, 200, 3), 7, np.uint8))
    assert scale == 3.2
    assert canvas.shape == (640, 640, 3)
    assert (canvas[:320] == 7).all()
    assert (canvas[320:] == 114).all()


def test_a_photo_of_the_right_size_is_not_touched():
    photo = np.random.default_rng(0).integers(0, 256, (640, 640, 3)).astype(np.uint8)
    canvas, scale = letterbox(photo)
    assert scale == 1
    assert (canvas == photo).all()


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 4000), (4000, 1), (20, 4000)])
def test_the_thinnest_strip_is_one_pixel_wide_at_least(height, width):
    canvas, scale = letterbox(np.zeros((height, width, 3), np.uint8))
    assert scale == 640 / max(height, width)
    shown = int((canvas[..., 0] == 0).sum())
    assert shown == max(int(height * scale), 1) * max(int(width * scale), 1)


@pytest.mark.parametrize(("stride", "cells"), [(8, 80), (16, 40), (32, 20)])
def test_a_box_is_counted_from_its_cell_in_strides(stride, cells):
    # Column 3 and row 2; the middle half a cell to the right of its corner, a fourth down; 4 cells wide, 2 high.
    number = FIRST_OF_STRIDE[stride] + 2 * cells + 3
    ((x1, y1, x2, y2, score),) = decode(answers((number, (0.5, 0.25, np.log(4), np.log(2)), 0.8, 0.9)))
    assert [x1, y1, x2, y2] == pytest.approx([1.5 * stride, 1.25 * stride, 5.5 * stride, 3.25 * stride], abs=1e-4)
    assert score == pytest.approx(0.72)


@pytest.mark.parametrize(("objectness", "share"), [(0.5, 0.59), (0.29, 1.0), (1.0, 0.3), (float("nan"), 1.0)])
def test_what_scores_three_tenths_or_less_is_nobody(objectness, share):
    assert len(decode(answers((0, (0.5, 0.5, 2, 2), objectness, share)))) == 0


def test_other_classes_are_nobody():
    assert len(decode(answers((0, (0.5, 0.5, 2, 2), 1.0, 0.1), other=0.99))) == 0


@pytest.mark.parametrize("sides", [(1000.0, 2.0), (float("inf"), 2.0), (2.0, float("nan")), (-1000.0, 2.0)])
def test_a_box_without_a_size_is_left_out(sides):
    rows = answers((0, (0.5, 0.5, *sides), 0.9, 0.9), (5, (0.5, 0.5, 2, 2), 0.9, 0.9))
    assert len(decode(rows)) == 1


def test_boxes_that_overlap_a_better_one_by_half_are_the_same_person():
    better, worse = (0, 0, 9, 9, 0.6), (0, 0, 9, 4, 0.5)  # 10 and 5 pixels high, as the last one counts
    assert best_of_each(candidates(worse, better)) == (Box(0, 0, 9, 9),)


def test_boxes_that_overlap_less_are_two_people_the_surer_first():
    # 44 of 100 rows are shared, as the last one counts; with 46 they would be one.
    large, small = (0, 0, 99, 99, 0.6), (0, 0, 99, 43, 0.9)
    assert best_of_each(candidates(large, small)) == (Box(0, 0, 99, 43), Box(0, 0, 99, 99))
    assert len(best_of_each(candidates(large, (0, 0, 99, 45, 0.9)))) == 1


def test_of_nobody_nobody_is_the_best():
    assert best_of_each(candidates()) == ()
