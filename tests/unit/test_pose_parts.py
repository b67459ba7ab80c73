"""Hands, faces and heads in pose maps; bodies are in test_pose_map.py."""

import numpy as np
import pytest

from facechain.errors import PoseNotFound
from facechain.geometry import Size
from facechain.pose_map import draw_pose_map, draw_pose_maps, draw_pose_overlay
from facechain.pose_parts import PoseParts
from facechain.poses import KEYPOINTS, BodyPose, PoseFrame

CANVAS = Size(512, 512)
BLUE, WHITE = [0, 0, 255], [255, 255, 255]
NOBODY = np.zeros((18, 3))


def hand(score=1.0, **fingers):
    """Points (21, 3): the wrist at (100, 400) and the named fingers straight up from (x, 380), 40 px per point."""
    points = np.zeros((21, 3))
    points[0] = (100, 400, score)
    for name, x in fingers.items():
        root = 1 + 4 * ("thumb", "index", "middle", "ring", "little").index(name)
        points[root : root + 4] = [(x, 380 - 40 * step, score) for step in range(4)]
    return points


def face(**places):
    """Points (70, 3) of which only jaw (0), nose (30) or pupil (68) are seen."""
    points = np.zeros((70, 3))
    for name, place in places.items():
        points[{"jaw": 0, "nose": 30, "pupil": 68}[name]] = (*place, 1)
    return points


def drawn(size=CANVAS, parts=PoseParts(face=True), **pose):  # noqa: B008
    return draw_pose_map(PoseFrame(CANVAS, (BodyPose(**{"keypoints": NOBODY, **pose}),)), size, parts)


def standing():
    """A body with a shoulder, neck, nose, eyes and ears in one row."""
    keypoints = NOBODY.copy()
    row = ("right_shoulder", "neck", "nose", "right_eye", "right_ear", "left_eye", "left_ear")
    for number, name in enumerate(row):
        keypoints[KEYPOINTS.index(name)] = (50 + 60 * number, 100, 1)
    return keypoints


def test_a_joint_is_a_blue_disc_of_4_px():
    pixels = drawn(right_hand=hand(thumb=300))
    assert pixels[260, 296:305].tolist() == [BLUE] * 9
    assert not pixels[260, [295, 305]].any()


@pytest.mark.parametrize(
    ("finger", "bone", "color"),
    [
        # The hue of bone n of 20 is n / 20 of the wheel: 0 is red, 1/20 is a third of the way to yellow.
        ("thumb", 1, [255, 77, 0]),
        ("index", 5, [127, 255, 0]),
        ("middle", 10, [0, 255, 255]),
        ("ring", 15, [127, 0, 255]),
        ("little", 19, [255, 0, 77]),
    ],
)
def test_each_bone_has_its_hue_of_the_rainbow(finger, bone, color):
    pixels = drawn(left_hand=hand(**{finger: 300}))
    step = bone % 4
    start, end = [(100, 400), (300, 380), (300, 340), (300, 300), (300, 260)][step : step + 2]
    x, y = (start[0] + end[0]) // 2, (start[1] + end[1]) // 2
    # 127.5 is rounded to either side.
    assert pixels[y, x].astype(int) == pytest.approx(color, abs=1)


def test_bones_are_two_px_thick_and_grow_with_the_picture():
    row = drawn(right_hand=hand(thumb=300))[320].any(axis=1)
    larger = drawn(Size(1024, 1024), right_hand=hand(thumb=300))[640].any(axis=1)
    # OpenCV draws an even thickness one pixel wider.
    assert (row.sum(), larger.sum()) == (3, 5)


def test_an_unsure_joint_takes_its_bones_with_it():
    unsure = hand(thumb=300)
    unsure[2, 2] = 0.29
    pixels = drawn(right_hand=unsure)
    assert not pixels[305:376, 300].any()
    assert pixels[380, 300].tolist() == BLUE
    assert pixels[300, 300].tolist() == BLUE


def test_a_point_of_the_face_is_a_white_disc_of_3_px():
    pixels = drawn(face=face(jaw=(200, 100), pupil=(300, 200)))
    assert pixels[100, 197:204].tolist() == [WHITE] * 7
    assert not pixels[100, [196, 204]].any()
    assert pixels[200, 300].tolist() == WHITE


def test_hands_lie_over_the_body_and_the_face_over_both():
    keypoints = NOBODY.copy()
    keypoints[KEYPOINTS.index("right_wrist")] = (100, 400, 1)
    pixels = drawn(keypoints=keypoints, right_hand=hand(), face=face(nose=(104, 400)))
    assert pixels[400, 97].tolist() == BLUE
    assert pixels[400, 104].tolist() == WHITE


def test_faces_are_not_drawn_unless_they_are_asked_for():
    assert not drawn(parts=PoseParts(), face=face(jaw=(200, 100))).any()


def test_hands_can_be_left_out():
    assert not drawn(parts=PoseParts(hands=False), left_hand=hand(), right_hand=hand()).any()


def test_a_body_can_be_left_out():
    pixels = drawn(parts=PoseParts(body=False), keypoints=standing(), left_hand=hand())
    assert not pixels[:300].any()
    assert pixels[400, 100].tolist() == BLUE


def test_without_the_head_neck_and_shoulders_stay():
    pose = {"keypoints": standing(), "face": face(nose=(250, 130))}
    with_head, without = (drawn(parts=PoseParts(face=True, head=head), **pose) for head in (True, False))
    # The neck is at 110, the nose at 170, the last ear at 410.
    assert with_head[100, 115:411].any(axis=1).all()
    assert with_head[130, 250].tolist() == WHITE
    assert without[100, 50:111].any(axis=1).all()
    assert not without[:, 115:].any()


def test_an_overlay_shows_the_same_parts():
    photo = np.zeros((512, 512, 3), np.uint8)
    frame = PoseFrame(CANVAS, (BodyPose(NOBODY, face=face(jaw=(200, 100)), left_hand=hand()),))
    # 80 % of white and of blue.
    assert draw_pose_overlay(photo, frame, PoseParts(face=True))[100, 200].tolist() == [204, 204, 204]
    shown = draw_pose_overlay(photo, frame)
    assert not shown[100, 200].any()
    assert shown[400, 100].tolist() == [0, 0, 204]


def test_maps_that_are_all_black_are_refused():
    only_a_head = PoseFrame(CANVAS, (BodyPose(NOBODY, face=face(nose=(250, 130))),))
    with pytest.raises(PoseNotFound, match=r"None of 2 pose maps shows anything.*Switch on"):
        draw_pose_maps([only_a_head, PoseFrame(CANVAS, ())], CANVAS, PoseParts())


def test_a_frame_of_nobody_may_stand_among_others():
    frames = [PoseFrame(CANVAS, ()), PoseFrame(CANVAS, (BodyPose(standing()),))]
    empty, seen = draw_pose_maps(frames, CANVAS, PoseParts())
    assert not empty.any()
    assert seen.any()
