"""Regions: a square around one face, with a mask that never holds another one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_mesh import ball_face, ball_mesh
from support_people import face_at

from facechain.errors import InvalidSetting
from facechain.faces import Face
from facechain.geometry import Box, Landmarks, Size
from facechain.template_region import BELOW_EYES, RegionOptions, cut_region


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_the_face_takes_its_share_of_the_side():
    region = cut_region(noise(400, 400), face_at(200, 200, 90), [], RegionOptions(face_ratio=0.45))
    assert (region.box.x1, region.box.y1, region.box.x2, region.box.y2) == (100, 100, 300, 300)
    assert region.scale == pytest.approx(512 / 200)


def test_a_region_at_the_templates_own_scale_is_a_copy():
    photo = noise(400, 400)
    region = cut_region(photo, face_at(200, 200, 64), [], RegionOptions(face_ratio=0.5, side_px=128))
    assert (region.picture == photo[136:264, 136:264]).all()


def test_a_region_that_leaves_the_template_shows_its_edge_drawn_out():
    photo = noise(200, 200)
    region = cut_region(photo, face_at(10, 100, 64), [], RegionOptions(face_ratio=0.5, side_px=128))
    assert region.box.x1 == -54
    assert region.window == (0, 36, 74, 164)
    assert (region.picture[:, 54:] == photo[36:164, :74]).all()
    assert (region.picture[:, :54] == region.picture[:, 54:55]).all()


def test_without_growth_the_mask_is_the_ellipse_in_the_faces_box():
    region = cut_region(noise(400, 400), face_at(200, 200, 100), [], RegionOptions(0.5, 200, 0))
    # At the template's scale; half axes 50 px. A polygon in the ellipse is a little smaller.
    assert region.mask.sum() == pytest.approx(math.pi * 50**2, rel=0.01)
    assert set(np.unique(region.mask)) == {0, 1}


def test_with_a_mesh_the_mask_is_the_face_and_not_its_box():
    region = cut_region(noise(400, 400), ball_face(ball_mesh(200, 200, 50)), [], RegionOptions(0.5, 240, 0))
    # Half axes 49 and 49 * 1.2 px: the outline of the made-up face.
    assert region.mask.sum() / region.scale**2 == pytest.approx(math.pi * 49 * 58.8, rel=0.01)


def test_the_mask_grows_by_its_share_above_and_by_more_below_the_eyes():
    face, growth = face_at(200, 200, 100), 0.1
    plain = cut_region(noise(400, 400), face, [], RegionOptions(0.4, 248, 0)).mask
    grown = cut_region(noise(400, 400), face, [], RegionOptions(0.4, 248, growth)).mask
    column = grown.shape[1] // 2
    top, bottom = (np.flatnonzero(mask[:, column])[[0, -1]] for mask in (plain, grown))
    scale = math.sqrt(plain.sum())
    assert top[0] - bottom[0] == pytest.approx(growth * scale, abs=1.5)
    # The second growth is a share of the face that has grown once, of half axes 50 + 0.1 * 88.6 px.
    second = BELOW_EYES * growth * math.sqrt(math.pi) * (50 + growth * scale)
    assert bottom[1] - top[1] == pytest.approx(growth * scale + second, abs=2)


def test_below_is_where_the_chin_is_also_when_the_head_is_turned():
    # Eyes one above the other, the mouth to the image-left: the head lies on its side.
    points = np.array([(225, 175), (225, 225), (200, 200), (175, 190), (175, 210)])
    face = Face(Box(150, 150, 250, 250), Landmarks(points), 0.9)
    mask = cut_region(noise(400, 400), face, [], RegionOptions(0.4, 248, 0.1)).mask
    columns = np.flatnonzero(mask.any(0))
    middle = 124
    assert middle - columns[0] > columns[-1] - middle + 10


def test_other_faces_are_cut_out_of_the_mask():
    face, other = face_at(200, 200, 100), face_at(270, 200, 80)
    region = cut_region(noise(400, 400), face, [other], RegionOptions(0.5, 200, 0.06))
    # The ellipse of the other: x 230 to 310, so 130 to 210 in the region that starts at 100.
    assert region.mask[100, 128] == 1
    assert region.mask[100, 131] == 0
    assert len(region.others) == 1


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"face_ratio": 0.05}, r"cannot fill 0\.05 of its region\. Use 0\.1 to 0\.9"),
        ({"side_px": 500}, "500 px cannot be redrawn. Use 64 to 2048 px in steps of 8"),
        ({"side_px": 4096}, "4096 px cannot be redrawn"),
        ({"mask_growth": 0.6}, r"cannot grow by 0\.6\. Use 0 to 0\.5"),
        ({"mask_growth": float("nan")}, "cannot grow by nan"),
    ],
)
def test_impossible_settings_are_refused(settings, message):
    with pytest.raises(InvalidSetting, match=message):
        RegionOptions(**settings)


def test_picture_and_mask_of_a_region_cannot_be_changed():
    region = cut_region(noise(100, 100), face_at(50, 50, 30), [], RegionOptions(side_px=64))
    with pytest.raises(ValueError, match="read-only"):
        region.picture[0, 0] = 0
    with pytest.raises(ValueError, match="read-only"):
        region.mask[0, 0] = 0


def test_the_repr_shows_sizes_only():
    region = cut_region(noise(400, 400), face_at(200, 200, 90), [], RegionOptions())
    assert repr(region) == "TemplateRegion(200 px at 512 px)"


@settings(deadline=None, max_examples=60)
@given(
    x=st.floats(0, 300),
    y=st.floats(0, 200),
    side=st.floats(2, 400),
    ratio=st.floats(0.1, 0.9),
    side_px=st.sampled_from([64, 72, 128]),
)
def test_every_face_gives_a_square_that_holds_it(x, y, side, ratio, side_px):
    region = cut_region(noise(200, 300), face_at(x, y, side), [], RegionOptions(ratio, side_px))
    assert region.picture.shape == (side_px, side_px, 3)
    assert region.box.width == region.box.height
    # Pixel centres lie half a pixel beside the corners, the corner is rounded by another half, and half the side
    # by a quarter.
    assert region.box.x1 <= x - side / 2 + 1.25
    assert region.box.x2 >= x + side / 2 - 0.25
    assert region.mask[side_px // 2, side_px // 2] == 1
    left, top, right, bottom = region.window
    assert 0 <= left < right <= 300
    assert 0 <= top < bottom <= 200
    assert region.template == Size(300, 200)
