"""Background and light, from painted crops."""

import numpy as np
import pytest
from support_mesh import ball_face
from support_tags import AREAS, SIDE, middle_mesh, painted_crop, painted_regions, view_of

from facechain.face_view import photo_pixels
from facechain.parsing import REGIONS, FaceRegions, Region
from facechain.tag_surroundings import background_tags, light_tag
from facechain.tags import TagKind


def background_words(view) -> list[str]:
    return [tag.words for tag in background_tags(view)]


def behind(crop: np.ndarray) -> np.ndarray:
    return crop[painted_regions().mask(Region.BACKGROUND) > 0]


@pytest.mark.parametrize(
    ("color", "name"),
    [((20, 90, 200), "blue"), ((245, 245, 245), "white"), ((15, 15, 15), "black"), ((130,) * 3, "grey")],
)
def test_a_plain_background_is_named_by_its_colour(color, name):
    tags = background_tags(view_of(painted_crop(painted_regions(), background=color)))
    assert [tag.words for tag in tags] == ["plain background", f"{name} background"]
    assert tags[1].value == 1.0


def patterned(first: int, second: int, square_px: int) -> np.ndarray:
    """A chequered background."""
    rows, columns = np.indices((SIDE, SIDE)) // square_px
    crop = painted_crop(painted_regions())
    outside = painted_regions().mask(Region.BACKGROUND) > 0
    crop[outside] = np.where((rows + columns) % 2, second, first)[outside][:, None]
    return crop


def test_a_pattern_is_busy_and_carries_its_gradient():
    (tag,) = background_tags(view_of(patterned(80, 180, 8)))
    assert (tag.kind, tag.words) == (TagKind.BACKGROUND, "busy background")
    assert tag.value > 0.6


@pytest.mark.parametrize(("levels", "tone"), [((5, 45), "dark background"), ((190, 255), "light background")])
def test_the_tone_of_a_pattern_is_said_when_it_is_clear(levels, tone):
    assert tone in background_words(view_of(patterned(*levels, 4)))


def test_a_slow_change_of_tone_is_neither_plain_nor_busy():
    crop = painted_crop(painted_regions())
    outside = painted_regions().mask(Region.BACKGROUND) > 0
    ramp = np.broadcast_to(np.linspace(60, 180, SIDE).astype(np.uint8)[:, None], (SIDE, SIDE))
    crop[outside] = ramp[outside][:, None]
    assert background_words(view_of(crop)) == []


def test_a_crop_that_the_person_fills_has_no_background():
    labels = np.full((SIDE, SIDE), REGIONS.index(Region.SKIN), np.uint8)
    assert background_tags(view_of(regions=FaceRegions(labels, np.ones((SIDE, SIDE), np.float32)))) == ()


def test_the_white_beyond_the_photo_is_no_background():
    crop = painted_crop(painted_regions(), background=(20, 90, 200))
    crop[:14] = 255
    crop[:, :18] = 255
    view = view_of(crop, photo=photo_pixels(crop))
    assert not view.photo[5, 60]
    assert view.photo[60, 60]
    assert background_words(view) == ["plain background", "blue background"]


def test_a_background_that_was_made_white_is_white():
    crop = painted_crop(painted_regions(), background=(255, 255, 255))
    assert background_words(view_of(crop, photo=photo_pixels(crop))) == ["plain background", "white background"]


def test_white_inside_the_photo_belongs_to_it():
    crop = painted_crop(painted_regions(), clothes=(255, 255, 255))
    crop[-4:] = crop[0, 0]
    assert photo_pixels(crop).all()


def lit(left: int, right: int) -> np.ndarray:
    crop = painted_crop(painted_regions())
    rows, columns = AREAS[Region.SKIN]
    crop[rows, slice(columns.start, 64)], crop[rows, slice(64, columns.stop)] = left, right
    return crop


@pytest.mark.parametrize(
    # L of sRGB 100 is 42, of 150 it is 62, of 105 it is 44.
    ("left", "right", "expected"),
    [
        (150, 100, "lit from the left"),
        (100, 150, "lit from the right"),
        (100, 100, "even light"),
        (100, 111, None),
    ],
)
def test_the_light_comes_from_the_brighter_side_of_the_picture(left, right, expected):
    tag = light_tag(view_of(lit(left, right)))
    assert (tag and tag.words) == expected


def test_the_light_carries_its_difference():
    assert light_tag(view_of(lit(100, 150))).value == pytest.approx(62 - 42, abs=0.6)


def test_one_sided_skin_says_nothing_about_the_light():
    labels = painted_regions().labels.copy()
    labels[:, 64:][labels[:, 64:] == REGIONS.index(Region.SKIN)] = REGIONS.index(Region.HAIR)
    assert light_tag(view_of(regions=FaceRegions(labels, np.ones((SIDE, SIDE), np.float32)))) is None


def test_a_head_turned_far_has_no_sides():
    assert light_tag(view_of(lit(100, 150), face=ball_face(middle_mesh()), quality={"yaw_deg": 40})) is None
