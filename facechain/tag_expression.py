"""What the mouth does."""

from __future__ import annotations

import math

import numpy as np

from .face_view import FaceView
from .fusion_mask import mouth_opening
from .geometry import FloatArray
from .mesh_pose import face_width, head_axes
from .mesh_regions import MOUTH_CORNERS
from .parsing import Region
from .tags import Band, Scale, Tag, TagKind

SMILE = Scale(TagKind.SMILE, "ratio", (Band(0.012, math.inf, "smile"),))
"""How far the corners of the mouth lie above the middle of the lips, in face widths. Measured on real
faces: 0.017 to 0.052 smiling, -0.018 to 0.008 neutral."""
WIDE_MOUTH = 0.40
"""Width of a smiling mouth in face widths. A mouth that falls open lowers the middle of the lips too, but
becomes narrow."""
MOST_TURNED_DEG = 40.0
"""Beyond it one corner of the mouth is guessed by the mesh."""

TEETH = Scale(TagKind.TEETH, "share", (Band(0.3, math.inf, "showing teeth"),))
"""Of the pixels between the lips: bright and less red than the lips. Measured: 45 % and more with teeth,
19 % and less without."""
_BRIGHT, _LESS_RED = -5.0, -5.0
"""Of teeth, in Lab's L and a from the median of the lips."""
FEWEST_PIXELS = 0.0005
"""Share of the crop between the lips that must be seen: 131 pixels of 512 x 512."""

MOUTH_OPEN = Scale(TagKind.MOUTH, "ratio", (Band(0.25, math.inf, "mouth open"),))
LIPS_PARTED = Scale(TagKind.MOUTH, "ratio", (Band(0.10, 0.25, "lips parted"), *MOUTH_OPEN.bands))
"""Gap between the lips over the width of the mouth."""
_LIP_EDGES = (0, 17)
"""Middle of the upper and of the lower edge of the lips. Source: MediaPipe FaceMesh topology."""


def smile_tag(view: FaceView) -> Tag | None:
    """Whether the person smiles, with closed or open lips."""
    mesh = _seen_mesh(view)
    if mesh is None:
        return None
    upright = mesh.astype(np.float64) @ head_axes(mesh).T / face_width(mesh)
    left, right = (upright[corner] for corner in MOUTH_CORNERS)
    if np.linalg.norm(right - left) < WIDE_MOUTH:
        return None
    return SMILE.tag(float(upright[list(_LIP_EDGES), 1].mean() - (left[1] + right[1]) / 2))


def teeth_tag(view: FaceView) -> Tag | None:
    """Whether teeth are seen; nothing for a black and white photo, whose lips are not red."""
    mouth, lips = view.pixels(Region.MOUTH), view.pixels(Region.LIPS)
    if view.share(mouth) < FEWEST_PIXELS or not lips.any():
        return None
    from_lips = view.lab[mouth] - np.median(view.lab[lips], axis=0)
    return TEETH.tag(float(((from_lips[:, 0] > _BRIGHT) & (from_lips[:, 1] < _LESS_RED)).mean()))


def mouth_tag(view: FaceView) -> Tag | None:
    """How far the mouth is open; a smile that shows teeth is only called open when it is wide open."""
    mesh = _seen_mesh(view)
    if mesh is None:
        return None
    return (MOUTH_OPEN if teeth_tag(view) else LIPS_PARTED).tag(mouth_opening(mesh))


def _seen_mesh(view: FaceView) -> FloatArray | None:
    """The mesh, unless the head is turned so far that the mouth is half hidden."""
    return view.face.mesh if abs(view.quality.yaw_deg) <= MOST_TURNED_DEG else None
