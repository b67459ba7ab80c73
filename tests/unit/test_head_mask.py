"""The head mask, on label maps that were drawn by hand."""

from __future__ import annotations

import numpy as np

from facechain.head_mask import head_mask
from facechain.parsing import REGIONS, FaceRegions, Region

SIDE = 100


def regions_of(*parts: tuple[Region, slice, slice], person: float = 1.0) -> FaceRegions:
    """Rectangles (region, rows, columns) on background; `person` is the share everywhere."""
    labels = np.zeros((SIDE, SIDE), np.uint8)
    for region, rows, columns in parts:
        labels[rows, columns] = REGIONS.index(region)
    return FaceRegions(labels, np.full((SIDE, SIDE), person, np.float32))


FACE = (Region.SKIN, slice(40, 60), slice(40, 60))
HAIR = (Region.HAIR, slice(20, 40), slice(40, 60))
NECK = (Region.NECK, slice(60, 80), slice(40, 60))
CLOTHES = (Region.CLOTHES, slice(80, 100), slice(0, 100))


def test_face_and_hair_are_the_head_and_nothing_else():
    # The face's side is 20, so that nothing is grown.
    mask = head_mask(regions_of(FACE, HAIR, NECK, CLOTHES))
    assert mask.dtype == np.float32
    assert mask[20:60, 40:60].min() == 1
    assert mask.sum() == 40 * 20


def test_a_large_face_is_grown_by_a_twentieth():
    # Side 60: a square kernel of 3 grows it by 1 px to each side.
    mask = head_mask(regions_of((Region.SKIN, slice(20, 80), slice(20, 80))))
    assert mask.sum() == 62 * 62


def test_what_is_grown_stays_within_the_person():
    labels = regions_of((Region.SKIN, slice(20, 80), slice(20, 80))).labels
    person = (labels > 0).astype(np.float32)
    assert head_mask(FaceRegions(labels.copy(), person)).sum() == 60 * 60


def test_of_two_parts_only_the_largest_is_kept():
    mask = head_mask(regions_of(FACE, HAIR, (Region.HAIR, slice(0, 5), slice(0, 5))))
    assert mask[:5, :5].max() == 0
    assert mask[30, 50] == 1


def test_holes_are_filled():
    hand = (Region.CLOTHES, slice(45, 50), slice(45, 55))
    assert head_mask(regions_of(FACE, HAIR, hand))[47, 50] == 1


def test_spectacles_are_the_face_and_a_hat_is_not_the_head():
    wide = (Region.GLASSES, slice(45, 50), slice(38, 62))
    hat = (Region.HAT, slice(10, 20), slice(40, 60))
    mask = head_mask(regions_of(FACE, HAIR, wide, hat))
    assert mask[45:50, 38:62].min() == 1
    assert mask[10:20].max() == 0


def test_the_face_belongs_to_the_head_in_any_case():
    # Larger hair that does not touch the face, and a face that the segmentation missed.
    labels = regions_of(FACE, (Region.HAIR, slice(0, 30), slice(0, 100))).labels
    person = np.ones((SIDE, SIDE), np.float32)
    person[40:60, 40:60] = 0
    mask = head_mask(FaceRegions(labels.copy(), person))
    assert mask[40:60, 40:60].min() == 1
    assert mask[10, 10] == 1


def test_nobody_has_no_head():
    assert head_mask(regions_of()).sum() == 0
