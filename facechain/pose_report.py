"""What was seen in posed pictures, as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypedDict

from .geometry import FloatArray
from .pose_parts import MIN_SCORE
from .poses import PoseFrame


class PosesReport(TypedDict):
    """What was seen, one number per picture, in JSON."""

    people: list[int]
    hands: list[int]
    faces: list[int]
    estimator: str
    no_body: str


def poses_report(frames: Sequence[PoseFrame], *, estimator: str, no_body: str) -> PosesReport:
    """Numbers of people, hands and faces in each frame, and the catalogue id of what saw them.

    A hand or face counts if one of its points is sure enough to be drawn. `estimator` is empty for poses that
    came as keypoints; `no_body` says why no picture without heads was made, and is empty when it was.
    """
    return {
        "people": [len(frame.poses) for frame in frames],
        "hands": [
            _seen(hand for pose in frame.poses for hand in (pose.right_hand, pose.left_hand)) for frame in frames
        ],
        "faces": [_seen(pose.face for pose in frame.poses) for frame in frames],
        "estimator": estimator,
        "no_body": no_body,
    }


def _seen(parts: Iterable[FloatArray | None]) -> int:
    """How many of `parts` have a point that is drawn."""
    return sum(points is not None and bool((points[:, 2] >= MIN_SCORE).any()) for points in parts)
