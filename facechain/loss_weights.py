"""What an error at each pixel of a crop counts in the training: the face most, whatever else is kept less."""

from __future__ import annotations

import numpy as np

from .faces import AlignedFace
from .geometry import FloatArray
from .head_mask import FACE
from .parsing import REGIONS, Region

FACE_WEIGHT, HAIR_WEIGHT, OTHER_WEIGHT = 1.0, 0.8, 0.5
"""Hair changes from photo to photo, and a neck says little of who it is. No published comparison supports the
numbers; they follow the order in which regions tell people apart."""


def loss_weights(face: AlignedFace) -> FloatArray | None:
    """Weight of each pixel of the crop, float32 (height, width) 0..1; None: all count alike.

    The share that is kept, times the weight of its region; without regions the share that is kept.
    """
    if face.mask is None or face.regions is None:
        return face.mask
    by_region = np.full(len(REGIONS), OTHER_WEIGHT, np.float32)
    by_region[[REGIONS.index(region) for region in FACE]] = FACE_WEIGHT
    by_region[REGIONS.index(Region.HAIR)] = HAIR_WEIGHT
    return (face.mask * by_region[face.regions.labels]).astype(np.float32)
