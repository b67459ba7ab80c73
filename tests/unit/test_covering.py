"""What lies over a face: hair and hands from a parser, frames from the mesh or the parser."""

from dataclasses import replace

import numpy as np
import pytest
from support_fusion import KnownParser
from support_mesh import ball_face, ball_mesh, plain_photo

from facechain.covering import frame_over, left_in_front, things_over
from facechain.parsing import Region

SIDE = 200
SKIN = (200, 150, 130)
TOP = np.s_[0:60, :]
LENSES = np.s_[80:120, 50:150]


@pytest.fixture
def face():
    """100 px wide, without a mesh, so that only a parser knows of spectacles."""
    return replace(ball_face(ball_mesh(SIDE / 2, SIDE / 2, 50)), mesh=None)


@pytest.fixture
def photo():
    return plain_photo(SIDE, SIDE, SKIN)


@pytest.mark.parametrize("region", [Region.HAIR, Region.HAT, Region.CLOTHES, Region.BACKGROUND])
def test_things_over_the_face_cover_it_wholly_and_end_softly(photo, face, region):
    over = things_over(KnownParser((region, TOP)).parse(photo, face), face)
    assert (over[TOP] == 1).all()
    # The rim is 3 % of 100 px wide: one pixel below it has two thirds of the way to go, three end it.
    assert 0.5 < over[60, 100] < 1
    assert (np.diff(over[60:64, 100]) < 0).any()
    assert (over[63:] == 0).all()


@pytest.mark.parametrize("region", [Region.NECK, Region.GLASSES, Region.LIPS, Region.EYES, Region.BROWS, Region.MOUTH])
def test_parts_of_the_face_and_the_neck_below_do_not_cover_it(photo, face, region):
    assert not things_over(KnownParser((region, TOP)).parse(photo, face), face).any()


def test_clear_lenses_that_a_parser_takes_for_spectacles_leave_the_eyes_free(photo, face):
    frame = frame_over(photo, face, KnownParser((Region.GLASSES, LENSES)).parse(photo, face))
    assert frame[80, 100] == 1
    assert frame[82, 100] == 1
    assert frame[100, 100] == 0


def test_a_thin_frame_of_a_parser_is_kept_as_it_is(photo, face):
    bar = np.s_[98:102, 50:150]
    frame = frame_over(photo, face, KnownParser((Region.GLASSES, bar)).parse(photo, face))
    assert (frame[bar] == 1).all()


def test_dark_glasses_stay_as_a_whole(photo, face):
    photo[LENSES] = 20
    frame = frame_over(photo, face, KnownParser((Region.GLASSES, LENSES)).parse(photo, face))
    assert (frame[LENSES] == 1).all()


def test_without_spectacles_there_is_no_frame(photo, face):
    assert frame_over(photo, face, KnownParser().parse(photo, face)) is None
    assert frame_over(photo, face, None) is None


def test_what_is_in_front_is_the_pictures_own_and_the_rest_is_fused():
    cover = np.array([[0, 0.5, 1]], np.float32)
    fused, image = np.full((1, 3, 3), 200, np.uint8), np.full((1, 3, 3), 100, np.uint8)
    assert left_in_front(fused, image, cover)[0, :, 0].tolist() == [200, 150, 100]
