"""Connected pieces of a picture."""

from __future__ import annotations

import numpy as np

from . import opencv as cv2
from .geometry import BoolArray


def touching(pixels: BoolArray, seed: BoolArray, least: float = 0) -> BoolArray:
    """The connected pieces of `pixels` (height, width) that hold a pixel of `seed` and more than `least` pixels."""
    count, pieces = cv2.connectedComponents(pixels.astype(np.uint8))
    kept = np.zeros(count, bool)
    kept[pieces[seed & pixels]] = True
    kept &= np.bincount(pieces.ravel(), minlength=count) > least
    kept[0] = False
    return kept[pieces]
