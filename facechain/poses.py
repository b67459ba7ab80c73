"""Body poses in OpenPose's 18 points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .errors import InvalidSetting
from .geometry import FloatArray, Size

KEYPOINTS = (
    "nose", "neck",
    "right_shoulder", "right_elbow", "right_wrist", "left_shoulder", "left_elbow", "left_wrist",
    "right_hip", "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle",
    "right_eye", "left_eye", "right_ear", "left_ear",
)  # fmt: skip
"""OpenPose's COCO order; left and right are the person's own."""


HAND_POINTS = 21
"""Wrist, then four points of each finger from its root, thumb first; OpenPose's order, and COCO-WholeBody's."""
FACE_POINTS = 70
"""The 68 of the iBUG 300-W scheme, then the pupils, the person's right one first; OpenPose's order."""


@dataclass(frozen=True, slots=True, eq=False)
class BodyPose:
    """One person's body. Of every point x and y in pixels and a score 0..1, score 0: not seen; read-only."""

    keypoints: FloatArray
    """float32 (18, 3), in the order of KEYPOINTS."""
    right_hand: FloatArray | None = None
    """float32 (21, 3), of the person's own right; None: the estimator does not look at hands."""
    left_hand: FloatArray | None = None
    face: FloatArray | None = None
    """float32 (70, 3); None: the estimator does not look at it."""

    def __post_init__(self) -> None:
        self._freeze("keypoints", len(KEYPOINTS))
        self._freeze("right_hand", HAND_POINTS)
        self._freeze("left_hand", HAND_POINTS)
        self._freeze("face", FACE_POINTS)

    def _freeze(self, name: str, count: int) -> None:
        if getattr(self, name) is None:
            return
        points = np.array(getattr(self, name), dtype=np.float32)
        if points.shape != (count, 3):
            raise InvalidSetting(f"The {name} of a pose needs shape ({count}, 3), got {points.shape}.")
        points.setflags(write=False)
        object.__setattr__(self, name, points)


@dataclass(frozen=True, slots=True)
class PoseFrame:
    """The bodies in one picture."""

    size: Size
    poses: tuple[BodyPose, ...]
    """Left to right by neck; empty when nobody is seen."""
