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


@dataclass(frozen=True, slots=True, eq=False)
class BodyPose:
    """One person's body."""

    keypoints: FloatArray
    """float32 (18, 3): x and y in pixels, score 0..1; score 0: not seen. Read-only."""

    def __post_init__(self) -> None:
        keypoints = np.array(self.keypoints, dtype=np.float32)
        if keypoints.shape != (len(KEYPOINTS), 3):
            raise InvalidSetting(f"Keypoints need shape (18, 3), got {keypoints.shape}.")
        keypoints.setflags(write=False)
        object.__setattr__(self, "keypoints", keypoints)


@dataclass(frozen=True, slots=True)
class PoseFrame:
    """The bodies in one picture."""

    size: Size
    poses: tuple[BodyPose, ...]
    """Left to right by neck; empty when nobody is seen."""
