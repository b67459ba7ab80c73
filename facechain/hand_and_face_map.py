"""Hands and faces of a pose map: fingers in the colours of the rainbow, faces as white points."""

from __future__ import annotations

import colorsys
from itertools import pairwise

from . import opencv as cv2
from .geometry import ByteArray, FloatArray
from .pose_parts import MIN_SCORE
from .pose_strokes import Color, draw_dot, pixel_at, stroke_px
from .poses import BodyPose

_WRIST, _POINTS_OF_A_FINGER = 0, 4
_BONES = tuple(
    bone
    for root in range(1, 21, _POINTS_OF_A_FINGER)
    for bone in pairwise((_WRIST, *range(root, root + _POINTS_OF_A_FINGER)))
)
"""From wrist to tip, thumb first."""
_BONE_PX, _JOINT_PX, _FACE_POINT_PX = 2, 4, 3
"""Thickness of a bone, radius of a joint and of a point of the face, in a picture of 512 px.
Source: the annotator of ControlNet 1.1, as all of this file."""
_JOINT_COLOR: Color = (0, 0, 255)
_FACE_COLOR: Color = (255, 255, 255)


def draw_hands_and_face(canvas: ByteArray, pose: BodyPose) -> None:
    """Hands and face of `pose`, as far as they are seen, are drawn into `canvas`, RGB (height, width, 3)."""
    for hand in (pose.left_hand, pose.right_hand):
        if hand is not None:
            _draw_hand(canvas, hand)
    if pose.face is not None:
        _draw_seen(canvas, pose.face, _FACE_POINT_PX, _FACE_COLOR)


def _draw_hand(canvas: ByteArray, hand: FloatArray) -> None:
    thickness = stroke_px(_BONE_PX, canvas)
    for number, (start, end) in enumerate(_BONES):
        if hand[[start, end], 2].min() >= MIN_SCORE:
            red, green, blue = colorsys.hsv_to_rgb(number / len(_BONES), 1, 1)
            color = (255 * red, 255 * green, 255 * blue)
            cv2.line(canvas, pixel_at(hand[start]), pixel_at(hand[end]), color, thickness)
    _draw_seen(canvas, hand, _JOINT_PX, _JOINT_COLOR)


def _draw_seen(canvas: ByteArray, points: FloatArray, radius: int, color: Color) -> None:
    for point in points:
        if point[2] >= MIN_SCORE:
            draw_dot(canvas, point, stroke_px(radius, canvas), color)
