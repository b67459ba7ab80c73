import math

import cv2
import numpy as np
import pytest
from support import PaintedFaceAnalyzer, detected, face_at, portrait, sample_quality

from facechain.faces import Face, Quality
from facechain.geometry import Box, Landmarks
from facechain.quality import measure_quality, quality_scores


def measured(photo: np.ndarray) -> Quality:
    return measure_quality(photo, PaintedFaceAnalyzer().detect(photo)[0])


def flat_photo(*levels: int) -> tuple[np.ndarray, Face]:
    """A photo whose face is striped in grey `levels`, 8 px each, and where its face is."""
    stripes = np.repeat(np.array(levels, np.uint8), 8)
    photo = np.resize(stripes, (400, 400))
    return np.dstack([photo] * 3), detected(face_at(200, 180, 50).landmarks)


def mesh_face(*, yaw_deg: float = 0.0, pitch_deg: float = 0.0, roll_deg: float = 0.0) -> Face:
    """A flat mesh of the four points that the pose is read from, turned in space."""
    points = np.zeros((468, 3))
    points[33], points[263] = (-50, 0, 0), (50, 0, 0)
    points[10], points[152] = (0, -70, 0), (0, 70, 0)
    yaw, pitch, roll = np.radians([yaw_deg, pitch_deg, roll_deg])
    # x right, y down, z away from the camera: a nose to image-right brings image-right's cheek away.
    about_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    about_z = np.array([[np.cos(roll), np.sin(roll), 0], [-np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    mesh = points @ about_y @ about_x @ about_z + [200, 200, 0]
    return Face(Box(100, 100, 300, 300), Landmarks(face_at(200, 180, 50).landmarks), 0.9, mesh.astype(np.float32))


def test_size_is_the_distance_between_the_eyes_in_the_photo():
    # 0.3 px: dots are found by their centres.
    assert measured(portrait(400, 400, face_at(200, 180, 60))).eye_distance_px == pytest.approx(60, abs=0.3)


def test_blur_lowers_sharpness_step_by_step():
    photo = portrait(800, 800, face_at(400, 360, 100))
    values = [measured(photo).sharpness] + [
        measured(cv2.GaussianBlur(photo, (0, 0), sigma)).sharpness for sigma in (2, 4, 6)
    ]
    assert values == sorted(values, reverse=True)
    assert values[-1] < values[0] / 20


def test_a_dark_photo_is_as_sharp_as_a_bright_one():
    photo = portrait()
    dark = (photo * 0.3).astype(np.uint8)
    # 5 %: 30 % of 255 levels are few.
    assert measured(dark).sharpness == pytest.approx(measured(photo).sharpness, rel=0.05)


def test_noise_does_not_make_a_blurred_photo_sharp():
    photo = cv2.GaussianBlur(portrait(800, 800, face_at(400, 360, 100)), (0, 0), 6)
    noise = np.random.default_rng(0).normal(0, 10, photo.shape)
    noisy = np.clip(photo + noise, 0, 255).astype(np.uint8)
    assert measured(noisy).sharpness < 2 * measured(photo).sharpness + 10


def test_a_flat_face_has_no_sharpness():
    photo, face = flat_photo(90)
    assert measure_quality(photo, face).sharpness == 0


def test_brightness_is_the_mean_luma_of_the_face():
    photo, face = flat_photo(51)
    assert measure_quality(photo, face).brightness == pytest.approx(51 / 255)


@pytest.mark.parametrize("level", [0, 2, 253, 255])
def test_pure_black_and_white_count_as_clipped(level):
    photo, face = flat_photo(level)
    assert measure_quality(photo, face).clipped_ratio == 1


@pytest.mark.parametrize("level", [3, 128, 252])
def test_other_greys_do_not_count_as_clipped(level):
    photo, face = flat_photo(level)
    assert measure_quality(photo, face).clipped_ratio == 0


@pytest.mark.parametrize("roll_deg", [-120, -20, 0, 33])
def test_roll_is_the_angle_of_the_eye_line(roll_deg):
    face = detected(face_at(200, 180, 50, roll_deg=roll_deg).landmarks)
    # 0.01 degrees: landmarks are float32.
    assert measure_quality(portrait(), face).roll_deg == pytest.approx(roll_deg, abs=0.01)


@pytest.mark.parametrize("roll_deg", [0, 25])
@pytest.mark.parametrize(("yaw_deg", "pitch_deg"), [(0, 0), (30, 0), (-45, 0), (0, 25), (0, -30)])
def test_five_landmarks_tell_yaw_and_pitch(yaw_deg, pitch_deg, roll_deg):
    face = detected(face_at(200, 180, 50, roll_deg=roll_deg, yaw_deg=yaw_deg, pitch_deg=pitch_deg).landmarks)
    quality = measure_quality(portrait(), face)
    assert (quality.yaw_deg, quality.pitch_deg) == (pytest.approx(yaw_deg, abs=0.1), pytest.approx(pitch_deg, abs=0.1))


@pytest.mark.parametrize("roll_deg", [0, 25, 90])
@pytest.mark.parametrize(("yaw_deg", "pitch_deg"), [(0, 0), (30, 0), (-60, 0), (0, 25), (0, -30)])
def test_a_mesh_tells_yaw_and_pitch(yaw_deg, pitch_deg, roll_deg):
    quality = measure_quality(portrait(), mesh_face(yaw_deg=yaw_deg, pitch_deg=pitch_deg, roll_deg=roll_deg))
    assert (quality.yaw_deg, quality.pitch_deg) == (pytest.approx(yaw_deg, abs=0.1), pytest.approx(pitch_deg, abs=0.1))


def test_a_nose_to_image_right_is_a_positive_yaw():
    points = face_at(200, 180, 50).landmarks
    points[2] += (10, 0)
    assert measure_quality(portrait(), detected(points)).yaw_deg > 0


def test_a_nose_tip_near_the_eyes_is_a_positive_pitch():
    points = face_at(200, 180, 50).landmarks
    points[2] -= (0, 10)
    assert measure_quality(portrait(), detected(points)).pitch_deg > 0


def test_the_score_is_the_product_of_the_single_scores():
    quality = measured(portrait())
    scores = quality_scores(quality)
    product = scores.size * scores.sharpness * scores.light * scores.pose * scores.visible
    assert quality.score == scores.product == pytest.approx(product)


class FixedScorer:
    """Predicts one value for every face."""

    id = "fixed"

    def __init__(self, value: float) -> None:
        self.value = value

    def score(self, image: np.ndarray, face: Face) -> float:
        return self.value


def test_a_prediction_and_the_measured_score_meet_in_their_geometric_mean():
    photo = portrait()
    face = PaintedFaceAnalyzer().detect(photo)[0]
    predicted = measure_quality(photo, face, FixedScorer(0.25))
    assert predicted.predicted == 0.25
    assert predicted.score == pytest.approx(0.5 * math.sqrt(measured(photo).score))


def test_a_face_that_is_useless_to_the_model_has_no_score():
    photo = portrait()
    assert measure_quality(photo, PaintedFaceAnalyzer().detect(photo)[0], FixedScorer(-0.1)).score == 0


def test_the_better_prediction_decides_between_equal_faces():
    photo = portrait()
    face = PaintedFaceAnalyzer().detect(photo)[0]
    scores = [measure_quality(photo, face, FixedScorer(value)).score for value in (0.3, 0.6, 0.9)]
    assert scores == sorted(scores)


def test_without_a_mesh_presence_is_unknown_and_costs_nothing():
    quality = measured(portrait())
    assert quality.presence is None
    assert quality_scores(quality).visible == 1


@pytest.mark.parametrize(
    ("change", "name", "value"),
    [
        ({"eye_distance_px": 35}, "size", 0.5),
        ({"eye_distance_px": 200}, "size", 1),
        ({"sharpness": 50}, "sharpness", 0.5),
        ({"sharpness": 0}, "sharpness", 0),
        ({"brightness": 0.10}, "light", 0.5),
        ({"brightness": 0.90}, "light", 0.5),
        ({"brightness": 0.02}, "light", 0),
        ({"clipped_ratio": 0.25}, "light", 0.75),
        ({"yaw_deg": -60}, "pose", 0.5),
        ({"pitch_deg": 120}, "pose", 0),
        ({"covered_ratio": 0.4}, "visible", 0.6),
        ({"presence": 0.9}, "visible", 0.9),
        ({"covered_ratio": 0.5, "presence": 0.5}, "visible", 0.25),
    ],
)
def test_each_property_has_its_score(change, name, value):
    assert getattr(quality_scores(sample_quality(**change)), name) == pytest.approx(value)
