"""Which pixels may be retouched as skin."""

from __future__ import annotations

import numpy as np

from . import opencv as cv2
from .face_light import smoothstep
from .faces import Face
from .geometry import ByteArray, FloatArray
from .mesh_pose import face_width
from .parsing import FaceRegions, Region

BARE_RATIO = (0.01, 0.03)
"""Of the face width: up to the first from eyes, brows, lips, hair and clothes nothing is skin, from the second all."""
NOSE_BASE = (129, 98, 97, 2, 326, 327, 358)
"""From wing to wing below the nose, past both nostrils. Source: MediaPipe FaceMesh topology."""
NOSE_BASE_RATIO = 0.05
"""Of the face width: thickness of nostrils and of the folds beside them, whose shade is no blemish."""


def bare_skin(regions: FaceRegions, face: Face) -> FloatArray:
    """Share of bare skin, of face and neck, per pixel; float32 (height, width) 0..1.

    Falls off softly towards everything that is no skin, and is 0 well before it. `face` lies in the
    same picture as `regions`.
    """
    width = width_of(face)
    skin = regions.mask(Region.SKIN, Region.NECK).astype(np.uint8)
    if face.mesh is not None:
        _erase_nose_base(skin, face.mesh, width)
    # The border of the picture is no edge of the skin, which goes on beyond it.
    depth = cv2.distanceTransform(skin, cv2.DIST_L2, 5) / width
    near, far = BARE_RATIO
    return smoothstep((depth - near) / (far - near)).astype(np.float32)


def width_of(face: Face) -> float:
    """Pixels from cheek to cheek; of the box when the face has no mesh."""
    return face.box.width if face.mesh is None else face_width(face.mesh)


def _erase_nose_base(skin: ByteArray, mesh: FloatArray, width: float) -> None:
    """Paints 0 into `skin` in place."""
    line = np.rint(mesh[list(NOSE_BASE), :2] * 16).astype(np.int32)
    cv2.polylines(skin, [line], False, 0, max(round(NOSE_BASE_RATIO * width), 1), cv2.LINE_8, 4)
