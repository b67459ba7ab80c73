import cv2
import numpy as np
import pytest
from support import SKIN, PaintedFaceAnalyzer, face_at, portrait

from facechain.crops import ARCFACE_POINTS
from facechain.face_lines import line_depth
from facechain.foreign_color import foreign_pixels
from facechain.geometry import Landmarks
from facechain.occlusion import Cover, find_cover
from facechain.quality import measure_quality

LANDMARKS = Landmarks(ARCFACE_POINTS)
"""Eyes at (38, 52) and (74, 52), mouth from (42, 92) to (71, 92)."""


def drawn_face(skin: tuple[int, int, int] = SKIN) -> np.ndarray:
    """An ArcFace crop of skin with dark eyes and a mouth."""
    crop = np.full((112, 112, 3), skin, np.uint8)
    for x in (38, 74):
        cv2.ellipse(crop, (x, 52), (8, 2), 0, 0, 360, tuple(value // 3 for value in skin), -1)
    cv2.line(crop, (42, 92), (71, 92), tuple(value // 2 for value in skin), 2)
    return crop


def with_box(crop: np.ndarray, x1: int, y1: int, x2: int, y2: int, color: tuple[int, int, int]) -> np.ndarray:
    boxed = crop.copy()
    boxed[y1:y2, x1:x2] = color
    return boxed


def cover_of(crop: np.ndarray) -> Cover:
    return find_cover(crop, LANDMARKS)


@pytest.mark.parametrize("skin", [SKIN, (70, 46, 36), (245, 222, 210), (120, 120, 120)])
def test_a_bare_face_of_any_colour_has_no_cover(skin):
    assert cover_of(drawn_face(skin)).ratio == 0


@pytest.mark.parametrize("color", [SKIN, (240, 240, 240), (20, 20, 20), (60, 90, 200)])
def test_where_no_mouth_can_be_seen_the_lower_face_is_covered(color):
    cover = cover_of(with_box(drawn_face(), 15, 75, 97, 112, color))
    # From the base of the nose to the chin it is 0.46; a thing of foreign colour is seen up to its end, 0.50.
    assert cover.ratio == pytest.approx(0.48, abs=0.03)
    assert cover.pixels[90, 56]
    assert not cover.pixels[60, 56]


@pytest.mark.parametrize("color", [(0, 0, 0), (255, 255, 255), (30, 28, 30)])
def test_where_no_eye_can_be_seen_the_upper_face_is_covered(color):
    cover = cover_of(with_box(drawn_face(), 0, 44, 112, 62, color))
    assert cover.ratio == pytest.approx(0.35, abs=0.03)
    assert cover.pixels[52, 38]
    assert not cover.pixels[80, 56]


def test_one_hidden_eye_covers_its_own_half():
    cover = cover_of(with_box(drawn_face(), 0, 44, 56, 62, (0, 0, 0)))
    assert cover.ratio == pytest.approx(0.18, abs=0.02)
    assert cover.pixels[52, 38]
    assert not cover.pixels[52, 74]


def test_a_thing_of_foreign_colour_covers_what_it_lies_on():
    cover = cover_of(with_box(drawn_face(), 60, 60, 84, 84, (40, 110, 60)))
    inside = np.zeros((112, 112), bool)
    inside[60:84, 60:84] = True
    assert cover.pixels[inside].mean() > 0.8
    assert not cover.pixels[~inside].any()


@pytest.mark.parametrize("color", [(30, 25, 22), (150, 105, 80), (235, 215, 205)], ids=["shade", "blush", "highlight"])
def test_skin_in_other_light_is_no_cover(color):
    assert cover_of(with_box(drawn_face(), 80, 40, 112, 80, color)).ratio == 0


def test_a_small_thing_is_no_cover():
    assert cover_of(with_box(drawn_face(), 70, 66, 79, 75, (40, 110, 60))).ratio == 0


def test_colour_says_nothing_in_a_grey_picture_or_in_coloured_light():
    spots = [np.ones((112, 112), bool)]
    nowhere = np.zeros((112, 112), bool)
    for skin, other in (((120, 120, 120), (200, 200, 200)), ((60, 90, 200), (200, 90, 60))):
        crop = with_box(np.full((112, 112, 3), skin, np.uint8), 0, 0, 40, 40, other)
        assert not foreign_pixels(crop, spots, nowhere).any()


def test_a_beard_around_bare_lips_is_no_cover():
    bearded = with_box(drawn_face(), 15, 76, 97, 112, (50, 38, 30))
    bearded[86:99, 38:76] = drawn_face()[86:99, 38:76]
    assert cover_of(bearded).ratio == 0


def light_with_row(dark_rows: slice) -> np.ndarray:
    light = np.full((40, 40), 5.0, np.float32)
    light[dark_rows] = 4.0
    return light


@pytest.mark.parametrize(
    ("dark_rows", "depth"),
    [(slice(19, 22), 1.0), (slice(23, 26), 1.0), (slice(20, 20), 0.0), (slice(20, 40), 0.0), (slice(8, 32), 0.0)],
    ids=["line", "line beside the way", "even", "step", "large thing"],
)
def test_only_a_line_has_depth(dark_rows, depth):
    points = np.array([10.0, 20.0]), np.array([30.0, 20.0])
    assert line_depth(light_with_row(dark_rows), *points, 5) == pytest.approx(depth)


def test_a_covered_face_measures_the_light_of_its_bare_skin():
    photo = portrait(800, 800, face_at(400, 360, 100))
    face = PaintedFaceAnalyzer().detect(photo)[0]
    masked = photo.copy()
    masked[428:560, 290:510] = (0, 0, 0)
    quality = measure_quality(masked, face)
    assert quality.covered_ratio > 0.4
    # With the black half of the face it would be less than 0.3, and half of it clipped.
    assert quality.brightness > 0.45
    assert quality.clipped_ratio < 0.05


def test_of_a_blurred_face_nothing_is_said_to_be_covered():
    photo = cv2.GaussianBlur(portrait(800, 800, face_at(400, 360, 100)), (0, 0), 30)
    face = PaintedFaceAnalyzer().detect(portrait(800, 800, face_at(400, 360, 100)))[0]
    quality = measure_quality(photo, face)
    assert quality.sharpness < 40
    assert quality.covered_ratio == 0
