"""Framing, head and eyes of a face that can be computed by hand."""

import numpy as np
import pytest
from support_mesh import ball_face, ball_mesh
from support_tags import middle_mesh, view_of, with_eyes

from facechain.faces import Gaze
from facechain.tag_pose import (
    eyes_tag,
    framing_tag,
    gaze_deg,
    gaze_tag,
    head_tilt_tag,
    head_turn_tag,
)


def words(tag) -> str | None:
    return tag and tag.words


def looking(across: float, down: float = 0.0, openness: float = 0.3) -> Gaze:
    return Gaze(across, down, openness)


@pytest.mark.parametrize(
    # The half ball is 2.352 radii high, the crop 128 px.
    ("radius", "expected"),
    [(5, "wide shot"), (10, "upper body"), (20, "head and shoulders"), (30, "close-up")],
)
def test_the_framing_follows_the_height_of_the_face(radius, expected):
    tag = framing_tag(view_of(face=ball_face(ball_mesh(64, 60, radius))))
    assert tag.words == expected
    assert tag.value == pytest.approx(2.352 * radius / 128, rel=1e-3)


@pytest.mark.parametrize(
    ("yaw_deg", "expected"),
    [
        (-35, "facing left"),
        (-20, "facing slightly left"),
        (-12, None),
        (3, "front view"),
        (20, "facing slightly right"),
        (45, "facing right"),
    ],
)
def test_left_and_right_are_those_of_the_picture(yaw_deg, expected):
    assert words(head_turn_tag(view_of(quality={"yaw_deg": yaw_deg}))) == expected


@pytest.mark.parametrize(
    ("pitch_deg", "expected"), [(-30, "head lowered"), (-10, None), (0, None), (20, "head raised")]
)
def test_only_a_clear_tilt_is_said(pitch_deg, expected):
    assert words(head_tilt_tag(view_of(quality={"pitch_deg": pitch_deg}))) == expected


@pytest.mark.parametrize(
    ("across", "expected"),
    [
        (0.0, "looking at the camera"),
        (-0.3, "looking away to the left"),
        (0.3, "looking away to the right"),
        (0.2, None),
    ],
)
def test_the_gaze_of_a_frontal_head_follows_the_iris(across, expected):
    assert words(gaze_tag(view_of(gaze=looking(across)))) == expected


def test_a_turned_head_can_look_at_the_camera():
    # The corners stand 5 sin 30 = 2.5 mm to the right of the eye's centre: over 15 cos 30 mm, -0.19.
    assert gaze_deg(looking(-0.1925), yaw_deg=30) == pytest.approx(0, abs=0.1)
    # The same eyes in a frontal head look aside.
    assert gaze_deg(looking(-0.1925), yaw_deg=0) == pytest.approx(-16, abs=0.1)


def test_eyes_that_follow_a_turned_head_look_where_it_looks():
    # Iris 10.5 sin 30 mm from the centre of the eye, corners 5 sin 30 mm: 2.75 mm over 15 cos 30 mm.
    assert gaze_deg(looking(0.2117), yaw_deg=30) == pytest.approx(30, abs=0.1)


@pytest.mark.parametrize(
    "changes",
    [
        {"gaze": None},
        {"gaze": looking(0, openness=0.15)},
        {"gaze": looking(0, down=0.6)},
        {"quality": {"eye_distance_px": 30}},
        {"quality": {"pitch_deg": -30}},
    ],
    ids=["no mesh", "narrow", "lowered eyes", "small", "lowered head"],
)
def test_an_uncertain_gaze_is_not_said(changes):
    assert gaze_tag(view_of(**changes)) is None


def face_with_eyes(openness: float):
    return ball_face(with_eyes(middle_mesh(), openness))


def test_closed_eyes_are_said_when_iris_and_mesh_agree():
    tag = eyes_tag(view_of(face=face_with_eyes(0.1), gaze=looking(0, openness=0.08)))
    assert (tag.words, tag.value) == ("eyes closed", 0.08)


@pytest.mark.parametrize(("in_mesh", "by_iris"), [(0.3, 0.08), (0.1, 0.2), (0.3, 0.3)])
def test_open_and_winking_eyes_are_not_called_closed(in_mesh, by_iris):
    assert eyes_tag(view_of(face=face_with_eyes(in_mesh), gaze=looking(0, openness=by_iris))) is None


def test_a_face_without_mesh_gives_no_eyes():
    face = ball_face(middle_mesh())
    bare = type(face)(face.box, face.landmarks, face.score)
    assert eyes_tag(view_of(face=bare, gaze=None)) is None
    assert framing_tag(view_of(face=bare)).value == pytest.approx(np.ptp(middle_mesh()[:, 1]) / 128)
