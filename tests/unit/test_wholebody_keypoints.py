"""OpenPose's points from those of COCO-WholeBody."""

from __future__ import annotations

import numpy as np
import pytest

from facechain.geometry import Size
from facechain.poses import KEYPOINTS
from facechain.providers.wholebody_keypoints import POINTS, body_pose

PHOTO = Size(400, 300)
LEFT_SHOULDER, RIGHT_SHOULDER = 5, 6
COCO_OF_OPENPOSE = {
    "nose": 0, "right_eye": 2, "left_eye": 1, "right_ear": 4, "left_ear": 3,
    "right_shoulder": 6, "right_elbow": 8, "right_wrist": 10, "left_shoulder": 5, "left_elbow": 7, "left_wrist": 9,
    "right_hip": 12, "right_knee": 14, "right_ankle": 16, "left_hip": 11, "left_knee": 13, "left_ankle": 15,
}  # fmt: skip
"""Source: the lists in the papers of COCO and OpenPose."""


def person(**changed: tuple[float, float, float]) -> np.ndarray:
    """133 points at x = their number, y = 100, score 0.9; `changed`: p5=(x, y, score)."""
    points = np.column_stack([np.arange(POINTS), np.full(POINTS, 100.0), np.full(POINTS, 0.9)])
    for name, values in changed.items():
        points[int(name[1:])] = values
    return points


def numbers(points: np.ndarray) -> list[float]:
    return points[:, 0].tolist()


def test_every_joint_comes_from_the_coco_point_of_its_name():
    keypoints = body_pose(person(), PHOTO).keypoints
    for name, number in COCO_OF_OPENPOSE.items():
        assert keypoints[KEYPOINTS.index(name)].tolist() == pytest.approx([number, 100, 0.9])


def test_the_feet_are_left_out():
    pose = body_pose(person(), PHOTO)
    parts = (pose.keypoints, pose.face, pose.left_hand, pose.right_hand)
    assert not {17, 18, 19, 20, 21, 22} & {number for part in parts for number in numbers(part)}


def test_hands_and_face_are_the_runs_of_the_dataset_the_left_hand_first():
    pose = body_pose(person(), PHOTO)
    assert numbers(pose.left_hand) == list(range(91, 112))
    assert numbers(pose.right_hand) == list(range(112, 133))
    assert numbers(pose.face)[:68] == list(range(23, 91))


def test_the_pupils_are_cocos_eyes_the_right_one_first():
    assert numbers(body_pose(person(), PHOTO).face)[68:] == [2, 1]


def test_the_neck_is_the_middle_of_the_shoulders_and_as_certain_as_the_less_certain_one():
    pose = body_pose(person(p5=(200, 120, 0.5), p6=(100, 100, 0.8)), PHOTO)
    assert pose.keypoints[KEYPOINTS.index("neck")].tolist() == [150, 110, 0.5]


@pytest.mark.parametrize("shoulder", [LEFT_SHOULDER, RIGHT_SHOULDER])
def test_the_neck_is_not_seen_when_one_shoulder_is_not(shoulder):
    pose = body_pose(person(**{f"p{shoulder}": (50, 100, 0.3)}), PHOTO)
    assert pose.keypoints[KEYPOINTS.index("neck"), 2] == 0


def test_the_neck_of_a_tight_portrait_is_seen_between_shoulders_that_are_not():
    pose = body_pose(person(p5=(430, 250, 0.6), p6=(-30, 250, 0.6)), PHOTO)
    seen = dict(zip(KEYPOINTS, pose.keypoints[:, 2] > 0, strict=True))
    assert (seen["left_shoulder"], seen["right_shoulder"], seen["neck"]) == (False, False, True)


@pytest.mark.parametrize(("score", "is_seen"), [(0.3, False), (0.31, True), (float("nan"), False)])
def test_a_point_is_seen_above_a_score_of_three_tenths(score, is_seen):
    pose = body_pose(person(p0=(10, 10, score), p91=(10, 10, score), p112=(10, 10, score), p23=(10, 10, score)), PHOTO)
    for part in (pose.keypoints, pose.left_hand, pose.right_hand, pose.face):
        assert part[0, 2] == pytest.approx(score if is_seen else 0)


@pytest.mark.parametrize(
    ("x", "y", "is_inside"),
    [(0, 0, True), (-0.5, 0, True), (399.4, 299.4, True), (-0.6, 0, False), (0, -0.6, False), (399.5, 0, False)],
)
def test_a_point_outside_of_the_photo_is_not_seen(x, y, is_inside):
    pose = body_pose(person(p0=(x, y, 0.9), p95=(x, y, 0.9)), PHOTO)
    assert (pose.keypoints[0, 2] > 0) == (pose.left_hand[4, 2] > 0) == is_inside


def test_a_hand_counts_though_its_elbow_is_below_the_photo():
    pose = body_pose(person(p8=(100, 310, 0.9)), PHOTO)
    scores = dict(zip(KEYPOINTS, pose.keypoints[:, 2], strict=True))
    assert scores["right_elbow"] == 0
    assert scores["right_wrist"] == pytest.approx(0.9)
