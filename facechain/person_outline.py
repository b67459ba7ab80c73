"""The soft outline of a person whose face is known: the face is the person, whatever the matte says."""

from __future__ import annotations

import numpy as np

from . import opencv as cv2
from .geometry import ByteArray, FloatArray
from .head_mask import FACE
from .matte import refine_matte
from .parsing import FaceRegions

OUTLINE_REACH = 0.03
"""Of the face: how far a segmentation's outline may be off; four cells of the narrowest view of 256 px."""


def person_matte(image: ByteArray, person: FloatArray, face_px: float) -> FloatArray:
    """Share of the person at each pixel, read from the colours of RGB `image` along a coarse outline.

    `person` (height, width) 0..1 is the probability of "person", `face_px` the longer side of the face.
    """
    return refine_matte(image, person, OUTLINE_REACH * face_px)


def regions_with_matte(labels: ByteArray, matte: FloatArray, person: FloatArray, face_px: float) -> FaceRegions:
    """`labels` with `matte` as the person's share, and the inside of the face wholly the person's."""
    inner = np.ones((2 * round(OUTLINE_REACH * face_px) + 1,) * 2, np.uint8)
    is_face = cv2.erode(FaceRegions(labels, matte).mask(*FACE) * (person > 0.5), inner)
    return FaceRegions(labels, np.maximum(matte, is_face).astype(np.float32))
