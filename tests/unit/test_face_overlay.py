"""Faces boxed and numbered, readable on every picture."""

from __future__ import annotations

import numpy as np
import pytest
from support_people import face_at

from facechain import sheet_drawing
from facechain.face_overlay import number_faces
from facechain.sheet_drawing import GREEN, INK

LEFT, MIDDLE, RIGHT = face_at(200, 300, 100), face_at(500, 300, 100), face_at(800, 300, 100)


def grey(width: int = 1000, height: int = 600) -> np.ndarray:
    return np.full((height, width, 3), 128, np.uint8)


@pytest.fixture
def labels(monkeypatch):
    """Every text that is written, with the middle of its label."""
    written: dict[str, tuple[float, float]] = {}
    plain = sheet_drawing.Canvas.text

    def record(self, at, text, *style):
        written[text] = at
        plain(self, at, text, *style)

    monkeypatch.setattr(sheet_drawing.Canvas, "text", record)
    return written


def pixels_of(picture: np.ndarray, color: tuple[int, int, int]) -> np.ndarray:
    return (picture == color).all(-1)


def test_faces_are_numbered_from_left_to_right_whatever_their_order(labels):
    number_faces(grey(), [RIGHT, LEFT, MIDDLE])
    assert list(labels) == ["1", "2", "3"]
    assert [round(x) for x, _ in labels.values()] == [200, 500, 800]


def test_a_number_stands_above_its_face(labels):
    number_faces(grey(), [LEFT])
    _, y = labels["1"]
    assert 200 < y < 250  # the box is from 250 to 350


def test_a_number_stands_below_a_face_at_the_upper_edge(labels):
    number_faces(grey(), [face_at(200, 50, 100)])
    assert labels["1"][1] > 100


def test_two_labels_never_cover_each_other_nor_a_face(labels):
    names = {1: "Anna Alexandra", 2: "Bartholomew"}
    number_faces(grey(), [face_at(200, 300, 100), face_at(310, 300, 100)], names)
    (x1, y1), (x2, y2) = labels.values()
    # Both names are wider than 110 px, so that side by side above the faces they would overlap.
    assert abs(y1 - y2) > 40 or abs(x1 - x2) > 250


def test_marked_faces_are_green_and_named_and_others_are_dark(labels):
    picture = number_faces(grey(), [LEFT, RIGHT], {2: "Ana"})
    assert list(labels) == ["1", "2 Ana"]
    assert pixels_of(picture, GREEN)[:, 600:].any()
    assert not pixels_of(picture, GREEN)[:, :600].any()
    assert pixels_of(picture, INK)[:, :600].any()


def test_a_name_that_the_font_cannot_write_leaves_the_number(labels):
    number_faces(grey(), [LEFT], {1: "小明"})
    assert list(labels) == ["1"]


def test_the_picture_shows_between_the_labels_as_it_is():
    picture = grey()
    picture[500:, 900:] = (10, 200, 30)
    assert (number_faces(picture, [LEFT])[505:595, 905:995] == (10, 200, 30)).all()


@pytest.mark.parametrize(
    ("width", "height", "shape"),
    [(64, 32, (320, 640, 3)), (800, 1000, (1000, 800, 3)), (4000, 2000, (640, 1280, 3)), (5, 900, (900, 5, 3))],
)
def test_the_long_side_is_640_to_1280_px(width, height, shape):
    assert number_faces(grey(width, height), [face_at(width / 2, height / 2, min(width, height) / 2)]).shape == shape


def test_a_picture_without_faces_stays_as_it_is():
    assert (number_faces(grey(), []) == 128).all()
