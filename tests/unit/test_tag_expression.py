"""Smile, teeth and open mouth, each from numbers set by hand."""

import numpy as np
import pytest
from support_mesh import ball_face
from support_tags import COLORS, middle_mesh, painted_crop, painted_regions, view_of, with_smile

from facechain.parsing import Region
from facechain.tag_expression import mouth_tag, smile_tag, teeth_tag

TEETH = (235, 225, 210)


def words(tag) -> str | None:
    return tag and tag.words


def smiling(lift: float, width: float = 0.45, **changes):
    return view_of(face=ball_face(with_smile(middle_mesh(), lift, width)), **changes)


def test_a_smile_carries_the_lift_of_the_corners():
    tag = smile_tag(smiling(0.04))
    assert tag.words == "smile"
    assert tag.value == pytest.approx(0.04, abs=0.001)


@pytest.mark.parametrize(("lift", "width"), [(0.0, 0.45), (-0.05, 0.45), (0.04, 0.33)], ids=["level", "sad", "narrow"])
def test_other_mouths_are_no_smile(lift, width):
    assert smile_tag(smiling(lift, width)) is None


def test_the_mouth_of_a_head_turned_far_is_not_judged():
    assert smile_tag(smiling(0.04, quality={"yaw_deg": -45})) is None


def mouth_of(color: tuple[int, int, int], opening: float, share: float = 1.0):
    """A mouth whose upper part, `share` of it, has `color`."""
    regions = painted_regions()
    crop = painted_crop(regions)
    rows, columns = np.nonzero(regions.mask(Region.MOUTH))
    upper = rows < rows.min() + share * (np.ptp(rows) + 1)
    crop[rows[upper], columns[upper]] = color
    return view_of(crop, regions, face=ball_face(middle_mesh(opening)))


@pytest.mark.parametrize(("share", "expected"), [(1.0, "showing teeth"), (0.5, "showing teeth"), (1 / 6, None)])
def test_teeth_are_bright_and_less_red_than_the_lips(share, expected):
    tag = teeth_tag(mouth_of(TEETH, 0.15, share))
    assert words(tag) == expected
    assert tag is None or tag.value == pytest.approx(share)


def test_a_tongue_and_a_dark_mouth_are_no_teeth():
    assert teeth_tag(mouth_of(COLORS[Region.LIPS], 0.3)) is None
    assert teeth_tag(mouth_of((40, 20, 20), 0.3)) is None


def test_lips_without_red_show_no_teeth_for_certain():
    regions = painted_regions()
    grey = painted_crop(regions, lips=(110, 110, 110), mouth=(230, 230, 230))
    assert teeth_tag(view_of(grey, regions)) is None


@pytest.mark.parametrize(("opening", "expected"), [(0.03, None), (0.15, "lips parted"), (0.4, "mouth open")])
def test_a_dark_mouth_is_parted_or_open(opening, expected):
    assert words(mouth_tag(mouth_of((40, 20, 20), opening))) == expected


@pytest.mark.parametrize(("opening", "expected"), [(0.15, None), (0.4, "mouth open")])
def test_lips_parted_by_teeth_are_not_said_twice(opening, expected):
    assert words(mouth_tag(mouth_of(TEETH, opening))) == expected
