"""The sheet of regions: one card per parsed face, with the colours of the legend."""

from __future__ import annotations

import numpy as np
import pytest
from support import sample_face, sample_verdict

from facechain.faces import FaceSet
from facechain.geometry import Size
from facechain.parsing import REGIONS, FaceRegions, Region
from facechain.regions_sheet import (
    CARD_HEIGHT,
    CARD_WIDTH,
    COLORS,
    GAP,
    HEADER_HEIGHT,
    MOST_CARDS,
    color_regions,
    draw_regions_sheet,
)

SIDE = 64


def all_of(region: Region) -> FaceRegions:
    labels = np.full((SIDE, SIDE), REGIONS.index(region), np.uint8)
    return FaceRegions(labels, np.ones((SIDE, SIDE), np.float32))


def face_set(count: int, regions: FaceRegions | None = None) -> FaceSet:
    faces = tuple(sample_face(100, SIDE, regions=regions) for _ in range(count))
    return FaceSet(faces, (sample_verdict(),) * count, Size(SIDE, SIDE), "painted")


@pytest.mark.parametrize(("count", "columns", "rows"), [(1, 2, 1), (2, 2, 1), (6, 3, 2), (20, 5, 4), (30, 5, 4)])
def test_the_sheet_grows_with_the_faces_up_to_twenty(count, columns, rows):
    sheet = draw_regions_sheet(face_set(count, all_of(Region.SKIN)))
    height = HEADER_HEIGHT + rows * (CARD_HEIGHT + GAP)
    assert sheet.shape == (height, columns * (CARD_WIDTH + GAP) + GAP, 3)
    assert rows * columns >= min(count, MOST_CARDS)


def test_every_region_has_a_colour_of_its_own():
    assert set(COLORS) == set(REGIONS)
    assert len(set(COLORS.values())) == len(REGIONS)


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_shows_half_its_colour_and_half_the_crop(region):
    crop = np.full((SIDE, SIDE, 3), 100, np.uint8)
    colored = color_regions(crop, all_of(region), None)
    # One level: rounding.
    assert np.abs(colored - (np.array(COLORS[region]) + 100) / 2).max() <= 1


def test_the_outline_of_the_kept_part_is_white_between_dark_lines():
    mask = np.zeros((SIDE, SIDE), np.float32)
    mask[:, SIDE // 2 :] = 1
    colored = color_regions(np.full((SIDE, SIDE, 3), 100, np.uint8), all_of(Region.SKIN), mask)
    row = colored[colored.shape[0] // 2].astype(int).sum(-1)
    middle = len(row) // 2
    assert row[middle - 3 : middle + 3].max() > 3 * 240
    assert row[middle - 8 : middle + 8].min() < 3 * 80


def test_faces_that_are_not_parsed_are_left_out():
    parsed, bare = face_set(1, all_of(Region.HAIR)), face_set(5)
    both = FaceSet((*bare.faces, *parsed.faces), (sample_verdict(),) * 6, Size(SIDE, SIDE), "painted")
    assert (draw_regions_sheet(both) == draw_regions_sheet(parsed)).all()
