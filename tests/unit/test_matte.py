"""The matte: sharp at sharp edges, soft at soft ones, and certain away from both."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from facechain.matte import refine_matte

SIZE, EDGE = 200, 100
FRONT, BACK = np.array([30.0, 40.0, 120.0]), np.array([210.0, 200.0, 180.0])


def photo_of(alpha: np.ndarray) -> np.ndarray:
    """FRONT before BACK, mixed by `alpha` (height, width)."""
    share = alpha[..., None]
    return (share * FRONT + (1 - share) * BACK).round().astype(np.uint8)


def half_person(shift: float = 0.0, width: float = 0.0) -> np.ndarray:
    """1 right of column 100 + `shift`, rising over `width` px; (200, 200)."""
    columns = np.arange(SIZE, dtype=np.float32)
    ramp = (columns >= EDGE + shift) if width == 0 else ((columns - EDGE - shift) / width + 0.5).clip(0, 1)
    return np.tile(ramp.astype(np.float32), (SIZE, 1))


@pytest.mark.parametrize("shift", [-4, 4])
def test_a_coarse_outline_moves_to_the_edge_of_the_picture(shift):
    matte = refine_matte(photo_of(half_person()), half_person(shift), reach_px=8)
    # Clear two pixels from the true edge; the filter's window is 9 px wide.
    assert matte[:, : EDGE - 2].max() < 0.1
    assert matte[:, EDGE + 2 :].min() > 0.9


def test_a_soft_edge_stays_soft():
    alpha = half_person(width=12)
    matte = refine_matte(photo_of(alpha), half_person(), reach_px=10)
    # The ends are drawn towards 0 and 1, where most of the veil is none.
    assert np.abs(matte - alpha).max() < 0.15
    assert np.abs(matte - alpha).mean() < 0.01


def test_away_from_the_outline_nothing_is_in_between():
    rng = np.random.default_rng(1)
    noise = rng.integers(0, 256, (SIZE, SIZE, 3), dtype=np.uint8)
    matte = refine_matte(noise, half_person(), reach_px=8)
    assert (matte[:, : EDGE - 12] == 0).all()
    assert (matte[:, EDGE + 12 :] == 1).all()


def test_where_colours_tell_nothing_the_segmentation_decides():
    grey = np.full((SIZE, SIZE, 3), 120, np.uint8)
    matte = refine_matte(grey, half_person(), reach_px=8)
    assert (matte[:, : EDGE - 8] < 0.1).all()
    assert (matte[:, EDGE + 8 :] > 0.9).all()


def test_a_large_picture_has_the_same_outline_as_a_small_one():
    alpha = half_person()
    large = cv2.resize(alpha, (1600, 1600), interpolation=cv2.INTER_NEAREST)
    matte = refine_matte(photo_of(large), large, reach_px=64)
    # Solved at 1024 px: an edge is sharp to two of those pixels, 4 px here.
    assert np.abs(matte - large)[:, np.r_[0:796, 804:1600]].max() < 0.1


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_picture_without_an_outline_is_all_or_nothing(share):
    person = np.full((40, 30), share, np.float32)
    matte = refine_matte(np.full((40, 30, 3), 90, np.uint8), person, reach_px=3)
    assert matte.dtype == np.float32
    assert (matte == share).all()
