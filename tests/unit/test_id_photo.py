"""ID photos: where crown, eyes and chin land on the print, measured on painted marks."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from support import sample_face, sample_quality

from facechain.errors import InvalidSetting, ModelUnavailable
from facechain.faces import AlignedFace, Face
from facechain.geometry import Box, Landmarks, Similarity
from facechain.head_measures import measure_head
from facechain.id_photo import IdPhoto, make_id_photo
from facechain.id_photo_colors import IdBackground, id_background_color
from facechain.id_photo_guide import draw_guide
from facechain.id_photo_remarks import Remark, remarks_on
from facechain.id_photo_standards import STANDARDS, find_standard, pixels_from_mm
from facechain.parsing import REGIONS, FaceRegions, Region

SIDE = 1024
CROWN_Y, EYES_Y, CHIN_Y = 180, 400, 600
"""Rows of the painted head: the crown is its first row, eyes and chin are points."""
HEAD = slice(380, 645)
"""Columns of head and neck."""
SKIN, EYE_MARK, CHIN_MARK, BLUE = (200, 160, 140), (0, 0, 0), (255, 255, 0), (67, 142, 219)
PX_PER_MM = 300 / 25.4

BY_STANDARD = pytest.mark.parametrize("standard", STANDARDS, ids=lambda standard: standard.id)


def painted_face(*, top: int = CROWN_Y, bottom: int = SIDE, **changes) -> AlignedFace:
    """A head with a black line through its eyes and a yellow one at its chin, before a green wall."""
    crop = np.full((SIDE, SIDE, 3), (30, 120, 30), np.uint8)
    person = np.zeros((SIDE, SIDE), np.float32)
    person[top:bottom, HEAD] = 1
    person[700:bottom, 200:825] = 1
    crop[person > 0] = SKIN
    crop[EYES_Y - 2 : EYES_Y + 3, HEAD] = EYE_MARK
    crop[CHIN_Y - 2 : CHIN_Y + 3, HEAD] = CHIN_MARK
    labels = np.where(person > 0, REGIONS.index(Region.SKIN), 0).astype(np.uint8)
    fields = {"face": face_with_chin(), "crop": crop, "regions": FaceRegions(labels, person)}
    return sample_face(**{**fields, **changes})


def face_with_chin(**mesh_points: tuple[float, float]) -> Face:
    """Eyes 100 px apart around column 512, closed mouth, open eyes, cheeks 264 px apart."""
    mesh = np.zeros((468, 3), np.float32)
    mesh[:, :2] = (512, 450)
    points = {152: (512, CHIN_Y), 10: (512, 290), 234: (380, 430), 454: (644, 430), 61: (470, 530), 291: (554, 530)}
    eyes = {159: (462, 394), 145: (462, 406), 33: (442, 400), 133: (482, 400)}
    others = {386: (562, 394), 374: (562, 406), 263: (582, 400), 362: (542, 400), 13: (512, 530), 14: (512, 530)}
    moved = {int(name.removeprefix("p")): place for name, place in mesh_points.items()}
    for index, place in {**points, **eyes, **others, **moved}.items():
        mesh[index, :2] = place
    five = np.array([(462, EYES_Y), (562, EYES_Y), (512, 470), (475, 530), (549, 530)])
    return Face(Box(380, 290, 645, CHIN_Y), Landmarks(five), 0.9, mesh, 0.9)


@cache
def printed(standard: str) -> IdPhoto:
    """The painted face as an ID photo."""
    return make_id_photo(painted_face(), find_standard(standard), BLUE)


def row_of(image: np.ndarray, color: tuple[int, int, int]) -> float:
    """Middle of the rows that have `color` in the middle column."""
    column = image[:, image.shape[1] // 2].astype(int)
    return float(np.flatnonzero(np.abs(column - color).sum(-1) < 60).mean())


def first_row_of_the_person(image: np.ndarray) -> int:
    return int(np.flatnonzero(np.abs(image[:, image.shape[1] // 2].astype(int) - BLUE).sum(-1) > 60)[0])


@pytest.mark.parametrize(
    ("standard", "width", "height"), [("icao_35x45", 413, 531), ("us_2x2", 600, 600), ("china_33x48", 390, 567)]
)
def test_a_print_has_the_pixels_of_its_millimetres_at_300_dpi(standard, width, height):
    assert find_standard(standard).size_px == (width, height)
    assert printed(standard).image.shape == (height, width, 3)


@BY_STANDARD
def test_painted_crown_eyes_and_chin_land_where_the_standard_wants_them(standard):
    image = printed(standard.id).image
    crown, eyes, chin = first_row_of_the_person(image) - 0.5, row_of(image, EYE_MARK), row_of(image, CHIN_MARK)
    # Half a pixel, 0.04 mm: the middle of a mark is told to that.
    assert (chin - crown) / PX_PER_MM == pytest.approx(standard.head.target, abs=0.08)
    if standard.eyes:
        assert (image.shape[0] - 0.5 - eyes) / PX_PER_MM == pytest.approx(standard.eyes.target, abs=0.05)
    else:
        assert (crown + 0.5) / PX_PER_MM == pytest.approx(standard.top.target, abs=0.05)


@BY_STANDARD
def test_the_measures_are_those_of_the_painted_head(standard):
    measures = printed(standard.id).measures
    # 200 px of 420.5 lie below the eyes.
    scale = standard.head.target / 420.5
    assert measures.head_mm == pytest.approx(standard.head.target)
    assert measures.eyes_mm - measures.below_chin_mm == pytest.approx(200 * scale)
    assert measures.head_width_mm == pytest.approx(264 * scale)
    assert measures.top_mm + measures.head_mm + measures.below_chin_mm == pytest.approx(standard.height_mm, abs=0.05)


def test_the_middle_of_the_face_stands_in_the_middle():
    face = painted_face()
    shifted = np.roll(face.crop, 60, axis=1)
    regions = FaceRegions(np.roll(face.regions.labels, 60, axis=1), np.roll(face.regions.person, 60, axis=1))
    moved = painted_face(crop=shifted, regions=regions, transform=Similarity(np.array([[1, 0, 60], [0, 1, 0]])))
    image = make_id_photo(moved, find_standard("icao_35x45"), BLUE).image
    is_person = np.flatnonzero(np.abs(image[200].astype(int) - BLUE).sum(-1) > 60)
    assert (is_person[0] + is_person[-1]) / 2 == pytest.approx(206, abs=1)


def test_a_tilted_head_is_set_upright():
    turn = np.deg2rad(8)
    linear = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    middle = np.array([512, 400])
    tilt = Similarity(np.column_stack([linear, middle - linear @ middle]))
    upright = painted_face()
    rows, columns = np.mgrid[:SIDE, :SIDE]
    source = tilt.inverse().apply(np.column_stack([columns.ravel(), rows.ravel()]))
    x, y = np.rint(source).astype(int).clip(0, SIDE - 1).T.reshape(2, SIDE, SIDE)
    regions = FaceRegions(upright.regions.labels[y, x], upright.regions.person[y, x])
    image = make_id_photo(
        painted_face(crop=upright.crop[y, x], regions=regions, transform=tilt), find_standard("icao_35x45"), BLUE
    ).image
    dark = image.sum(-1) < 100
    left, right = (np.flatnonzero(dark[:, column]).mean() for column in (130, 280))
    assert left == pytest.approx(right, abs=0.6)


def test_what_is_no_person_has_the_background_colour():
    image = printed("icao_35x45").image
    assert (image[:20] == BLUE).all()
    assert (image[250, :40] == BLUE).all()


def test_the_crown_is_the_top_of_the_person_above_the_face():
    face = painted_face()
    head = measure_head(face.face, face.regions)
    # Row 180 begins half a pixel above its centre.
    assert (head.crown_above, head.chin_below, head.height) == pytest.approx((220.5, 200, 420.5))


def test_high_hair_is_no_head():
    face = painted_face(top=60)
    head = measure_head(face.face, face.regions)
    assert head.top_above == pytest.approx(340.5)
    assert head.crown_above == pytest.approx(1.3 * 200)


def test_a_tuft_is_no_crown():
    person = painted_face().regions.person.copy()
    person[150:CROWN_Y, 510:515] = 1
    labels = painted_face().regions.labels.copy()
    assert measure_head(face_with_chin(), FaceRegions(labels, person)).crown_above == pytest.approx(220.5)


def test_a_face_that_is_not_parsed_is_refused():
    with pytest.raises(InvalidSetting, match=r"needs the outline of the person\. Connect faces from Parse Faces"):
        make_id_photo(painted_face(regions=None), find_standard("icao_35x45"), BLUE)


def test_a_face_without_mesh_is_refused():
    face = Face(Box(380, 290, 645, 600), face_with_chin().landmarks, 0.9)
    with pytest.raises(ModelUnavailable, match=r"The chin is measured on 468 mesh points"):
        make_id_photo(painted_face(face=face), find_standard("icao_35x45"), BLUE)


def test_a_crop_without_shoulders_is_refused_with_what_is_missing():
    whole = painted_face()
    # 420.5 px are 34 mm. The print ends 23.5 mm or 290.6 px below the eyes, the crop 209.5 px: 6.6 mm are missing.
    crop = whole.crop[:610].copy()
    regions = FaceRegions(whole.regions.labels[:610].copy(), whole.regions.person[:610].copy())
    with pytest.raises(InvalidSetting, match=r'crop ends 7 mm inside of the ID photo.*crop "facechain"'):
        make_id_photo(painted_face(crop=crop, regions=regions), find_standard("icao_35x45"), BLUE)


def remarks(face: AlignedFace, standard: str = "icao_35x45") -> dict[str, str]:
    return {one.code: one.text for one in remarks_on(make_id_photo(face, find_standard(standard), BLUE), face)}


@BY_STANDARD
def test_nothing_is_said_of_a_calm_frontal_face(standard):
    assert remarks_on(printed(standard.id), painted_face()) == ()


@pytest.mark.parametrize(
    ("changes", "code", "number"),
    [
        ({"quality": sample_quality(yaw_deg=-14)}, "turned", "14 degrees"),
        ({"quality": sample_quality(pitch_deg=15)}, "tilted", "up by 15 degrees"),
        ({"quality": sample_quality(pitch_deg=-25)}, "tilted", "down by 25 degrees"),
        ({"face": face_with_chin(p14=(512, 542.6))}, "mouth_open", "15%"),
        ({"face": face_with_chin(p159=(462, 398), p145=(462, 402))}, "eyes_closed", "10%"),
        ({"top": 60}, "hair", "above the crown"),
        ({"top": 260}, "head_cut", "cuts"),
        ({"bottom": 660}, "body_ends", "above the lower edge"),
    ],
)
def test_each_fault_is_named_with_its_number(changes, code, number):
    found = remarks(painted_face(**changes))
    # The print of a head that is cut off is enlarged a little more.
    assert found.keys() - {"enlarged"} == {code}
    assert number in found[code]


def test_an_enlarged_photo_is_named_with_its_factor():
    # Crop pixels are 2 photo pixels wide; 401.6 px of print come from 420.5 of the crop.
    face = painted_face()
    twice = Similarity(np.array([[2, 0, 0], [0, 2, 0]]))
    small = Face(
        Box(190, 145, 322, 300), Landmarks(face.face.landmarks.points / 2), 0.9, face_with_chin().mesh / 2, 0.9
    )
    assert "enlarged 1.9 times" in remarks(painted_face(face=small, transform=twice))["enlarged"]


def test_a_face_lit_from_one_side_is_named():
    face = painted_face()
    crop = face.crop.copy()
    crop[:, 512:] = (crop[:, 512:] * 0.5).astype(np.uint8)
    assert "lighter than the other" in remarks(painted_face(crop=crop))["uneven_light"]


def test_a_hat_is_named():
    regions = painted_face().regions
    labels = regions.labels.copy()
    labels[CROWN_Y:330, HEAD] = REGIONS.index(Region.CLOTHES)
    found = remarks(painted_face(regions=FaceRegions(labels, regions.person)))
    assert "of the head above the brows is covered" in found["covered"]


def test_a_wide_face_is_outside_of_the_chinese_standard():
    found = remarks(painted_face(face=face_with_chin(p234=(350, 430), p454=(674, 430))), "china_33x48")
    # 324 of 420.5 px, and 31 mm of head.
    assert "The face is 23.9 mm wide; 15.0 to 22.0 mm are allowed" in found["head_width"]


@BY_STANDARD
def test_a_standard_aims_inside_of_what_it_allows(standard):
    for allowed in (standard.head, standard.eyes, standard.top, standard.head_width):
        assert allowed is None or allowed.least <= allowed.target <= allowed.most
    assert (standard.eyes is None) != (standard.top is None)
    assert set(standard.title) == {"en", "zh"}


def test_millimetres_are_rounded_to_whole_pixels():
    assert pixels_from_mm(25.4) == 300


def test_an_unknown_standard_is_refused_with_the_known_ones():
    with pytest.raises(InvalidSetting, match=r'no ID photo standard "moon".*icao_35x45, us_2x2, china_33x48'):
        find_standard("moon")


def test_a_colour_of_ones_own_counts_for_custom_only():
    assert id_background_color(IdBackground.CUSTOM, "#0A141E") == (10, 20, 30)
    assert id_background_color(IdBackground.WHITE, "nonsense") == (255, 255, 255)
    with pytest.raises(InvalidSetting, match=r'"sky" is no colour\. Write it as #RRGGBB'):
        id_background_color(IdBackground.CUSTOM, "sky")


def test_guides_of_one_standard_have_one_size_and_show_the_remarks():
    photo = printed("us_2x2")
    plain = draw_guide(photo, ())
    remarked = draw_guide(photo, [Remark("hair", "Hair reaches high.")] * 5)
    assert plain.shape == remarked.shape
    assert (plain != remarked).any()
