"""Pose frames carried to another canvas."""

from __future__ import annotations

import numpy as np

from .geometry import FloatArray, Similarity, Size
from .poses import KEYPOINTS, BodyPose, PoseFrame

_OTHER_SIDE = [
    KEYPOINTS.index(name.replace("left", "RIGHT").replace("right", "left").replace("RIGHT", "right"))
    for name in KEYPOINTS
]


def fit_frame(frame: PoseFrame, size: Size) -> PoseFrame:
    """`frame` on a canvas of `size`: scaled until it just fits, in the middle of the other direction."""
    scale = min(size.width / frame.size.width, size.height / frame.size.height)
    # Middle onto middle; pixel centres lie at .0, so the middle of n pixels is (n - 1) / 2.
    x = (size.width - 1 - scale * (frame.size.width - 1)) / 2
    y = (size.height - 1 - scale * (frame.size.height - 1)) / 2
    to_canvas = Similarity(np.array([[scale, 0, x], [0, scale, y]]))
    poses = [_with_points(pose, to_canvas.apply(pose.keypoints[:, :2])) for pose in frame.poses]
    return PoseFrame(size, tuple(poses))


def mirror_frame(frame: PoseFrame) -> PoseFrame:
    """`frame` as a mirror shows it: left and right are swapped in the picture and in the names."""
    mirrored = []
    for pose in frame.poses:
        keypoints = pose.keypoints.copy()
        keypoints[:, 0] = frame.size.width - 1 - keypoints[:, 0]
        mirrored.append(BodyPose(keypoints[_OTHER_SIDE]))
    return PoseFrame(frame.size, tuple(reversed(mirrored)))


def _with_points(pose: BodyPose, points: FloatArray) -> BodyPose:
    return BodyPose(np.column_stack([points, pose.keypoints[:, 2]]))
