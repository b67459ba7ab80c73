"""Colour names, hair, clothes and black and white photos, from painted crops."""

import numpy as np
import pytest
from support_tags import AREAS, painted_crop, painted_regions, view_of

from facechain.color_names import SHADES, color_shares
from facechain.face_light import lab_from_rgb
from facechain.parsing import REGIONS, FaceRegions, Region
from facechain.tag_colors import clothing_tag, hair_tag, monochrome_tag


def words(tag) -> str | None:
    return tag and tag.words


def shares_of(*colors: tuple[int, int, int]) -> dict[str, float]:
    return color_shares(lab_from_rgb(np.array([colors], np.uint8))[0])


@pytest.mark.parametrize(
    ("color", "name"),
    [
        ((20, 20, 20), "black"),
        ((140, 140, 140), "grey"),
        ((245, 245, 245), "white"),
        ((180, 20, 30), "red"),
        ((235, 100, 30), "orange"),
        ((240, 210, 60), "yellow"),
        ((30, 120, 50), "green"),
        ((60, 110, 190), "blue"),
        ((20, 30, 70), "blue"),
        ((130, 70, 160), "purple"),
        ((240, 160, 190), "pink"),
        ((100, 65, 40), "brown"),
    ],
)
def test_common_colours_have_their_common_names(color, name):
    assert next(iter(shares_of(color))) == name


def test_shares_are_counted_per_pixel_and_the_largest_comes_first():
    shares = shares_of((200, 20, 30), (30, 120, 50), (210, 30, 40), (190, 30, 30))
    assert list(shares)[:2] == ["red", "green"]
    assert (shares["red"], shares["green"]) == (0.75, 0.25)
    assert set(shares) == set(SHADES)


def test_a_colour_far_from_every_name_has_none():
    assert sum(shares_of((0, 255, 255)).values()) == 0


@pytest.mark.parametrize(
    # L of these greys is 12, 40 and 69.
    ("level", "expected"),
    [((40, 26, 20), "dark hair"), ((120, 90, 60), "medium-toned hair"), ((190, 165, 110), "light hair")],
)
def test_the_tone_of_hair_follows_its_lightness(level, expected):
    assert words(hair_tag(view_of(painted_crop(painted_regions(), hair=level)))) == expected


def test_grey_hair_has_no_chroma():
    tag = hair_tag(view_of(painted_crop(painted_regions(), hair=(150, 150, 150))))
    assert tag.words == "grey hair"
    assert tag.value == pytest.approx(62, abs=1)  # L of sRGB 150


def test_grey_hair_of_a_black_and_white_photo_is_only_light_or_dark():
    levels = {region.value: (150, 150, 150) for region in REGIONS}
    assert words(hair_tag(view_of(painted_crop(painted_regions(), **levels)))) == "light hair"


def test_little_hair_gives_no_tag():
    assert hair_tag(view_of(regions=painted_regions(Region.HAIR))) is None


@pytest.mark.parametrize(
    ("above", "beside", "expected"),
    [
        # L 23 and 13: the same hair in the shade of the face.
        ((60, 54, 50), (36, 33, 30), "dark hair"),
        ((12, 12, 14), (160, 150, 145), None),
        ((190, 30, 40), (110, 80, 55), None),
    ],
    ids=["hair", "black hat on grey hair", "red hat on brown hair"],
)
def test_a_hat_that_was_taken_for_hair_gives_no_tag(above, beside, expected):
    labels = painted_regions().labels.copy()
    labels[40:70, 36:44] = labels[40:70, 84:92] = REGIONS.index(Region.HAIR)
    regions = FaceRegions(labels, (labels > 0).astype(np.float32))
    crop = painted_crop(regions, hair=above)
    crop[40:70, 36:92][labels[40:70, 36:92] == REGIONS.index(Region.HAIR)] = beside
    assert words(hair_tag(view_of(crop, regions))) == expected


def test_clothes_are_named_by_their_colour():
    tag = clothing_tag(view_of())
    assert (tag.words, tag.value, tag.low) == ("blue clothes", 1.0, 0.4)


def striped(*colors: tuple[int, int, int]) -> np.ndarray:
    crop = painted_crop(painted_regions())
    rows, columns = AREAS[Region.CLOTHES]
    for place, color in enumerate(colors):
        crop[rows, columns][:, place :: len(colors)] = color
    return crop


RED, GREEN, BLUE, WHITE = (200, 25, 30), (30, 130, 50), (40, 90, 200), (250, 250, 250)


@pytest.mark.parametrize(
    ("stripes", "expected"),
    [
        ((RED, RED, GREEN), "red clothes"),
        ((RED, GREEN), None),  # half and half: neither names them
        ((RED, GREEN, BLUE, WHITE), "multicoloured clothes"),
    ],
)
def test_clothes_of_several_colours(stripes, expected):
    assert words(clothing_tag(view_of(striped(*stripes)))) == expected


def test_bare_shoulders_are_no_clothes():
    assert clothing_tag(view_of(painted_crop(painted_regions(), clothes=(205, 165, 140)))) is None


def test_little_cloth_gives_no_tag():
    assert clothing_tag(view_of(regions=painted_regions(Region.CLOTHES))) is None


def test_a_hat_above_the_chin_is_no_clothing():
    labels = np.where(painted_regions(Region.CLOTHES).labels == REGIONS.index(Region.HAIR), 9, 0).astype(np.uint8)
    labels[labels == 9] = REGIONS.index(Region.CLOTHES)
    regions = FaceRegions(labels, (labels > 0).astype(np.float32))
    assert clothing_tag(view_of(regions=regions)) is None


def test_a_photo_without_colours_is_black_and_white_and_names_no_colour():
    levels = {region.value: (100 + 10 * place,) * 3 for place, region in enumerate(REGIONS)}
    view = view_of(painted_crop(painted_regions(), **levels))
    assert words(monochrome_tag(view)) == "black and white photo"
    assert clothing_tag(view) is None


def test_a_photo_with_colours_is_not_black_and_white():
    assert monochrome_tag(view_of()) is None
