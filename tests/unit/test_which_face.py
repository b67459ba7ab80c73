"""One control names a face: by place, by size or by likeness."""

from __future__ import annotations

import numpy as np
import pytest
from support_people import face_at, grey_identity

from facechain.embeddings import Embedding
from facechain.errors import InvalidSetting, NoFaceFound
from facechain.which_face import FaceOrder, WhichFace, choose_face

LEFT, MIDDLE, RIGHT = face_at(50, 90, 40), face_at(150, 20, 80), face_at(250, 60, 60)
FACES = (RIGHT, LEFT, MIDDLE)


def cosine_identity(vector):
    return Embedding(np.array(vector), "cosine-model", "cosine")


@pytest.mark.parametrize(("number", "face"), [(1, LEFT), (2, MIDDLE), (3, RIGHT)])
def test_faces_are_counted_from_left_to_right(number, face):
    assert choose_face(FACES, WhichFace(FaceOrder.POSITION, number)) is face


@pytest.mark.parametrize(("number", "face"), [(1, MIDDLE), (2, RIGHT), (3, LEFT)])
def test_faces_are_counted_from_large_to_small(number, face):
    assert choose_face(FACES, WhichFace(FaceOrder.SIZE, number)) is face


def test_the_largest_face_is_meant_when_nothing_is_said():
    assert choose_face(FACES, WhichFace()) is MIDDLE


@pytest.mark.parametrize(("number", "face"), [(1, RIGHT), (2, LEFT), (3, MIDDLE)])
def test_faces_are_counted_from_alike_to_strange(number, face):
    greys = {id(LEFT): 130, id(MIDDLE): 200, id(RIGHT): 105}
    which = WhichFace(FaceOrder.LIKENESS, number, (grey_identity(100),))
    assert choose_face(FACES, which, embed=lambda face: grey_identity(greys[id(face)])) is face


def test_larger_is_more_alike_when_the_metric_is_cosine():
    vectors = {id(LEFT): [0.0, 1.0], id(MIDDLE): [1.0, 0.1], id(RIGHT): [1.0, 1.0]}
    which = WhichFace(FaceOrder.LIKENESS, 1, (Embedding(np.array([1.0, 0.0]), "cosine-model", "cosine"),))
    chosen = choose_face(
        FACES, which, embed=lambda face: Embedding(np.array(vectors[id(face)]), "cosine-model", "cosine")
    )
    assert chosen is MIDDLE


def test_a_number_beyond_the_last_face_says_how_many_there_are():
    with pytest.raises(NoFaceFound, match=r"The photo has 2 faces, face 5 was asked\. Choose a number from 1 to 2\."):
        choose_face((LEFT, RIGHT), WhichFace(FaceOrder.POSITION, 5))


def test_a_photo_without_faces_says_so():
    with pytest.raises(NoFaceFound, match="The photo has no face"):
        choose_face((), WhichFace())


def test_faces_are_counted_from_one():
    with pytest.raises(InvalidSetting, match="Count faces from 1"):
        WhichFace(number=0)


def test_likeness_needs_somebody_to_be_alike_to():
    with pytest.raises(InvalidSetting, match=r"but to nobody\. Connect a person"):
        WhichFace(FaceOrder.LIKENESS)


def test_likeness_needs_an_analyzer():
    with pytest.raises(InvalidSetting, match="without an analyzer"):
        choose_face(FACES, WhichFace(FaceOrder.LIKENESS, 1, (grey_identity(1),)))


def test_the_repr_holds_no_identity():
    assert repr(WhichFace(FaceOrder.LIKENESS, 2, (grey_identity(1),))) == "WhichFace(likeness, 2)"
