import numpy as np
import pytest

from facechain.embeddings import Embedding
from facechain.errors import InvalidSetting
from facechain.face_choice import SeveralFaces, confidence, meant_face
from facechain.faces import Face, Rejection
from facechain.geometry import Box, Landmarks
from facechain.verdicts import Finding
from facechain.which_face import WhichFace

REFERENCE = (Embedding(np.array([100.0]), "size", "euclidean"),)
"""Somebody whose face is 100 px wide."""


def square(x: float, side: float, score: float = 0.9, presence: float | None = None) -> Face:
    points = np.array([(0.3, 0.4), (0.7, 0.4), (0.5, 0.6), (0.4, 0.8), (0.6, 0.8)]) * side + (x, 0)
    return Face(Box(x, 0, x + side, side), Landmarks(points), score, presence=presence)


def size_as_identity(face: Face) -> Embedding:
    return Embedding(np.array([face.box.width]), "size", "euclidean")


def meant(faces: list[Face], rule: SeveralFaces, number: int = 1) -> Face | Finding:
    return meant_face(faces, rule.which(number, REFERENCE), embed=size_as_identity)


@pytest.mark.parametrize("rule", list(SeveralFaces))
def test_an_only_face_is_always_meant(rule):
    face = square(0, 50)
    assert meant([face], rule) is face


@pytest.mark.parametrize("rule", list(SeveralFaces))
def test_without_a_face_there_is_a_finding(rule):
    finding = meant([], rule)
    assert isinstance(finding, Finding)
    assert finding.rejection is Rejection.NO_FACE


def test_the_dominant_face_has_four_times_the_area_of_the_next():
    small, large = square(0, 50), square(100, 100)
    assert meant([small, large], SeveralFaces.DOMINANT) is large


def test_two_faces_of_similar_size_are_refused_with_their_ratio():
    finding = meant([square(0, 50), square(100, 99)], SeveralFaces.DOMINANT)
    assert isinstance(finding, Finding)
    assert finding.rejection is Rejection.SEVERAL_FACES
    # (99 / 50) squared is 3.92, which would read as 4.
    assert finding.reason == "There are 2 faces; the largest is 3.9 times the next, 4 needed."


@pytest.mark.parametrize(
    ("rule", "order"),
    [
        (SeveralFaces.SIZE, ["middle", "left", "right"]),
        (SeveralFaces.POSITION, ["left", "middle", "right"]),
        (SeveralFaces.LIKENESS, ["left", "right", "middle"]),
    ],
)
def test_other_rules_count_the_faces(rule, order):
    faces = {"left": square(0, 90), "middle": square(200, 150), "right": square(400, 80)}
    assert [meant(list(faces.values()), rule, number) for number in (1, 2, 3)] == [faces[name] for name in order]


@pytest.mark.parametrize(
    ("faces", "there"), [([square(0, 50)], "is 1 face"), ([square(0, 50), square(60, 50)], "are 2 faces")]
)
def test_a_number_beyond_the_last_face_is_a_finding(faces, there):
    finding = meant(faces, SeveralFaces.POSITION, 3)
    assert isinstance(finding, Finding)
    assert finding.rejection is Rejection.NO_FACE
    assert finding.reason == f"There {there}; face 3 was asked for."


def test_a_faint_face_beside_a_clear_one_is_ignored():
    clear, faint = square(0, 50, 0.96, 1.0), square(100, 90, 0.57, 0.63)
    assert meant([clear, faint], SeveralFaces.DOMINANT) is clear
    assert meant([clear, faint], SeveralFaces.SIZE) is clear


def test_a_faint_face_alone_is_meant():
    faint = square(0, 50, 0.3)
    assert meant([faint], SeveralFaces.DOMINANT) is faint


def test_a_face_with_both_eyes_at_one_point_is_no_face():
    face = Face(Box(0, 0, 9, 9), Landmarks(np.full((5, 2), 4.0)), 0.9)
    assert isinstance(meant([face], SeveralFaces.SIZE), Finding)


def test_likeness_to_nobody_is_refused():
    with pytest.raises(InvalidSetting, match="but to nobody"):
        SeveralFaces.LIKENESS.which(1, ())


def test_every_rule_but_the_dominant_one_names_a_face_by_order_and_number():
    assert SeveralFaces.DOMINANT.which(2, ()) is None
    assert isinstance(SeveralFaces.SIZE.which(2, ()), WhichFace)


def test_confidence_is_that_of_detector_and_mesh_together():
    assert confidence(square(0, 50, 0.9)) == 0.9
    assert confidence(square(0, 50, 0.9, 0.5)) == 0.45
