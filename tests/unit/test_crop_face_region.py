"""One face chosen, cut and shown among the others."""

from __future__ import annotations

import numpy as np
import pytest
from support_people import FlatAnalyzer, grey_identity

from facechain.crop_face_region import crop_face_region
from facechain.errors import NoFaceFound
from facechain.sheet_drawing import GREEN
from facechain.template_region import RegionOptions
from facechain.which_face import FaceOrder, WhichFace


@pytest.fixture
def template():
    """Three faces, 60 px wide each, that get lighter to the right."""
    picture = np.zeros((100, 320, 3), np.uint8)
    for place, grey in enumerate((60, 120, 180)):
        picture[:, 20 + 100 * place : 80 + 100 * place] = grey
    return picture


def test_the_face_of_that_number_is_in_the_middle_of_the_region(template):
    which = WhichFace(FaceOrder.POSITION, 2)
    cropped = crop_face_region(template, FlatAnalyzer(), which, RegionOptions(side_px=64))
    assert cropped.region.picture[32, 32, 0] == 120
    assert cropped.report() == {"face": 2, "faces": 3, "box": [84, -16, 217, 117], "scale": 0.481}
    assert len(cropped.region.others) == 2


def test_a_face_chosen_by_likeness_is_told_by_its_place(template):
    which = WhichFace(FaceOrder.LIKENESS, 1, (grey_identity(175),))
    assert crop_face_region(template, FlatAnalyzer(), which, RegionOptions()).number == 3


def test_the_overlay_marks_the_chosen_face_only(template):
    which = WhichFace(FaceOrder.POSITION, 3)
    overlay = crop_face_region(template, FlatAnalyzer(), which, RegionOptions()).overlay
    columns = np.flatnonzero((overlay == GREEN).all(-1).any(0))
    # Twice the template's size: the third face is from 440 to 560.
    assert overlay.shape == (200, 640, 3)
    assert columns.min() >= 436
    assert columns.max() <= 564


def test_a_face_that_is_not_there_is_told_with_the_count(template):
    with pytest.raises(NoFaceFound, match="3 faces, face 4 was asked"):
        crop_face_region(template, FlatAnalyzer(), WhichFace(FaceOrder.POSITION, 4), RegionOptions())


def test_the_repr_shows_numbers_only(template):
    cropped = crop_face_region(template, FlatAnalyzer(), WhichFace(FaceOrder.POSITION, 1), RegionOptions())
    assert repr(cropped) == "CroppedFace(1 of 3, TemplateRegion(133 px at 512 px))"
