"""A restored face in its picture: where it is new, how much, and in whose light."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from support_fusion import Sharpener
from support_mesh import ball_face, ball_mesh

from facechain.errors import InvalidSetting
from facechain.face_crop import FaceCrop
from facechain.geometry import Landmarks, Similarity
from facechain.restored_face import restored

SIDE = 200
MIDDLE = SIDE // 2


@pytest.fixture
def face():
    """A frontal face of 100 px width in the middle, its five points where a real face has them."""
    return face_at(MIDDLE, MIDDLE)


def face_at(x: float, y: float):
    face = ball_face(ball_mesh(x, y, 50))
    points = np.add([[-20, -15], [20, -15], [0, 5], [-15, 28], [15, 28]], (x, y))
    return replace(face, landmarks=Landmarks(points))


@pytest.fixture
def photo():
    """Soft noise, always the same: every pixel has something to sharpen."""
    return np.random.default_rng(0).integers(90, 160, (SIDE, SIDE, 3), dtype=np.uint8)


def contrast(image: np.ndarray) -> float:
    """Spread of the middle of the face, levels."""
    return float(image[MIDDLE - 15 : MIDDLE + 15, MIDDLE - 15 : MIDDLE + 15].std())


def test_the_face_becomes_sharper_and_all_around_it_stays_bit_by_bit(photo, face):
    sharp = restored(photo, face, Sharpener(), strength=1)
    assert contrast(sharp) > 1.2 * contrast(photo)  # doubled fine detail, less what the resampling costs
    around = np.ones((SIDE, SIDE), bool)
    around[MIDDLE - 61 : MIDDLE + 62, MIDDLE - 51 : MIDDLE + 52] = False  # the ball is 100 px wide and 120 px high
    assert (sharp[around] == photo[around]).all()
    assert (photo == np.random.default_rng(0).integers(90, 160, (SIDE, SIDE, 3), dtype=np.uint8)).all()


def test_without_strength_the_picture_stays_bit_by_bit(photo, face):
    assert (restored(photo, face, Sharpener(), strength=0) == photo).all()


def test_half_the_strength_is_half_the_change(photo, face):
    half, whole = (restored(photo, face, Sharpener(), strength=strength).astype(int) for strength in (0.5, 1))
    inside = whole[MIDDLE - 15 : MIDDLE + 15, MIDDLE - 15 : MIDDLE + 15]
    expected = (photo[MIDDLE - 15 : MIDDLE + 15, MIDDLE - 15 : MIDDLE + 15] + inside) / 2
    # Two roundings of half a level; what is clipped at full strength only is farther off, and here nothing is.
    assert np.abs(half[MIDDLE - 15 : MIDDLE + 15, MIDDLE - 15 : MIDDLE + 15] - expected).max() <= 1


def test_it_happens_only_where_it_is_asked_for(photo, face):
    share = np.zeros((SIDE, SIDE), np.float32)
    share[MIDDLE - 10 : MIDDLE + 10, MIDDLE - 10 : MIDDLE + 10] = 1
    sharp = restored(photo, face, Sharpener(), strength=1, share=share)
    assert (sharp[share == 0] == photo[share == 0]).all()
    assert (sharp[share == 1] != photo[share == 1]).any()


def test_the_picture_keeps_its_light_when_the_network_changes_it(photo, face):
    inside = np.s_[MIDDLE - 15 : MIDDLE + 15, MIDDLE - 15 : MIDDLE + 15]
    bright = restored(photo, face, Sharpener(brighter=40), strength=1)
    assert abs(bright[inside].mean() - photo[inside].mean()) < 2  # of 40 levels


def test_a_face_at_the_edge_of_the_picture_brings_nothing_from_beyond_it(photo):
    face = face_at(20, MIDDLE)

    class BlackBeyond(Sharpener):
        """Gives back what it was shown at half the size, and black beyond the picture."""

        def restore(self, image, face):
            crop = np.zeros((SIDE, SIDE, 3), np.uint8)
            crop[: SIDE // 2, 40 : 40 + SIDE // 2] = cv2.resize(image, None, fx=0.5, fy=0.5)
            return FaceCrop(crop, Similarity(np.array([[0.5, 0, 39.75], [0, 0.5, -0.25]])))

    even = np.full_like(photo, 120)
    same = restored(even, face, BlackBeyond(), strength=1)
    assert np.abs(same.astype(int) - 120).max() <= 1


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_an_impossible_strength_is_refused(photo, face, strength):
    with pytest.raises(InvalidSetting, match=r"A restoring strength of .* Use 0 \(nothing\) to 1 \(all\)"):
        restored(photo, face, Sharpener(), strength=strength)


def test_a_mask_of_another_size_is_refused(photo, face):
    with pytest.raises(InvalidSetting, match="The mask has 8x6 px, the picture 200x200 px"):
        restored(photo, face, Sharpener(), strength=1, share=np.ones((6, 8), np.float32))
