"""POSE_KEYPOINT, the value that ComfyUI's pose nodes exchange: frames as dicts, in OpenPose's JSON form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .geometry import FloatArray, Size
from .keypoints_check import KEYPOINT_LISTS, require_keypoints
from .poses import KEYPOINTS, BodyPose, PoseFrame

_FEET = {"foot_keypoints_2d": [0.0] * 3 * 6}
"""Points that we never see, but that ComfyUI's SDPose nodes read from every person."""
LARGEST_FRACTION = 2.0
"""Coordinates up to it are fractions of the canvas, as some preprocessors send them; a person whose pixels all lie
below it is a speck. More than 1, because a point may lie outside."""
FARTHEST = 100
"""Longer sides of the canvas: a point farther outside was never seen."""


def keypoints_from_frames(frames: Sequence[PoseFrame]) -> list[dict[str, Any]]:
    """POSE_KEYPOINT of `frames`: per frame its canvas and people, in absolute pixels as SDPose sends them.

    What is not seen is 0, and so not drawn.
    """
    return [
        {
            "canvas_width": frame.size.width,
            "canvas_height": frame.size.height,
            "people": [_person(pose) for pose in frame.poses],
        }
        for frame in frames
    ]


def frames_from_keypoints(value: Any) -> tuple[PoseFrame, ...]:
    """The frames of a POSE_KEYPOINT, coordinates in pixels whether they came as pixels or as fractions; one or more.

    People of whom nothing is seen are left out; of some only a hand or the face is seen. Faces of 68 points have
    no pupils. Raises PoseUnreadable with every problem.
    """
    frames = value if isinstance(value, list | tuple) else [value]
    require_keypoints(frames)
    return tuple(_frame(frame) for frame in frames)


def _person(pose: BodyPose) -> dict[str, Any]:
    lists = {one.key: _flat(getattr(pose, one.field), one.counts[0]) for one in KEYPOINT_LISTS}
    return lists | {key: list(zeros) for key, zeros in _FEET.items()}


def _flat(points: FloatArray | None, count: int) -> list[float]:
    if points is None:
        return [0.0] * (3 * count)
    seen = np.where(points[:, 2:] > 0, points, 0)
    return [round(float(value), 3) for value in seen.ravel()]


def _frame(frame: dict[str, Any]) -> PoseFrame:
    size = Size(int(frame["canvas_width"]), int(frame["canvas_height"]))
    people = [_seen_parts(person) for person in frame["people"]]
    parts = [points for person in people for points in person.values()]
    if parts and max(np.abs(points[:, :2]).max() for points in parts) <= LARGEST_FRACTION:
        for points in parts:
            points[:, :2] *= (size.width, size.height)
    for points in parts:
        points[np.abs(points[:, :2]).max(1) > FARTHEST * max(size.width, size.height)] = 0
    nobody = {"keypoints": np.zeros((len(KEYPOINTS), 3))}
    poses = [BodyPose(**{**nobody, **person}) for person in people if person]
    return PoseFrame(size, tuple(sorted(poses, key=_place)))


def _seen_parts(person: dict[str, Any]) -> dict[str, FloatArray]:
    """x, y and score (count, 3) by field of BodyPose, of the lists in which anything is seen; 0 where it is not."""
    parts = {}
    for one in KEYPOINT_LISTS:
        given = np.array(person.get(one.key) or [], np.float64).reshape(-1, 3)
        points = np.zeros((one.counts[0], 3))
        points[: len(given)] = given
        points[:, 2] = points[:, 2].clip(0, 1)
        points[points[:, 2] == 0] = 0
        if points.any():
            parts[one.field] = points
    return parts


def _place(pose: BodyPose) -> float:
    """x of the neck, or the mean of what is seen."""
    neck_x, _, neck_score = pose.keypoints[KEYPOINTS.index("neck")]
    if neck_score > 0:
        return float(neck_x)
    parts = [part for part in (pose.keypoints, pose.right_hand, pose.left_hand, pose.face) if part is not None]
    points = np.concatenate(parts)
    seen = points[:, 2] > 0
    return float(points[seen, 0].mean()) if seen.any() else 0.0
