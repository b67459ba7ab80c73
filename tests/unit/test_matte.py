"""The matte: sharp where the picture is, soft in hair, and whole where the person is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from facechain.matte import refine_matte

SIDE, MIDDLE, RADIUS = 256, 128, 70
HAIR, WALL = (90, 60, 40), (190, 195, 205)
CELL = 8
"""Pixels of the picture in one cell of the segmentation."""
REACH = 2 * CELL


def head_with_hair() -> np.ndarray:
    """True share of a round head with a crown of single hairs, float32 (SIDE, SIDE)."""
    share = np.zeros((4 * SIDE, 4 * SIDE), np.uint8)
    cv2.circle(share, (4 * MIDDLE, 4 * MIDDLE), 4 * RADIUS, 255, -1)
    for angle in np.linspace(0, 2 * np.pi, 60, endpoint=False):
        tip = 4 * (MIDDLE + (RADIUS + 10) * np.array([np.cos(angle), np.sin(angle)]))
        cv2.line(share, (4 * MIDDLE, 4 * MIDDLE), tuple(int(value) for value in tip), 255, 6)
    return cv2.resize(share, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def disc() -> np.ndarray:
    """True share of a round head, with an edge of one pixel."""
    rows, columns = np.mgrid[:SIDE, :SIDE]
    return (RADIUS + 0.5 - np.hypot(rows - MIDDLE, columns - MIDDLE)).clip(0, 1).astype(np.float32)


def mixed(share: np.ndarray, person=HAIR, wall=WALL) -> np.ndarray:
    """Photo of a grainy person before a grainy wall."""
    grain = np.random.default_rng(0).normal(0, 2, (2, *share.shape, 1))
    near, far = np.array(person) + grain[0], np.array(wall) + grain[1]
    return (share[..., None] * near + (1 - share[..., None]) * far).round().clip(0, 255).astype(np.uint8)


def segmented(share: np.ndarray) -> np.ndarray:
    """What a model that sees one pixel per cell says, enlarged."""
    small = cv2.resize(share, None, fx=1 / CELL, fy=1 / CELL, interpolation=cv2.INTER_AREA)
    return cv2.resize(small, share.shape[::-1], interpolation=cv2.INTER_LINEAR)


def error_at_the_edge(matte: np.ndarray, share: np.ndarray) -> float:
    """Mean difference in the ring that the hairs lie in, one cell wider on both sides."""
    rows, columns = np.mgrid[:SIDE, :SIDE]
    distance = np.hypot(rows - MIDDLE, columns - MIDDLE)
    ring = (distance > RADIUS - CELL) & (distance < RADIUS + 10 + CELL)
    return float(np.abs(matte - share)[ring].mean())


@pytest.mark.parametrize(("share", "bound"), [(head_with_hair(), 0.02), (disc(), 0.01)])
def test_the_outline_is_far_more_exact_than_the_segmentation(share, bound):
    plain = segmented(share)
    matte = refine_matte(mixed(share), plain, REACH)
    assert error_at_the_edge(matte, share) < bound
    assert error_at_the_edge(plain, share) > 9 * bound


def test_a_segmentation_that_is_too_large_is_drawn_in_to_the_edge():
    share = disc()
    too_large = segmented(cv2.dilate(share, np.ones((13, 13))))
    assert error_at_the_edge(refine_matte(mixed(share), too_large, REACH), share) < 0.01


def test_away_from_the_outline_the_share_is_exactly_none_or_all():
    share = head_with_hair()
    matte = refine_matte(mixed(share), segmented(share), REACH)
    assert (matte[MIDDLE - 40 : MIDDLE + 40, MIDDLE - 40 : MIDDLE + 40] == 1).all()
    assert (matte[:20] == 0).all()
    assert matte.dtype == np.float32
    assert matte.min() == 0
    assert matte.max() == 1


@pytest.mark.parametrize("left", [MIDDLE - 20, MIDDLE + RADIUS - 28], ids=["in the middle", "from the rim on"])
def test_clothes_of_the_wall_s_colour_get_no_hole(left):
    share = disc()
    photo = mixed(share)
    photo[MIDDLE - 10 : MIDDLE + 10, left : left + 20] = WALL
    deep = slice(MIDDLE - RADIUS + REACH + 2, MIDDLE + RADIUS - REACH - 2)
    assert (refine_matte(photo, segmented(share), REACH)[MIDDLE, deep] == 1).all()


def test_before_a_wall_of_the_person_s_colour_the_segmentation_decides():
    share, plain = disc(), segmented(disc())
    matte = refine_matte(mixed(share, WALL, WALL), plain, REACH)
    # The noise alone must not move the outline by more than the segmentation is off already.
    assert error_at_the_edge(matte, share) < 1.5 * error_at_the_edge(plain, share)


def test_a_large_picture_is_as_exact_as_a_small_one():
    share = cv2.resize(disc(), (5 * SIDE, 5 * SIDE), interpolation=cv2.INTER_CUBIC).clip(0, 1)
    matte = refine_matte(mixed(share), segmented(share), REACH)
    assert matte.shape == share.shape
    small = cv2.resize(matte, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    assert error_at_the_edge(small, disc()) < 0.02


@pytest.mark.parametrize("everywhere", [0.0, 1.0])
def test_a_picture_without_an_outline_is_all_person_or_none(everywhere):
    plain = np.full((SIDE, SIDE), everywhere, np.float32)
    assert (refine_matte(mixed(disc()), plain, REACH) == everywhere).all()
