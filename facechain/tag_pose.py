"""How large the face is, where the head is turned, and where the eyes look."""

from __future__ import annotations

import math

import numpy as np

from .face_view import FaceView
from .faces import Gaze
from .geometry import FloatArray
from .mesh_regions import IMAGE_LEFT_EYE, IMAGE_RIGHT_EYE
from .tags import Band, Scale, Tag, TagKind

_END = math.inf

FRAMING = Scale(
    TagKind.FRAMING,
    "ratio",
    (
        Band(0, 0.14, "wide shot"),
        Band(0.14, 0.26, "upper body"),
        Band(0.26, 0.45, "head and shoulders"),
        Band(0.45, _END, "close-up"),
    ),
)
"""Hairline to chin over the height of the picture. A head is a quarter higher than that, and a standing
person 7.5 heads high: a picture of two heads shows the shoulders, one of four the waist."""

HEAD_TURN = Scale(
    TagKind.HEAD_TURN,
    "degrees",
    (
        Band(-_END, -30, "facing left"),
        Band(-30, -15, "facing slightly left"),
        Band(-10, 10, "front view"),
        Band(15, 30, "facing slightly right"),
        Band(30, _END, "facing right"),
    ),
)
"""Yaw, positive towards the right of the picture. Steps of 15 degrees, as between the cameras of Multi-PIE."""

HEAD_TILT = Scale(
    TagKind.HEAD_TILT,
    "degrees",
    (Band(-_END, -22, "head lowered"), Band(14, _END, "head raised")),
)
"""Pitch, positive upwards. Level heads measure from -10 to 1, because a forehead lies behind its chin."""

GAZE = Scale(
    TagKind.GAZE,
    "degrees",
    (
        Band(-_END, -20, "looking away to the left"),
        Band(-10, 10, "looking at the camera"),
        Band(20, _END, "looking away to the right"),
    ),
)
"""Where the eyes look, seen from the camera, positive towards the right of the picture."""
GAZE_EYE_DISTANCE_PX = 40.0
"""In the photo. Below it an eye is less than 17 px wide, and a pixel more than 8 degrees."""
OPEN_EYES = 0.18
"""Openness from which an iris is seen well enough to say where it looks."""
LEVEL_GAZE = 0.4
"""Up to here an iris stands level between the lids."""

EYES = Scale(TagKind.EYES, "ratio", (Band(0, 0.12, "eyes closed"),))
"""Height of the eye over its width."""
CLOSED_IN_MESH = 0.18
"""What both eyes of the mesh must stay below too: the narrower eye alone may be a wink or a laugh."""

_HALF_EYE_MM = 15.0
"""Half of the mean distance between the corners of an adult eye."""
_IRIS_MM = 10.5
"""From the eye's centre of rotation to the iris: 13.5 mm to the cornea, less the 3 mm between both."""
_CORNERS_MM = 5.0
"""How far the corners of the eye lie before that centre. An estimate: 2 mm more are 5 degrees at a head
turned by 30."""


def framing_tag(view: FaceView) -> Tag | None:
    """How much of the picture the face fills."""
    mesh = view.face.mesh
    height = view.face.box.height if mesh is None else float(np.ptp(mesh[:, 1]))
    return FRAMING.tag(height / view.height)


def head_turn_tag(view: FaceView) -> Tag | None:
    """Whether the head faces the left or the right of the picture."""
    return HEAD_TURN.tag(view.quality.yaw_deg)


def head_tilt_tag(view: FaceView) -> Tag | None:
    """Whether the head is raised or lowered."""
    return HEAD_TILT.tag(view.quality.pitch_deg)


def gaze_tag(view: FaceView) -> Tag | None:
    """Whether the eyes look at the camera; nothing for small, narrow or lowered eyes."""
    gaze = view.gaze
    if gaze is None or gaze.openness < OPEN_EYES or view.quality.eye_distance_px < GAZE_EYE_DISTANCE_PX:
        return None
    if abs(gaze.down) > LEVEL_GAZE or head_tilt_tag(view):
        return None
    return GAZE.tag(gaze_deg(gaze, view.quality.yaw_deg))


def eyes_tag(view: FaceView) -> Tag | None:
    """Whether both eyes are closed."""
    mesh = view.face.mesh
    if view.gaze is None or mesh is None:
        return None
    if max(_openness(mesh, IMAGE_LEFT_EYE), _openness(mesh, IMAGE_RIGHT_EYE)) >= CLOSED_IN_MESH:
        return None
    return EYES.tag(view.gaze.openness)


def gaze_deg(gaze: Gaze, yaw_deg: float) -> float:
    """Degrees between the camera and where the eyes look, positive towards the right of the picture.

    The corners of the eye move with the head, the iris with the eyeball: a head that is turned to the
    right while its eyes stay on the camera shows the irises left of the middle.
    """
    turn = math.radians(yaw_deg)
    aside = _HALF_EYE_MM * math.cos(turn) * gaze.across + _CORNERS_MM * math.sin(turn)
    return math.degrees(math.asin(max(-1.0, min(1.0, aside / _IRIS_MM))))


def _openness(mesh: FloatArray, ring: tuple[int, ...]) -> float:
    """Largest height between the lids over the distance of the corners."""
    points = mesh[list(ring), :2]
    heights = np.linalg.norm(points[1:8] - points[:8:-1], axis=1)
    return float(heights.max() / max(float(np.linalg.norm(points[8] - points[0])), 1e-6))
