"""Which parts of a pose are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from .geometry import FloatArray
from .poses import KEYPOINTS, BodyPose

MIN_SCORE = 0.3
"""Points below it are not drawn; the default of ComfyUI's own SDPose Draw Keypoints."""

_HEAD = [KEYPOINTS.index(name) for name in ("nose", "right_eye", "left_eye", "right_ear", "left_ear")]


class HeadUse(Enum):
    """Where the head of a posed person is seen. Values are stable codes."""

    KEPT = "kept"
    """In the pose map; pictures without heads are not made."""
    POSE_ONLY = "pose_only"
    """In the pose map, but not in the picture for a depth model. Source: FaceChain's pose control with depth."""
    LEFT_OUT = "left_out"
    """In neither."""


@dataclass(frozen=True, slots=True)
class PoseParts:
    """What of a pose is drawn, where it is seen. As FaceChain draws it: all but the points of the face."""

    body: bool = True
    """The 18 points and their limbs."""
    hands: bool = True
    face: bool = False
    head: bool = True
    """False: neither nose, eyes and ears nor the face, so that the head of the portrait may look anywhere."""

    def of(self, pose: BodyPose) -> BodyPose:
        """These parts of `pose`; what is left out is not seen."""
        keypoints = pose.keypoints if self.body else np.zeros_like(pose.keypoints)
        return BodyPose(
            keypoints=keypoints if self.head else _headless(keypoints),
            right_hand=pose.right_hand if self.hands else None,
            left_hand=pose.left_hand if self.hands else None,
            face=pose.face if self.face and self.head else None,
        )


def _headless(keypoints: FloatArray) -> FloatArray:
    without = keypoints.copy()
    without[_HEAD, 2] = 0
    return without
