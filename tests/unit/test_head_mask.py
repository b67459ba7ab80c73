"""The head mask: face and hair as FaceChain keeps them, in one piece."""

from __future__ import annotations

import numpy as np
import pytest

from facechain.head_mask import head_mask
from facechain.parsing import REGIONS, FaceRegions, Region

SIDE = 120
FACE = (slice(40, 100), slice(30, 90))
"""60 px wide and high: face and hair are grown with a kernel of 60 / 20 = 3 px, one to each side."""


def regions(*painted: tuple[Region, tuple[slice, slice]], person: float = 1.0) -> FaceRegions:
    """A face in the middle, and over it what is `painted`; the person is everywhere."""
    labels = np.zeros((SIDE, SIDE), np.uint8)
    for region, where in ((Region.SKIN, FACE), *painted):
        labels[where] = REGIONS.index(region)
    return FaceRegions(labels, np.full(labels.shape, person, np.float32))


def box(top: int, bottom: int, left: int, right: int) -> tuple[slice, slice]:
    return slice(top, bottom), slice(left, right)


def square(top: int, bottom: int, left: int, right: int) -> np.ndarray:
    mask = np.zeros((SIDE, SIDE), np.float32)
    mask[top:bottom, left:right] = 1
    return mask


def test_a_face_is_kept_with_a_rim_of_a_twentieth_of_its_side():
    mask = head_mask(regions())
    assert mask.dtype == np.float32
    assert (mask == square(39, 101, 29, 91)).all()


@pytest.mark.parametrize("part", [Region.BROWS, Region.EYES, Region.LIPS, Region.MOUTH])
def test_brows_eyes_lips_and_mouth_belong_to_the_face(part):
    assert (head_mask(regions((part, box(60, 70, 50, 70)))) == square(39, 101, 29, 91)).all()


def test_hair_is_kept():
    assert (head_mask(regions((Region.HAIR, box(20, 40, 30, 90)))) == square(19, 101, 29, 91)).all()


@pytest.mark.parametrize("part", [Region.NECK, Region.CLOTHES])
def test_neck_and_clothes_go(part):
    assert (head_mask(regions((part, box(100, 120, 0, 120)))) == square(39, 101, 29, 91)).all()


@pytest.mark.parametrize(("person", "rim"), [(126 / 255, False), (128 / 255, True)])
def test_the_rim_ends_where_half_of_a_pixel_is_the_person_s(person, rim):
    assert head_mask(regions(person=person)).sum() == (62 * 62 if rim else 60 * 60)


def test_a_stray_piece_of_hair_goes():
    assert (head_mask(regions((Region.HAIR, box(5, 15, 100, 115)))) == square(39, 101, 29, 91)).all()


def test_a_hole_inside_the_hair_is_filled():
    hair = ((Region.HAIR, box(10, 40, 30, 90)), (Region.CLOTHES, box(20, 30, 50, 60)))
    assert (head_mask(regions(*hair)) == square(9, 101, 29, 91)).all()


def test_the_face_is_kept_whatever_the_segmentation_says():
    assert (head_mask(regions(person=0.0)) == square(40, 100, 30, 90)).all()


def test_without_face_and_hair_there_is_no_head():
    labels = np.full((SIDE, SIDE), REGIONS.index(Region.CLOTHES), np.uint8)
    assert not head_mask(FaceRegions(labels, np.ones((SIDE, SIDE), np.float32))).any()
