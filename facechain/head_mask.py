"""The head alone, as FaceChain cuts it out for training."""

from __future__ import annotations

import numpy as np

from . import opencv as cv2
from .geometry import FloatArray
from .parsing import FaceRegions, Region

FACE = (Region.SKIN, Region.BROWS, Region.EYES, Region.LIPS, Region.MOUTH, Region.GLASSES)
"""Regions between hair, ears and chin."""
THRESHOLD = 127 / 255
"""Share of the person from which a pixel belongs to the head. Source: FaceChain's `get_mask_head`."""


def head_mask(regions: FaceRegions) -> FloatArray:
    """1 on face and hair, 0 on hat, neck, clothes and everything else; float32 (height, width), without holes.

    Face and hair are grown by a twentieth of the face's extent, cut to the person, and of the parts the largest
    is kept; the face belongs to it in any case. Source: FaceChain's `get_mask_head`.
    """
    face = regions.mask(*FACE)
    side = max(int(np.sqrt(face.sum()) / 20), 1)
    grown = cv2.dilate(np.maximum(face, regions.mask(Region.HAIR)), np.ones((side, side), np.uint8))
    kept = (grown * regions.person > THRESHOLD).astype(np.uint8)
    outlines, _ = cv2.findContours(kept, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    head = np.zeros(kept.shape, np.uint8)
    if outlines:
        cv2.drawContours(head, [max(outlines, key=cv2.contourArea)], -1, 1, cv2.FILLED)
    return np.maximum(head, face).astype(np.float32)
