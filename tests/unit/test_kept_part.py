"""Which part of a crop is kept, and how its edge moves and softens."""

from __future__ import annotations

import numpy as np
import pytest

from facechain.kept_part import KeptPart, kept_share, reshaped
from facechain.parsing import REGIONS, FaceRegions, Region

SIDE = 200
HAIR, FACE, NECK = slice(40, 80), slice(80, 140), slice(140, 180)
MIDDLE = slice(70, 130)


def head() -> FaceRegions:
    """Hair, a face of 60x60 px and a neck below each other; the person fades out over 10 px above the hair."""
    labels = np.zeros((SIDE, SIDE), np.uint8)
    for region, rows in ((Region.HAIR, HAIR), (Region.SKIN, FACE), (Region.NECK, NECK)):
        labels[rows, MIDDLE] = REGIONS.index(region)
    person = (labels > 0).astype(np.float32)
    person[30:40, MIDDLE] = (np.arange(10)[:, None] + 0.5) / 10
    return FaceRegions(labels, person)


def share(*chosen: Region) -> np.ndarray:
    return kept_share(head(), KeptPart.REGIONS, chosen)


def square() -> np.ndarray:
    """1 on 40x40 px in the middle."""
    mask = np.zeros((SIDE, SIDE), np.float32)
    mask[80:120, 80:120] = 1
    return mask


def test_a_region_is_whole_and_its_neighbour_is_left_out():
    skin = share(Region.SKIN)
    assert skin[FACE, MIDDLE].min() == 1
    assert skin[142:].max() == skin[:78].max() == 0


def test_several_regions_have_no_seam_between_them():
    assert share(Region.SKIN, Region.HAIR, Region.NECK)[40:180, MIDDLE].min() == 1


def test_single_hairs_before_the_background_belong_to_the_hair():
    # The wisps reach 0.15 of the face, 9 px, and thin out with the person.
    hair, skin = share(Region.HAIR), share(Region.SKIN)
    assert hair[38, 100] > 0.5
    assert 0 < hair[34, 100] < hair[38, 100]
    assert hair[30, 100] == 0
    assert skin[30:40].max() == 0


def test_the_soft_edge_of_the_neck_is_no_hair_of_the_face():
    regions = head()
    person = regions.person.copy()
    person[:, 130:138] = 0.5
    skin = kept_share(FaceRegions(regions.labels.copy(), person), KeptPart.REGIONS, [Region.SKIN])
    assert 0 < skin[100, 134] < 0.5
    # 6 px from the face, but 2 px from the neck.
    assert skin[145, 131] == 0


def test_the_background_is_what_the_others_leave():
    behind = share(Region.BACKGROUND)
    assert behind + share(*(region for region in REGIONS if region is not Region.BACKGROUND)) == pytest.approx(
        np.ones((SIDE, SIDE))
    )


def test_all_regions_are_the_whole_picture():
    assert share(*REGIONS).min() == 1


def test_a_region_that_nobody_has_keeps_nothing():
    assert share(Region.HAT).max() == 0


def test_head_and_person_do_not_look_at_the_chosen_regions():
    regions = head()
    for keep in (KeptPart.HEAD, KeptPart.PERSON):
        assert (kept_share(regions, keep, [Region.NECK]) == kept_share(regions, keep, [])).all()
    assert (kept_share(regions, KeptPart.PERSON, []) == regions.person).all()


@pytest.mark.parametrize(("grow_px", "side"), [(5, 50), (-5, 30), (-30, 0)])
def test_a_mask_grows_and_shrinks_by_pixels(grow_px, side):
    changed = reshaped(square(), grow_px=grow_px, feather_px=0)
    assert (changed[100] > 0.5).sum() == side
    if grow_px > 0:
        # Round corners: 5 px along the diagonal too.
        assert changed[75, 75] < 0.5 < changed[77, 77]


def test_a_part_of_a_pixel_shows_as_a_part_of_its_share():
    assert reshaped(square(), grow_px=0.25, feather_px=0)[100, 79] == pytest.approx(0.25)
    assert reshaped(square(), grow_px=-0.25, feather_px=0)[100, 80] == pytest.approx(0.75)


def test_growing_keeps_the_hair_that_was_soft_and_shrinking_takes_it_away():
    soft = share(Region.HAIR)
    assert (reshaped(soft, grow_px=3, feather_px=0) >= soft).all()
    assert (reshaped(soft, grow_px=-3, feather_px=0) <= soft).all()


def test_without_growth_and_feather_nothing_changes():
    soft = share(Region.HAIR)
    assert (reshaped(soft, grow_px=0, feather_px=0) == soft).all()


def test_a_feather_falls_over_its_width_with_one_half_in_the_middle():
    row = reshaped(square(), grow_px=0, feather_px=16)[100]
    # 8 px inside and outside lie two sigmas of the blur from the edge.
    assert row[79] + row[80] == pytest.approx(1, abs=1e-3)
    assert row[88] > 0.97
    assert row[71] < 0.03
    assert row[76] > 0.1


@pytest.mark.parametrize(("grow_px", "feather_px"), [(-10, 0), (0, 20)])
def test_the_border_of_the_picture_is_no_edge(grow_px, feather_px):
    lower_half = np.zeros((SIDE, SIDE), np.float32)
    lower_half[100:] = 1
    changed = reshaped(lower_half, grow_px=grow_px, feather_px=feather_px)
    assert changed[150:].min() == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_nothing_and_everything_stay_so(value):
    flat = np.full((SIDE, SIDE), value, np.float32)
    for grow_px in (-5, 5):
        assert (reshaped(flat, grow_px=grow_px, feather_px=5) == value).all()
