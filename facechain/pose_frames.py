"""Pose frames carried to another canvas."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .geometry import ByteArray, FloatArray, Similarity, Size
from .poses import FACE_POINTS, KEYPOINTS, BodyPose, PoseFrame
from .warp import Outside, warp

_OTHER_SIDE = [
    KEYPOINTS.index(name.replace("left", "RIGHT").replace("right", "left").replace("RIGHT", "right"))
    for name in KEYPOINTS
]
_FACE_ROWS = (
    range(17), range(17, 27),  # jaw and brows
    range(31, 36),  # nostrils; the bridge above them lies in the middle
    (36, 37, 38, 39, 42, 43, 44, 45), (40, 41, 46, 47),  # upper and lower lids
    range(48, 55), range(55, 60), range(60, 65), range(65, 68),  # outer lips, inner lips
    (68, 69),
)  # fmt: skip
"""Points of a face in rows from one of its sides to the other, in iBUG's numbers; the pupils last."""
_OPPOSITE = {point: other for row in _FACE_ROWS for point, other in zip(row, reversed(row), strict=True)}
_FACE_OTHER_SIDE = [_OPPOSITE.get(point, point) for point in range(FACE_POINTS)]


def fit_frame(frame: PoseFrame, size: Size) -> PoseFrame:
    """`frame` on a canvas of `size`: scaled until it just fits, in the middle of the other direction."""
    to_canvas = _fitting(frame.size, size)

    def carried(points: FloatArray) -> FloatArray:
        return np.column_stack([to_canvas.apply(points[:, :2]), points[:, 2]])

    return PoseFrame(size, tuple(_changed(pose, carried) for pose in frame.poses))


def fit_picture(picture: ByteArray, size: Size) -> ByteArray:
    """RGB `picture` on a black canvas of `size`, where `fit_frame` puts its poses."""
    if Size.of(picture) == size:
        return picture
    return warp(picture, _fitting(Size.of(picture), size), size, Outside.BLACK)


def mirror_frame(frame: PoseFrame) -> PoseFrame:
    """`frame` as a mirror shows it: left and right are swapped in the picture and in the names."""

    def mirrored(points: FloatArray) -> FloatArray:
        return np.column_stack([frame.size.width - 1 - points[:, 0], points[:, 1:]])

    poses = [_with_sides_swapped(_changed(pose, mirrored)) for pose in frame.poses]
    return PoseFrame(frame.size, tuple(reversed(poses)))


def _fitting(size: Size, canvas: Size) -> Similarity:
    scale = min(canvas.width / size.width, canvas.height / size.height)
    # Middle onto middle; pixel centres lie at .0, so the middle of n pixels is (n - 1) / 2.
    x = (canvas.width - 1 - scale * (size.width - 1)) / 2
    y = (canvas.height - 1 - scale * (size.height - 1)) / 2
    return Similarity(np.array([[scale, 0, x], [0, scale, y]]))


def _changed(pose: BodyPose, change: Callable[[FloatArray], FloatArray]) -> BodyPose:
    """`pose` with every part that it has changed."""
    parts = (pose.right_hand, pose.left_hand, pose.face)
    return BodyPose(change(pose.keypoints), *(None if points is None else change(points) for points in parts))


def _with_sides_swapped(pose: BodyPose) -> BodyPose:
    return BodyPose(
        keypoints=pose.keypoints[_OTHER_SIDE],
        right_hand=pose.left_hand,
        left_hand=pose.right_hand,
        face=None if pose.face is None else pose.face[_FACE_OTHER_SIDE],
    )
