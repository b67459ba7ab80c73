"""What is asked of the segmentation model, and how its answers are joined."""

from __future__ import annotations

import numpy as np
import pytest
from support_people import face_at

from facechain.person_views import VIEWS, person_around


class EvenSegmenter:
    """Takes every pixel for a person with one probability per call, and remembers the sizes that it saw."""

    def __init__(self, *answers: float) -> None:
        self._answers = list(answers)
        self.sizes: list[tuple[int, int]] = []

    def segment(self, image):
        self.sizes.append(image.shape[:2])
        return np.full(image.shape[:2], self._answers.pop(0) if self._answers else 1.0, np.float32)


def grey(height: int, width: int) -> np.ndarray:
    return np.full((height, width, 3), 100, np.uint8)


def test_the_whole_picture_and_squares_around_the_face_are_looked_at():
    segmenter = EvenSegmenter()
    person_around(segmenter, grey(1000, 1000), face_at(500, 400, 100))
    squares = [(round(100 * side), round(100 * side)) for side, _ in VIEWS]
    assert segmenter.sizes[0] == (1000, 1000)
    assert np.abs(np.array(segmenter.sizes[1:]) - squares).max() <= 1  # rounding


def test_answers_that_agree_are_the_result():
    person = person_around(EvenSegmenter(*[0.5] * 5), grey(300, 400), face_at(200, 150, 100))
    assert person.shape == (300, 400)
    assert person.dtype == np.float32
    assert person == pytest.approx(0.5)


def test_away_from_the_face_only_the_whole_picture_counts():
    person = person_around(EvenSegmenter(0.25), grey(1000, 1000), face_at(500, 400, 100))
    assert person[950, 50] == pytest.approx(0.25)
    assert person[400, 500] > 0.85  # four views of 1 against a light 0.25


def test_views_fade_so_that_no_border_shows():
    person = person_around(EvenSegmenter(0), grey(1000, 1000), face_at(500, 400, 100))
    # The narrowest view fades over 33 px, and is a part of what is joined.
    assert np.abs(np.diff(person, axis=1)).max() < 0.12


def test_a_face_at_the_corner_is_looked_at_as_far_as_it_is_there():
    segmenter = EvenSegmenter()
    person = person_around(segmenter, grey(300, 300), face_at(0, 0, 80))
    assert person.min() == 1
    assert min(min(size) for size in segmenter.sizes) > 80


def test_the_white_beyond_the_photo_is_nobody():
    crop = grey(300, 300)
    crop[:, :40] = 255
    crop[100:140, 100:140] = 255  # a white collar is no fill
    person = person_around(EvenSegmenter(), crop, face_at(150, 150, 80))
    assert person[:, :40].max() == 0
    assert person[:, 45:].min() == 1
