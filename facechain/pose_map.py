"""Pose maps: people drawn as OpenPose draws them, the input of an OpenPose ControlNet."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from . import opencv as cv2
from .errors import PoseNotFound
from .geometry import ByteArray, Size
from .hand_and_face_map import draw_hands_and_face
from .pose_file import ExamplePose
from .pose_frames import fit_frame
from .pose_parts import MIN_SCORE, PoseParts
from .pose_strokes import draw_dot, pixel_at, stroke_px
from .poses import KEYPOINTS, BodyPose, PoseFrame

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
_STICK_PX = 4
"""Half width of a limb and radius of a point, in a picture of 512 px. Source: the annotator of ControlNet 1.1."""
_LIMB_BRIGHTNESS = 0.6
"""Limbs are darker than points. Source: the same."""
_USUAL_PARTS = PoseParts()
_OVERLAY_OPACITY = 0.8


def draw_pose_maps(frames: Sequence[PoseFrame], size: Size, parts: PoseParts) -> list[ByteArray]:
    """`draw_pose_map` of each frame.

    Raises PoseNotFound if all of them are black: such maps would be taken for poses, and pictures made from
    them would be anything.
    """
    maps = [draw_pose_map(frame, size, parts) for frame in frames]
    if not any(one.any() for one in maps):
        raise PoseNotFound(
            f"None of {len(maps)} pose maps shows anything: nobody is there, or only parts that are switched off are "
            "seen. Switch on hands, face or head, or connect another picture or other keypoints."
        )
    return maps


def draw_pose_map(frame: PoseFrame, size: Size, parts: PoseParts = _USUAL_PARTS) -> ByteArray:
    """`parts` of the people of `frame` on black, RGB (height, width, 3) of `size`.

    A frame of another size is scaled until it just fits, and centred. Without smooth edges: the
    ControlNets were trained on pictures that have none.
    """
    canvas = np.zeros((size.height, size.width, 3), np.uint8)
    stick_width = stroke_px(_STICK_PX, canvas)
    for pose in map(parts.of, fit_frame(frame, size).poses):
        _draw_limbs(canvas, pose, stick_width)
        _draw_points(canvas, pose, stick_width)
        draw_hands_and_face(canvas, pose)
    return canvas


def draw_pose_overlay(photo: ByteArray, frame: PoseFrame, parts: PoseParts = _USUAL_PARTS) -> ByteArray:
    """A copy of `photo`, RGB (height, width, 3), with `parts` of the people of `frame`, which has its size, over it."""
    pose_map = draw_pose_map(frame, Size.of(photo), parts)
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
        center = pixel_at((first + second) / 2)
        axes = (int(math.hypot(x, y) / 2), stick_width)
        outline = cv2.ellipse2Poly(center, axes, int(math.degrees(math.atan2(y, x))), 0, 360, 1)
        cv2.fillConvexPoly(canvas, outline, tuple(int(value * _LIMB_BRIGHTNESS) for value in color))


def _draw_points(canvas: ByteArray, pose: BodyPose, radius: int) -> None:
    for point, color in zip(pose.keypoints, _COLORS, strict=True):
        if point[2] >= MIN_SCORE:
            draw_dot(canvas, point, radius, color)
