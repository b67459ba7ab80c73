"""What a POSE_KEYPOINT must hold, and everything that is wrong with one."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .errors import PoseUnreadable
from .poses import FACE_POINTS, HAND_POINTS, KEYPOINTS

LARGEST_CANVAS_PX = 16384
"""Of a side that is believed."""
_FACE_WITHOUT_PUPILS = FACE_POINTS - 2


@dataclass(frozen=True, slots=True)
class KeypointList:
    """One list of a person: x, y and score of each point in turn. It may be missing, null or empty."""

    key: str
    field: str
    """Of BodyPose."""
    counts: tuple[int, ...]
    """How many points it may hold; the first is what we write."""


KEYPOINT_LISTS = (
    KeypointList("pose_keypoints_2d", "keypoints", (len(KEYPOINTS),)),
    KeypointList("face_keypoints_2d", "face", (FACE_POINTS, _FACE_WITHOUT_PUPILS)),
    KeypointList("hand_right_keypoints_2d", "right_hand", (HAND_POINTS,)),
    KeypointList("hand_left_keypoints_2d", "left_hand", (HAND_POINTS,)),
)


def require_keypoints(frames: Sequence[Any]) -> None:
    """Raises PoseUnreadable with every problem of `frames`, and if there is none."""
    problems = [problem for number, frame in enumerate(frames, 1) for problem in _problems(frame, f"frame {number}")]
    if not frames:
        problems = ["there is no frame"]
    if problems:
        raise PoseUnreadable(
            f"The keypoints cannot be read: {'; '.join(problems)}. Connect the output of a node that estimates or "
            "selects poses."
        )


def _problems(frame: Any, name: str) -> list[str]:
    if not isinstance(frame, dict):
        return [f"{name} is no object"]
    problems = [
        f"{name} has no {key} from 1 to {LARGEST_CANVAS_PX} px"
        for key in ("canvas_width", "canvas_height")
        if not _is_side(frame.get(key))
    ]
    people = frame.get("people")
    if not isinstance(people, list | tuple):
        return [*problems, f"{name} has no list of people"]
    for number, person in enumerate(people, 1):
        problems += _problems_of_person(person, f"person {number} in {name}")
    return problems


def _problems_of_person(person: Any, name: str) -> list[str]:
    if not isinstance(person, dict):
        return [f"{name} is no object"]
    return [
        f"{one.key} of {name} is not {' or '.join(map(str, one.counts))} times x, y, score{_length(person[one.key])}"
        for one in KEYPOINT_LISTS
        if not _is_points(person.get(one.key), one.counts)
    ]


def _length(value: Any) -> str:
    return f" (it has {len(value)} values)" if isinstance(value, list | tuple) else ""


def _is_side(value: Any) -> bool:
    return _is_number(value) and 1 <= value <= LARGEST_CANVAS_PX and value == int(value)


def _is_points(value: Any, counts: tuple[int, ...]) -> bool:
    if value is None:
        return True
    if not isinstance(value, list | tuple):
        return False
    return len(value) in (0, *(3 * count for count in counts)) and all(_is_number(part) for part in value)


def _is_number(value: Any) -> bool:
    """True for a finite number, also of numpy; JSON's true and false are none."""
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return abs(int(value)) <= sys.maxsize  # a float may not hold more
    return isinstance(value, float | np.floating) and math.isfinite(value)
