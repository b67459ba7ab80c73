"""Pasting: the redrawn face goes back, and nothing else changes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_people import face_at

from facechain.errors import InvalidSetting
from facechain.face_ovals import face_oval, oval_pixels
from facechain.geometry import Size
from facechain.paste_region import PasteArea, PasteOptions, paste_region
from facechain.template_region import RegionOptions, cut_region

BOTH_AREAS = pytest.mark.parametrize("area", PasteArea)
WIDTH, HEIGHT = 300, 200


def soft_noise(seed: int = 1, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """Smooth patches of 20 px, as a photo has; pure noise would be lost in every resampling."""
    small = np.random.default_rng(seed).integers(40, 216, (height // 20, width // 20, 3), dtype=np.uint8)
    return np.kron(small, np.ones((20, 20, 1), np.uint8))


def region_of(photo, face, others=(), **options):
    return cut_region(photo, face, others, RegionOptions(**{"face_ratio": 0.5, "side_px": 128, **options}))


def brighter(picture, levels: int = 30):
    return (picture.astype(int) + levels).astype(np.uint8)


@BOTH_AREAS
def test_a_region_that_was_not_redrawn_changes_no_pixel(area):
    photo = soft_noise()
    region = region_of(photo, face_at(150, 100, 50), side_px=136)
    pasted = paste_region(photo, region.picture, region, PasteOptions(area=area))
    assert (pasted.image == photo).all()
    assert not pasted.mask.any()


@BOTH_AREAS
def test_rounding_in_the_host_is_no_redrawing(area):
    photo = soft_noise()
    region = region_of(photo, face_at(150, 100, 50))
    assert (paste_region(photo, brighter(region.picture, 1), region, PasteOptions(area=area)).image == photo).all()


@pytest.mark.parametrize("side_px", [64, 128, 248])
def test_a_brighter_face_arrives_brighter_by_as_much(side_px):
    photo = np.full((HEIGHT, WIDTH, 3), 100, np.uint8)
    region = region_of(photo, face_at(150, 100, 50), side_px=side_px)
    pasted = paste_region(photo, brighter(region.picture), region, PasteOptions()).image
    assert (pasted[85:115, 135:165] == 130).all()
    assert (pasted[:, :90] == 100).all()


def test_a_mark_goes_back_to_where_it_was_drawn():
    photo = np.full((HEIGHT, WIDTH, 3), 100, np.uint8)
    region = region_of(photo, face_at(150, 100, 50), side_px=200)
    redrawn = region.picture.copy()
    redrawn[120:126, 80:86] = 255
    change = paste_region(photo, redrawn, region, PasteOptions(feather=0)).image[..., 0].astype(int) - 100
    rows, columns = np.nonzero(change > 60)
    # The box starts at (100, 50) and 2 px of the region are 1 px of the template: pixels 60 to 62 and 40 to 42.
    assert (set(rows), set(columns)) == ({110, 111, 112}, {140, 141, 142})


def test_where_the_mask_is_zero_the_template_stays_bit_by_bit():
    photo = soft_noise()
    region = region_of(photo, face_at(150, 100, 50))
    pasted = paste_region(photo, soft_noise(2, 140, 140)[:128, :128], region, PasteOptions())
    assert (pasted.image[pasted.mask == 0] == photo[pasted.mask == 0]).all()
    assert pasted.mask[100, 150] == 1
    assert pasted.mask[:, :100].max() == 0


def test_the_seam_is_as_wide_as_the_feather():
    photo = np.full((HEIGHT, WIDTH, 3), 100, np.uint8)
    region = region_of(photo, face_at(150, 100, 50), mask_growth=0)
    for feather in (0.0, 0.1):
        row = paste_region(photo, brighter(region.picture), region, PasteOptions(feather)).mask[100]
        # Of a region of 100 px; half of the rise is on either side of the face.
        assert ((row > 0) & (row < 1)).sum() == 2 * 100 * feather


def test_only_the_area_region_takes_what_changed_outside_of_the_mask():
    photo = np.full((HEIGHT, WIDTH, 3), 100, np.uint8)
    region = region_of(photo, face_at(150, 100, 50))
    redrawn = brighter(region.picture)
    for area, level in ((PasteArea.MASK, 100), (PasteArea.REGION, 130)):
        assert (paste_region(photo, redrawn, region, PasteOptions(area=area)).image[60, 110] == level).all()


def test_the_area_region_fades_out_at_its_edges_but_not_at_the_templates():
    photo = np.full((HEIGHT, WIDTH, 3), 100, np.uint8)
    region = region_of(photo, face_at(30, 100, 50))
    mask = paste_region(photo, brighter(region.picture), region, PasteOptions(0.1, PasteArea.REGION)).mask
    assert region.window == (0, 50, 80, 150)
    assert mask[100, 0] == 1
    assert 0 < mask[100, 79] < 0.1
    assert 0 < mask[50, 30] < 0.1


@BOTH_AREAS
def test_another_face_is_never_touched_even_where_both_overlap(area):
    photo, face, other = soft_noise(), face_at(150, 100, 50), face_at(185, 100, 40)
    region = region_of(photo, face, [other])
    pasted = paste_region(photo, brighter(region.picture), region, PasteOptions(area=area))
    inside = oval_pixels([face_oval(other)], Size(WIDTH, HEIGHT))
    assert (pasted.image[inside] == photo[inside]).all()
    assert not pasted.mask[inside].any()
    assert pasted.mask[100, 140] == 1


def test_a_second_paste_keeps_the_first():
    photo = soft_noise()
    first, second = face_at(90, 100, 50), face_at(210, 100, 50)
    regions = [region_of(photo, first, [second]), region_of(photo, second, [first])]
    pasted = photo
    for region in regions:
        pasted = paste_region(pasted, brighter(region.picture), region, PasteOptions()).image
    change = pasted.astype(int) - photo
    # Resampled at 1.28 times the size; in the middle of a patch only rounding is left.
    assert change[110, 90, 0] == pytest.approx(30, abs=1)
    assert change[110, 210, 0] == pytest.approx(30, abs=1)


def test_a_picture_of_another_size_is_scaled():
    photo = np.full((HEIGHT, WIDTH, 3), 100, np.uint8)
    region = region_of(photo, face_at(150, 100, 50))
    larger = np.full((256, 256, 3), 130, np.uint8)
    assert (paste_region(photo, larger, region, PasteOptions()).image[100, 150] == 130).all()


def test_a_picture_that_is_no_square_is_refused():
    photo = soft_noise()
    region = region_of(photo, face_at(150, 100, 50))
    with pytest.raises(InvalidSetting, match=r"has 128x96 px, but a region is a square\. Redraw it with 128x128 px"):
        paste_region(photo, region.picture[:96], region, PasteOptions())


def test_a_template_of_another_size_is_refused():
    region = region_of(soft_noise(), face_at(150, 100, 50))
    with pytest.raises(InvalidSetting, match="cut from a picture of 300x200 px, but the template has 200x200 px"):
        paste_region(soft_noise(width=200), region.picture, region, PasteOptions())


@pytest.mark.parametrize("feather", [-0.1, 0.3, float("nan")])
def test_an_impossible_feather_is_refused(feather):
    with pytest.raises(InvalidSetting, match=r"leaves no face\. Use 0 to 0\.25"):
        PasteOptions(feather)


def test_the_inputs_are_not_changed():
    photo = soft_noise()
    region = region_of(photo, face_at(150, 100, 50))
    paste_region(photo, brighter(region.picture), region, PasteOptions())
    assert (photo == soft_noise()).all()


@settings(deadline=None, max_examples=60)
@given(
    x=st.floats(0, WIDTH),
    y=st.floats(0, HEIGHT),
    side=st.floats(3, 250),
    other=st.tuples(st.floats(0, WIDTH), st.floats(0, HEIGHT), st.floats(3, 100)),
    feather=st.floats(0, 0.25),
    area=st.sampled_from(PasteArea),
)
def test_whatever_is_pasted_outside_the_mask_and_on_others_nothing_changes(x, y, side, other, feather, area):
    photo, neighbour = soft_noise(), face_at(*other)
    region = region_of(photo, face_at(x, y, side), [neighbour], side_px=64)
    pasted = paste_region(photo, brighter(region.picture), region, PasteOptions(feather, area))
    assert (pasted.image[pasted.mask == 0] == photo[pasted.mask == 0]).all()
    assert not pasted.mask[oval_pixels([face_oval(neighbour)], Size(WIDTH, HEIGHT))].any()
    assert pasted.mask.max() <= 1
