"""Pose maps: bodies drawn as OpenPose draws them, the input of an OpenPose ControlNet."""

from __future__ import annotations

import math

import numpy as np

from . import opencv as cv2
from .geometry import ByteArray, FloatArray, Size
from .pose_file import ExamplePose
from .pose_frames import fit_frame
from .poses import KEYPOINTS, BodyPose, PoseFrame

MIN_SCORE = 0.3
"""Points below it are not drawn; the default of ComfyUI's own SDPose Draw Keypoints."""
THUMBNAIL_HEIGHT_PX = 192

_COLORS = (
    (255, 0, 0), (255, 85, 0), (255, 170, 0), (255, 255, 0), (170, 255, 0), (85, 255, 0),
    (0, 255, 0), (0, 255, 85), (0, 255, 170), (0, 255, 255), (0, 170, 255), (0, 85, 255),
    (0, 0, 255), (85, 0, 255), (170, 0, 255), (255, 0, 255), (255, 0, 170), (255, 0, 85),
)  # fmt: skip
"""Of the 18 points; the first 17 are those of the limbs. Source: OpenPose's COCO colour table."""
_LIMBS = tuple(
    (KEYPOINTS.index(start), KEYPOINTS.index(end))
    for start, end in (
        ("neck", "right_shoulder"), ("neck", "left_shoulder"),
        ("right_shoulder", "right_elbow"), ("right_elbow", "right_wrist"),
        ("left_shoulder", "left_elbow"), ("left_elbow", "left_wrist"),
        ("neck", "right_hip"), ("right_hip", "right_knee"), ("right_knee", "right_ankle"),
        ("neck", "left_hip"), ("left_hip", "left_knee"), ("left_knee", "left_ankle"),
        ("neck", "nose"), ("nose", "right_eye"), ("right_eye", "right_ear"),
        ("nose", "left_eye"), ("left_eye", "left_ear"),
    )
)  # fmt: skip
_STICK_WIDTH_RATIO = 4 / 512
"""Half width of a limb and radius of a point, over the shorter side. Source: the annotator of ControlNet 1.1,
whose pictures have 512 px."""
_LIMB_BRIGHTNESS = 0.6
"""Limbs are darker than points. Source: the same."""
_OVERLAY_OPACITY = 0.8


def draw_pose_map(frame: PoseFrame, size: Size) -> ByteArray:
    """The bodies of `frame` on black, RGB (height, width, 3) of `size`.

    A frame of another size is scaled until it just fits, and centred. Without smooth edges: the
    ControlNets were trained on pictures that have none.
    """
    canvas = np.zeros((size.height, size.width, 3), np.uint8)
    stick_width = max(round(min(size.width, size.height) * _STICK_WIDTH_RATIO), 1)
    for pose in fit_frame(frame, size).poses:
        _draw_limbs(canvas, pose, stick_width)
        _draw_points(canvas, pose, stick_width)
    return canvas


def draw_pose_overlay(photo: ByteArray, frame: PoseFrame) -> ByteArray:
    """A copy of `photo`, RGB (height, width, 3), with the bodies of `frame`, which has its size, over it."""
    pose_map = draw_pose_map(frame, Size.of(photo))
    opacity = _OVERLAY_OPACITY * pose_map.any(axis=2, keepdims=True)
    return (photo * (1 - opacity) + pose_map * opacity).round().astype(np.uint8)


def pose_thumbnail(pose: ExamplePose) -> ByteArray:
    """The map of `pose`, RGB, 192 px high and as wide as its canvas demands."""
    canvas = pose.frame.size
    width = max(round(THUMBNAIL_HEIGHT_PX * canvas.width / canvas.height), 1)
    # Drawn larger and averaged: at this size lines without smooth edges look broken.
    large = draw_pose_map(pose.frame, Size(width * 4, THUMBNAIL_HEIGHT_PX * 4))
    return cv2.resize(large, (width, THUMBNAIL_HEIGHT_PX), interpolation=cv2.INTER_AREA)


def _draw_limbs(canvas: ByteArray, pose: BodyPose, stick_width: int) -> None:
    for (start, end), color in zip(_LIMBS, _COLORS, strict=False):
        if pose.keypoints[[start, end], 2].min() < MIN_SCORE:
            continue
        first, second = pose.keypoints[[start, end], :2].astype(np.float64)
        x, y = first - second
        center = _truncated((first + second) / 2)
        axes = (int(math.hypot(x, y) / 2), stick_width)
        outline = cv2.ellipse2Poly(center, axes, int(math.degrees(math.atan2(y, x))), 0, 360, 1)
        cv2.fillConvexPoly(canvas, outline, tuple(int(value * _LIMB_BRIGHTNESS) for value in color))


def _draw_points(canvas: ByteArray, pose: BodyPose, radius: int) -> None:
    for (x, y, score), color in zip(pose.keypoints, _COLORS, strict=True):
        if score >= MIN_SCORE:
            cv2.circle(canvas, _truncated(np.array([x, y])), radius, color, thickness=-1)


def _truncated(point: FloatArray) -> tuple[int, int]:
    # As the annotator does; rounding would move every map by half a pixel from its training pictures.
    return int(point[0]), int(point[1])
