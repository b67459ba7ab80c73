"""OpenPose's points from the 133 of COCO-WholeBody.

Paper: Jin et al. 2020, Whole-Body Human Pose Estimation in the Wild. 17 of the body, 6 of the feet, 68 of the face,
21 of the left hand, 21 of the right; left and right are the person's own.
"""

from __future__ import annotations

import numpy as np

from ..geometry import FloatArray, Size
from ..poses import KEYPOINTS, BodyPose

POINTS = 133
MIN_SCORE = 0.3
"""What scores no more is not seen. Source: DWPose's own drawing."""

_COCO = (
    "nose", "left_eye", "right_eye", "left_ear", "right_ear",
    "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist",
    "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle",
)  # fmt: skip
_FACE, _LEFT_HAND, _RIGHT_HAND = slice(23, 91), slice(91, 112), slice(112, 133)
_SHOULDERS = [_COCO.index("right_shoulder"), _COCO.index("left_shoulder")]
_PUPILS = [_COCO.index("right_eye"), _COCO.index("left_eye")]
_NECK = KEYPOINTS.index("neck")
_WITHOUT_NECK = [_COCO.index(name) for name in KEYPOINTS if name != "neck"]


def body_pose(points: FloatArray, size: Size) -> BodyPose:
    """The person of `points` (133, 3: x and y in pixels, score 0..1) in a photo of `size`.

    The feet are left out, which OpenPose's 18 points do not have. The pupils, which COCO-WholeBody does not have,
    are COCO's eyes: they are marked in the middle of the eye.

    Each point counts by itself: in a portrait a hand is often seen whose elbow is below the photo's edge.
    """
    face = np.concatenate([points[_FACE], points[_PUPILS]])
    return BodyPose(
        keypoints=_seen(_with_neck(points), size),
        right_hand=_seen(points[_RIGHT_HAND], size),
        left_hand=_seen(points[_LEFT_HAND], size),
        face=_seen(face, size),
    )


def _with_neck(points: FloatArray) -> FloatArray:
    """OpenPose's 18 points. The neck is the middle of the shoulders, as certain as the less certain of them."""
    shoulders = points[_SHOULDERS]
    neck = [*shoulders[:, :2].mean(0), shoulders[:, 2].min()]
    return np.insert(points[_WITHOUT_NECK], _NECK, neck, axis=0)


def _seen(points: FloatArray, size: Size) -> FloatArray:
    """`points` (n, 3) with score 0 for those outside of the photo and those of MIN_SCORE or less."""
    x, y, scores = points.T
    is_inside = (x >= -0.5) & (y >= -0.5) & (x < size.width - 0.5) & (y < size.height - 0.5)
    return np.column_stack([x, y, np.where(is_inside & (scores > MIN_SCORE), scores, 0)])
