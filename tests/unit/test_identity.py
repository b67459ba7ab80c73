"""An identity compares faces with one person, and can be taken from a picture."""

from __future__ import annotations

import numpy as np
import pytest
from support_people import FlatAnalyzer, flat_crop, grey_identity

from facechain.errors import InvalidSetting, NoFaceFound
from facechain.identity import Identity, identity_from_picture


def anna(*greys: int) -> Identity:
    pictures = tuple(flat_crop(grey) for grey in greys)
    return Identity.of(pictures, tuple(grey_identity(grey) for grey in greys), FlatAnalyzer.calibration)


def test_likeness_is_that_of_the_median_over_the_references_on_the_persons_scale():
    person = anna(100, 130, 160)
    # Of 0.3, 0.3, 0.6 between the photos and the 0.5 of the model: own is the middle of 0.45, 0.3 and 0.45,
    # and 0.4 is the least that counts.
    assert person.scale.own == pytest.approx(0.4)
    assert person.likeness(grey_identity(175)) == pytest.approx(0.75)  # 0.45 from the middle photo
    assert person.likeness(grey_identity(180)) == pytest.approx(0.5)
    assert person.likeness(grey_identity(130)) == 1


def test_a_face_without_numbers_is_not_alike():
    face = grey_identity(100)
    broken = type(face)(np.array([np.nan]), face.model_id, face.metric)
    assert anna(100).likeness(broken) == 0


def test_an_identity_without_a_reference_is_refused():
    with pytest.raises(InvalidSetting, match="nobody to compare with"):
        anna()


def test_the_largest_face_of_a_picture_is_meant():
    picture = np.zeros((60, 120, 3), np.uint8)
    picture[:, 4:24], picture[:, 40:100] = 50, 200
    (known,) = identity_from_picture(picture, FlatAnalyzer()).embeddings
    assert known.vector == pytest.approx([2.0])


def test_a_picture_has_the_scale_of_one_photo():
    scale = identity_from_picture(flat_crop(90), FlatAnalyzer()).scale
    assert (scale.measured, scale.own) == (False, pytest.approx(0.25))


def test_a_picture_without_a_face_is_refused():
    with pytest.raises(NoFaceFound, match=r"shows no face\. Use one in which the face is larger"):
        identity_from_picture(np.zeros((40, 40, 3), np.uint8), FlatAnalyzer())


def test_the_repr_holds_no_vector():
    assert repr(anna(100, 110)) == "Identity(2 pictures)"
