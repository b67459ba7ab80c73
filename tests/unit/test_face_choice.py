import numpy as np
import pytest

from facechain.face_choice import FaceChoice, choose_face
from facechain.faces import Face, Rejection
from facechain.geometry import Box, Landmarks
from facechain.verdicts import Finding


def square(x: float, side: float, score: float = 0.9, presence: float | None = None) -> Face:
    points = np.array([(0.3, 0.4), (0.7, 0.4), (0.5, 0.6), (0.4, 0.8), (0.6, 0.8)]) * side + (x, 0)
    return Face(Box(x, 0, x + side, side), Landmarks(points), score, presence=presence)


@pytest.mark.parametrize("choice", list(FaceChoice))
def test_an_only_face_is_always_meant(choice):
    face = square(0, 50)
    assert choose_face([face], choice) is face


@pytest.mark.parametrize("choice", list(FaceChoice))
def test_without_a_face_there_is_a_finding(choice):
    finding = choose_face([], choice)
    assert isinstance(finding, Finding)
    assert finding.rejection is Rejection.NO_FACE


def test_the_dominant_face_has_four_times_the_area_of_the_next():
    small, large = square(0, 50), square(100, 100)
    assert choose_face([small, large], FaceChoice.DOMINANT) is large


def test_two_faces_of_similar_size_are_refused_with_their_ratio():
    finding = choose_face([square(0, 50), square(100, 99)], FaceChoice.DOMINANT)
    assert isinstance(finding, Finding)
    assert finding.rejection is Rejection.SEVERAL_FACES
    # (99 / 50) squared is 3.92, which would read as 4.
    assert finding.reason == "There are 2 faces; the largest is 3.9 times the next, 4 needed."


def test_other_rules_take_one_of_similar_faces():
    left, middle, right = square(0, 50), square(100, 60), square(200, 40)
    faces = [left, middle, right]
    assert choose_face(faces, FaceChoice.LARGEST) is middle
    assert choose_face(faces, FaceChoice.LEFTMOST) is left
    assert choose_face(faces, FaceChoice.RIGHTMOST) is right


def test_a_faint_face_beside_a_clear_one_is_ignored():
    clear, faint = square(0, 50, 0.96, 1.0), square(100, 90, 0.57, 0.63)
    assert choose_face([clear, faint], FaceChoice.DOMINANT) is clear
    assert choose_face([clear, faint], FaceChoice.LARGEST) is clear


def test_a_faint_face_alone_is_meant():
    faint = square(0, 50, 0.3)
    assert choose_face([faint], FaceChoice.DOMINANT) is faint


def test_a_face_with_both_eyes_at_one_point_is_no_face():
    face = Face(Box(0, 0, 9, 9), Landmarks(np.full((5, 2), 4.0)), 0.9)
    assert isinstance(choose_face([face], FaceChoice.LARGEST), Finding)
