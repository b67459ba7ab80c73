"""Pasting back: edited crops return to their photos, and nothing else changes."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import sample_face, save_photos

from facechain.errors import InvalidSetting, PhotoUnreadable
from facechain.faces import FaceSet
from facechain.geometry import Similarity, Size
from facechain.paste_face import CropArea, PasteBackOptions, paste_faces_back
from facechain.progress import SilentProgress
from facechain.upright import quarter_turn
from facechain.warp import warp

WIDTH, HEIGHT, SIDE = 160, 120, 64
SHARP = PasteBackOptions(feather=0)
INSIDE = Similarity(np.array([[1.0, 0.0, -40.0], [0.0, 1.0, -30.0]]))
"""Cuts columns 40 to 103 and rows 30 to 93, pixel by pixel."""


def patches(seed: int = 1) -> np.ndarray:
    """Patches of 20 px, as a photo has; pure noise would be lost in every resampling."""
    small = np.random.default_rng(seed).integers(40, 216, (HEIGHT // 20, WIDTH // 20, 3), dtype=np.uint8)
    return np.kron(small, np.ones((20, 20, 1), np.uint8))


def grey(level: int = 100) -> np.ndarray:
    return np.full((HEIGHT, WIDTH, 3), level, np.uint8)


def brighter(picture: np.ndarray, levels: int = 30) -> np.ndarray:
    return (picture.astype(int) + levels).clip(0, 255).astype(np.uint8)


def around(x: float, y: float, scale: float, turn_deg: float = 0.0) -> Similarity:
    """Carries the photo's point (x, y) into the middle of the crop."""
    angle = math.radians(turn_deg)
    linear = scale * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    return Similarity(np.column_stack([linear, (SIDE - 1) / 2 - linear @ np.array([x, y])]))


def cut_faces(folder, photo, *transforms, **changes) -> FaceSet:
    """One face of `photo` per transform."""
    folder.mkdir(exist_ok=True)
    (reference,) = save_photos(folder, photo).photos
    size = Size(SIDE, SIDE)
    faces = [
        sample_face(crop=warp(photo, transform, size), transform=transform, photo=reference, **changes)
        for transform in transforms
    ]
    return FaceSet(tuple(faces), (), size)


def paste(faces: FaceSet, *crops: np.ndarray, options: PasteBackOptions = SHARP):
    return list(paste_faces_back(faces, crops, options, SilentProgress()))


def pasted_once(faces: FaceSet, *crops: np.ndarray, options: PasteBackOptions = SHARP) -> np.ndarray:
    (pasted,) = paste(faces, *crops, options=options)
    return pasted.image


@pytest.mark.parametrize("transform", [INSIDE, around(80, 60, 2.3, 20), around(80, 60, 0.4, -70), around(0, 110, 1.5)])
@pytest.mark.parametrize("area", CropArea)
def test_crops_that_were_not_edited_change_no_pixel(tmp_path, transform, area):
    photo = patches()
    faces = cut_faces(tmp_path, photo, transform)
    (pasted,) = paste(faces, faces.faces[0].crop, options=PasteBackOptions(area=area))
    assert (pasted.image == photo).all()
    assert not pasted.mask.any()


def test_rounding_in_the_host_is_no_editing(tmp_path):
    photo = patches()
    faces = cut_faces(tmp_path, photo, around(80, 60, 0.7, 10))
    assert (pasted_once(faces, brighter(faces.faces[0].crop, 1)) == photo).all()


def test_a_mark_in_a_crop_that_was_turned_by_90_degrees_goes_back_to_its_place(tmp_path):
    photo = patches()[:SIDE, :SIDE]
    faces = cut_faces(tmp_path, photo, quarter_turn(Size(SIDE, SIDE), 1))
    assert (faces.faces[0].crop == np.rot90(photo)).all()
    marked = faces.faces[0].crop.copy()
    marked[20:24, 30:36] = 255
    # Anticlockwise: column x became row 63 - x, and row y became column y.
    wanted = photo.copy()
    wanted[30:36, 40:44] = 255
    assert (pasted_once(faces, marked) == wanted).all()


def test_four_pixels_of_a_crop_of_twice_the_size_are_one_of_the_photo(tmp_path):
    # Pixel 50 of the photo's columns is pixels 0 and 1 of the crop's, and pixel 40 of the rows the same.
    doubled = Similarity(np.array([[2.0, 0.0, -99.5], [0.0, 2.0, -79.5]]))
    faces = cut_faces(tmp_path, grey(), doubled)
    marked = faces.faces[0].crop.copy()
    marked[20:24, 30:36] = 200
    change = pasted_once(faces, marked)[..., 0].astype(int) - 100
    assert [change[y, x] for y in (50, 51) for x in (65, 66, 67)] == [100] * 6
    # The seam is a pixel of the crop wide, which is half of one here.
    assert change[52:].max() < 50
    assert change[:49].max() == 0


@pytest.mark.parametrize("scale", [0.25, 0.8, 1.0, 3.0])
def test_a_brighter_crop_arrives_brighter_by_as_much(tmp_path, scale):
    faces = cut_faces(tmp_path, grey(), around(80, 60, scale))
    pasted = pasted_once(faces, brighter(faces.faces[0].crop))
    assert (pasted[55:65, 75:85] == 130).all()


@pytest.mark.parametrize("side", [32, 96, 128])
def test_a_crop_of_another_size_is_scaled(tmp_path, side):
    faces = cut_faces(tmp_path, grey(), INSIDE)
    pasted = pasted_once(faces, np.full((side, side, 3), 130, np.uint8))
    assert (pasted[40:84, 50:94] == 130).all()
    assert (pasted[:30] == 100).all()


def test_a_larger_crop_keeps_its_own_detail(tmp_path):
    # A pixel of the photo for each of the larger crop's, and 4 of them for one of the crop that was cut.
    faces = cut_faces(tmp_path, grey(), around(79.5, 59.5, 0.25))
    lines = np.full((256, 256, 3), 60, np.uint8)
    lines[:, ::4] = 140
    assert pasted_once(faces, lines)[60, 80:88, 0].tolist() == [140, 60, 60, 60, 140, 60, 60, 60]


def test_the_grain_that_the_crop_could_not_show_stays_under_a_brighter_tone(tmp_path):
    noise = np.random.default_rng(2).integers(-8, 9, (HEIGHT, WIDTH, 1))
    photo = (grey() + noise).astype(np.uint8)
    faces = cut_faces(tmp_path, photo, around(80, 60, 0.5))
    pasted = pasted_once(faces, brighter(faces.faces[0].crop))
    # Both ways of the crop are rounded to whole levels.
    assert np.abs(pasted[40:80, 60:100].astype(int) - photo[40:80, 60:100] - 30).max() <= 1


def test_the_grain_of_what_was_replaced_goes(tmp_path):
    noise = np.random.default_rng(2).integers(-8, 9, (HEIGHT, WIDTH, 1))
    faces = cut_faces(tmp_path, (grey() + noise).astype(np.uint8), around(80, 60, 0.5))
    assert (pasted_once(faces, np.full((SIDE, SIDE, 3), 240, np.uint8))[40:80, 60:100] == 240).all()


def test_a_retouched_crop_that_the_faces_bring_along_arrives(tmp_path):
    faces = cut_faces(tmp_path, grey(), INSIDE)
    retouched = brighter(faces.faces[0].crop)
    faces = replace(faces, faces=(replace(faces.faces[0], crop=retouched),))
    assert (pasted_once(faces, retouched)[60, 70] == 130).all()


def test_the_seam_is_as_wide_as_the_feather_and_inside_of_the_crop(tmp_path):
    faces = cut_faces(tmp_path, grey(), INSIDE)
    (pasted,) = paste(faces, brighter(faces.faces[0].crop), options=PasteBackOptions(0.125))
    row = pasted.mask[60]
    # 8 px on either side, after the outermost pixel, which stays the photo's.
    assert np.flatnonzero(row).tolist() == list(range(41, 103))
    assert np.flatnonzero((row > 0) & (row < 1)).tolist() == [*range(41, 49), *range(95, 103)]
    assert (pasted.image[pasted.mask == 0] == 100).all()
    assert (pasted.image[pasted.mask == 1] == 130).all()


def test_what_the_crop_shows_beyond_the_photo_never_arrives(tmp_path):
    photo = patches()
    # Half of the crop is to the left of the photo, and white.
    faces = cut_faces(tmp_path, photo, around(0, 60, 0.5, 15))
    crop = faces.faces[0].crop
    white = (crop == 255).all(-1, keepdims=True)
    assert white.mean() > 0.4
    assert (pasted_once(faces, np.where(white, 0, crop).astype(np.uint8)) == photo).all()


@pytest.mark.parametrize("scale", [0.4, 1.0, 2.5])
def test_no_white_comes_in_at_the_edge_of_the_photo(tmp_path, scale):
    faces = cut_faces(tmp_path, grey(), around(0, 60, scale, 15))
    pasted = pasted_once(faces, brighter(faces.faces[0].crop))
    assert (pasted[55:66, :10] == 130).all()
    assert pasted.max() == 130


def test_the_area_face_takes_what_lies_in_the_part_that_was_kept(tmp_path):
    mask = np.zeros((SIDE, SIDE), np.float32)
    mask[10:20, 30:40] = 1
    faces = cut_faces(tmp_path, grey(), INSIDE, mask=mask)
    pasted = pasted_once(faces, brighter(faces.faces[0].crop), options=PasteBackOptions(0, CropArea.FACE))
    wanted = grey()
    wanted[40:50, 70:80] = 130
    assert (pasted == wanted).all()


def test_the_area_face_is_an_oval_where_nothing_was_parsed(tmp_path):
    faces = cut_faces(tmp_path, grey(), Similarity(np.eye(2, 3)))
    box = faces.faces[0].face.box
    pasted = pasted_once(faces, brighter(faces.faces[0].crop), options=PasteBackOptions(0, CropArea.FACE))
    rows, columns = np.nonzero(pasted[..., 0] == 130)
    # An ellipse in the box of the face: pi / 4 of its area, to within the pixels of its outline.
    assert len(rows) == pytest.approx(math.pi / 4 * box.area, rel=0.05)
    assert columns.min() >= box.x1
    assert columns.max() <= box.x2


def test_several_faces_of_one_photo_arrive_in_one_result(tmp_path):
    faces = cut_faces(tmp_path, grey(), around(40, 60, 1.0), around(120, 60, 1.0))
    pasted = pasted_once(faces, brighter(faces.faces[0].crop), brighter(faces.faces[1].crop, 50))
    assert (pasted[60, 40] == 130).all()
    assert (pasted[60, 120] == 150).all()
    assert (pasted[60, 80] == 100).all()


def test_where_crops_overlap_the_later_one_wins(tmp_path):
    faces = cut_faces(tmp_path, grey(), around(70, 60, 1.0), around(90, 60, 1.0))
    crops = [brighter(face.crop, levels) for face, levels in zip(faces.faces, (30, 50), strict=True)]
    pasted = pasted_once(faces, *crops)
    assert (pasted[60, 45:55] == 130).all()
    assert (pasted[60, 65:115] == 150).all()


def test_the_seam_of_a_later_crop_lies_on_the_earlier_one(tmp_path):
    faces = cut_faces(tmp_path, grey(), around(70, 60, 1.0), around(100, 60, 1.0))
    crops = [brighter(face.crop, levels) for face, levels in zip(faces.faces, (30, 50), strict=True)]
    (pasted,) = paste(faces, *crops, options=PasteBackOptions(0.125))
    # From before the second crop, which begins at column 69, to its middle.
    row = pasted.image[60, 60:100, 0]
    assert (row[0], row[-1]) == (130, 150)
    assert (np.diff(row.astype(int)) >= 0).all()
    assert (pasted.mask[60, 60:90] == 1).all()


def test_a_later_crop_that_was_not_edited_leaves_an_earlier_one_alone(tmp_path):
    faces = cut_faces(tmp_path, grey(), around(70, 60, 1.0), around(90, 60, 1.0))
    pasted = pasted_once(faces, brighter(faces.faces[0].crop), faces.faces[1].crop)
    assert (pasted[60, 45:95] == 130).all()


def test_every_photo_comes_once_in_the_order_of_its_first_face(tmp_path):
    first, second = (cut_faces(tmp_path / str(level), grey(level), INSIDE) for level in (100, 50))
    faces = replace(first, faces=first.faces + second.faces + first.faces)
    pasted = paste(faces, *(face.crop for face in faces.faces))
    assert [photo.image[0, 0, 0] for photo in pasted] == [100, 50]


def test_the_number_of_crops_must_be_that_of_the_faces(tmp_path):
    faces = cut_faces(tmp_path, grey(), INSIDE, INSIDE)
    with pytest.raises(InvalidSetting, match=r"There are 3 crops for 2 faces\. Connect one crop per face"):
        paste(faces, *[faces.faces[0].crop] * 3)


def test_a_crop_that_was_trimmed_is_refused(tmp_path):
    faces = cut_faces(tmp_path, grey(), INSIDE)
    with pytest.raises(InvalidSetting, match=r"Crop 1 has 64x60 px, but was cut with 64x64 px\. Edit it without"):
        paste(faces, faces.faces[0].crop[:60])


@pytest.mark.parametrize("feather", [-0.1, 0.3, float("nan")])
def test_an_impossible_feather_is_refused(feather):
    with pytest.raises(InvalidSetting, match=r"leaves no face\. Use 0 to 0\.25"):
        PasteBackOptions(feather)


def test_a_photo_that_is_gone_is_named(tmp_path):
    faces = cut_faces(tmp_path, grey(), INSIDE)
    for file in tmp_path.iterdir():
        file.unlink()
    with pytest.raises(PhotoUnreadable, match=r'"secret-name-01\.png" cannot be read'):
        paste(faces, faces.faces[0].crop)


def test_a_photo_is_read_only_when_it_is_asked_for(tmp_path):
    first, second = (cut_faces(tmp_path / str(level), grey(level), INSIDE) for level in (100, 50))
    faces = replace(first, faces=first.faces + second.faces)
    photos = paste_faces_back(faces, [face.crop for face in faces.faces], SHARP, SilentProgress())
    assert (next(photos).image == 100).all()
    for file in (tmp_path / "50").iterdir():
        file.unlink()
    with pytest.raises(PhotoUnreadable, match="cannot be read"):
        next(photos)


def test_the_inputs_are_not_changed(tmp_path):
    faces = cut_faces(tmp_path, grey(), INSIDE)
    edited = brighter(faces.faces[0].crop)
    pasted_once(faces, edited)
    assert (faces.faces[0].crop == 100).all()
    assert (edited == 130).all()


class Steps:
    """Remembers what was reported."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, int]] = []

    def step(self, done: int, total: int) -> None:
        self.seen.append((done, total))


def test_progress_counts_faces(tmp_path):
    faces, progress = cut_faces(tmp_path, grey(), INSIDE, INSIDE), Steps()
    list(paste_faces_back(faces, [face.crop for face in faces.faces], SHARP, progress))
    assert progress.seen == [(0, 2), (1, 2), (2, 2)]


@pytest.fixture(scope="module")
def one_photo(tmp_path_factory):
    """Photos are files; one serves every example."""
    photo = patches()
    (reference,) = save_photos(tmp_path_factory.mktemp("photos"), photo).photos
    return photo, reference


@settings(deadline=None, max_examples=60)
@given(
    x=st.floats(-10, WIDTH + 10),
    y=st.floats(-10, HEIGHT + 10),
    scale=st.floats(0.1, 4),
    turn_deg=st.floats(-180, 180),
    feather=st.floats(0, 0.25),
    area=st.sampled_from(CropArea),
)
def test_whatever_is_pasted_outside_of_the_mask_nothing_changes(one_photo, x, y, scale, turn_deg, feather, area):
    photo, reference = one_photo
    transform, size = around(x, y, scale, turn_deg), Size(SIDE, SIDE)
    face = sample_face(crop=warp(photo, transform, size), transform=transform, photo=reference)
    faces = FaceSet((face,), (), size)
    (pasted,) = paste(faces, brighter(face.crop), options=PasteBackOptions(feather, area))
    assert (pasted.image[pasted.mask == 0] == photo[pasted.mask == 0]).all()
    assert 0 <= pasted.mask.min() <= pasted.mask.max() <= 1
    rows, columns = np.nonzero(pasted.mask)
    carried = transform.apply(np.column_stack([columns, rows]))
    # float32 interpolation knows the rim of the crop to about a thousandth of a pixel.
    assert (carried >= -0.01).all()
    assert (carried <= SIDE - 1 + 0.01).all()
