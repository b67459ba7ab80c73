"""POSE_KEYPOINT, the value that ComfyUI's pose nodes exchange: frames as dicts, in OpenPose's JSON form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .errors import PoseUnreadable
from .geometry import FloatArray, Size
from .json_fields import is_number
from .poses import KEYPOINTS, BodyPose, PoseFrame

_BODY = "pose_keypoints_2d"
_UNSEEN = {"foot_keypoints_2d": 6, "face_keypoints_2d": 70, "hand_right_keypoints_2d": 21, "hand_left_keypoints_2d": 21}
"""Points that we never see, but that ComfyUI's SDPose nodes read from every person: all 0, so not drawn."""
LARGEST_FRACTION = 2.0
"""Coordinates up to it are fractions of the canvas, as some preprocessors send them; a body whose pixels all lie
below it is a speck. More than 1, because a point may lie outside."""
LARGEST_CANVAS_PX = 16384
"""Of a side that is believed."""


def keypoints_from_frames(frames: Sequence[PoseFrame]) -> list[dict[str, Any]]:
    """POSE_KEYPOINT of `frames`: per frame its canvas and people, in absolute pixels as SDPose sends them."""
    return [
        {
            "canvas_width": frame.size.width,
            "canvas_height": frame.size.height,
            "people": [_person(pose) for pose in frame.poses],
        }
        for frame in frames
    ]


def frames_from_keypoints(value: Any) -> tuple[PoseFrame, ...]:
    """The frames of a POSE_KEYPOINT, coordinates in pixels whether they came as pixels or as fractions.

    People without a body are left out: some preprocessors send a face or a hand alone.

    Raises PoseUnreadable with every problem.
    """
    frames = value if isinstance(value, list | tuple) else [value]
    problems = [problem for number, frame in enumerate(frames, 1) for problem in _problems(frame, f"frame {number}")]
    if problems:
        raise PoseUnreadable(
            f"The keypoints cannot be read: {'; '.join(problems)}. Connect the output of a node that estimates or "
            "selects poses."
        )
    return tuple(_frame(frame) for frame in frames)


def _person(pose: BodyPose) -> dict[str, Any]:
    seen = pose.keypoints * (pose.keypoints[:, 2:] > 0)
    body = {_BODY: [round(float(value), 3) for value in seen.ravel()]}
    return body | {key: [0.0] * (3 * count) for key, count in _UNSEEN.items()}


def _frame(frame: dict[str, Any]) -> PoseFrame:
    size = Size(frame["canvas_width"], frame["canvas_height"])
    flat = [person[_BODY] for person in frame["people"] if person.get(_BODY)]
    bodies = np.array(flat, np.float64).reshape(-1, len(KEYPOINTS), 3)
    bodies[..., 2] = bodies[..., 2].clip(0, 1)
    seen = bodies[bodies[..., 2] > 0][:, :2]
    if seen.size and np.abs(seen).max() <= LARGEST_FRACTION:
        bodies[..., :2] *= (size.width, size.height)
    return PoseFrame(size, tuple(BodyPose(keypoints) for keypoints in sorted(bodies, key=_neck)))


def _neck(keypoints: FloatArray) -> float:
    return float(keypoints[KEYPOINTS.index("neck"), 0])


def _problems(frame: Any, name: str) -> list[str]:
    if not isinstance(frame, dict):
        return [f"{name} is no object"]
    problems = [
        f"{name} has no {key} from 1 to {LARGEST_CANVAS_PX} px"
        for key in ("canvas_width", "canvas_height")
        if not _is_side(frame.get(key))
    ]
    people = frame.get("people")
    if not isinstance(people, list):
        return [*problems, f"{name} has no list of people"]
    wrong = [number for number, person in enumerate(people, 1) if not _is_person(person)]
    expected = f"{len(KEYPOINTS)} times x, y, score"
    return problems + [f"{_BODY} of person {number} in {name} is not {expected}" for number in wrong]


def _is_side(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LARGEST_CANVAS_PX


def _is_person(person: Any) -> bool:
    if not isinstance(person, dict):
        return False
    body = person.get(_BODY)
    if not body and body in (None, []):
        return True
    return isinstance(body, list) and len(body) == 3 * len(KEYPOINTS) and all(is_number(value) for value in body)
