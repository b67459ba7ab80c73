import numpy as np
import pytest
from support import detected, face_at

from facechain.crops import ARCFACE_POINTS, CropPreset, crop_transform, whole_transform
from facechain.errors import DegenerateLandmarks
from facechain.faces import Face
from facechain.geometry import Box, Landmarks, Size


def frontal(roll_deg: float = 0.0, eye_distance: float = 40.0) -> Face:
    return detected(face_at(200, 150, eye_distance, roll_deg=roll_deg).landmarks)


def carried(face: Face, preset: CropPreset, side_px: int = 512) -> np.ndarray:
    return crop_transform(face, preset, side_px).apply(face.landmarks.points)


def test_the_facechain_crop_shows_the_face_box_at_30_percent():
    face = Face(Box(150, 100, 250, 240), frontal().landmarks, 0.9)
    transform = crop_transform(face, CropPreset.FACECHAIN, 512)
    # The longer side of the box, 140 px, becomes 0.35 / 1.15 of 512.
    assert transform.scale * 140 == pytest.approx(512 * 0.35 / 1.15)


def test_the_facechain_crop_has_the_box_center_at_43_percent_of_its_height():
    face = Face(Box(150, 100, 250, 240), frontal().landmarks, 0.9)
    center = crop_transform(face, CropPreset.FACECHAIN, 512).apply(np.array([[200.0, 170.0]]))[0]
    # Half a pixel off: pixel centres lie at .0.
    assert center == pytest.approx([512 * 0.5 - 0.5, 512 * 0.5 / 1.15 - 0.5])


@pytest.mark.parametrize("roll_deg", [-170, -90, -35, -12, 0, 5, 45, 90, 180])
@pytest.mark.parametrize("preset", list(CropPreset))
def test_every_crop_has_a_horizontal_eye_line(preset, roll_deg):
    left, right = carried(frontal(roll_deg), preset)[:2]
    # ArcFace's own template has eyes 0.2 px of 112 apart in height: 0.3 degrees.
    assert np.degrees(np.arctan2(right[1] - left[1], right[0] - left[0])) == pytest.approx(0, abs=0.4)


@pytest.mark.parametrize("preset", list(CropPreset))
def test_a_rolled_face_lies_where_an_upright_one_does(preset):
    # 0.01 px: landmarks are float32.
    assert carried(frontal(30), preset) == pytest.approx(carried(frontal(0), preset), abs=0.01)


@pytest.mark.parametrize("preset", list(CropPreset))
def test_the_crop_does_not_depend_on_the_resolution_of_the_photo(preset):
    small = carried(frontal(eye_distance=40), preset)
    large = carried(frontal(eye_distance=400), preset)
    # 0.01 px: landmarks are float32.
    assert small == pytest.approx(large, abs=0.01)


def test_the_arcface_crop_puts_landmarks_onto_its_template():
    face = detected(ARCFACE_POINTS * 3 + 50)
    assert carried(face, CropPreset.ARCFACE, 112) == pytest.approx(ARCFACE_POINTS, abs=1e-3)


def test_the_ffhq_crop_keeps_the_size_of_a_turned_head():
    points = frontal().landmarks.points.copy()
    points[:, 0] = 200 + (points[:, 0] - 200) * 0.5  # seen from 60 degrees aside
    turned = Face(frontal().box, Landmarks(points), 0.9)
    heights = [np.ptp(carried(face, CropPreset.FFHQ)[:, 1]) for face in (frontal(), turned)]
    # Eye distance rules the frontal face (40 * 2.0 > 44 * 1.8 is almost equal), eye-mouth the turned one.
    assert heights[1] == pytest.approx(heights[0], rel=0.02)


@pytest.mark.parametrize(("margin", "side"), [(0.0, 140), (0.25, 210), (0.5, 280), (2.0, 700)])
def test_a_margin_is_left_on_both_sides_of_the_longer_side_of_the_box(margin, side):
    face = Face(Box(150, 100, 250, 240), frontal().landmarks, 0.9)
    transform = crop_transform(face, CropPreset.MARGIN, 512, margin)
    assert transform.scale == pytest.approx(512 / side)
    # The middle of 512 pixels is 255.5: pixel centres lie at .0.
    assert transform.apply(np.array([[200.0, 170.0]]))[0] == pytest.approx([255.5, 255.5])


@pytest.mark.parametrize(
    ("photo", "corner"),
    # 300 x 200 on 600 px is doubled, and 100 px are free above and below; pixel -0.5 is the photo's edge.
    [(Size(300, 200), (-0.5, 99.5)), (Size(200, 300), (99.5, -0.5)), (Size(50, 50), (-0.5, -0.5))],
)
def test_a_whole_photo_stands_in_the_middle_of_its_crop(photo, corner):
    assert whole_transform(photo, 600).apply(np.array([[-0.5, -0.5]]))[0] == pytest.approx(corner)


@pytest.mark.parametrize("preset", list(CropPreset))
def test_landmarks_at_one_point_give_no_crop(preset):
    face = Face(Box(0, 0, 10, 10), Landmarks(np.full((5, 2), 5.0)), 0.9)
    with pytest.raises(DegenerateLandmarks, match="at one point"):
        crop_transform(face, preset, 512)
