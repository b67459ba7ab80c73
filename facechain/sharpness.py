"""How sharp a face is in the direction in which it is blurred most."""

from __future__ import annotations

import numpy as np

from . import opencv as cv2
from .geometry import BoolArray, ByteArray, FloatArray

MIDDLE_GREY = 127.5
"""Sharpness is measured at this mean, or dark skin and dim light would count as blur."""

_NOISE_KERNEL = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float64)
"""Answers to noise, not to edges and slopes; noise of deviation 1 gives deviation 6. Source: Immerkaer 1996."""
_ALONG = np.array([[0, 0, 0], [1, -2, 1], [0, 0, 0]], np.float64)
_ASKEW = np.array([[1, 0, -1], [0, 0, 0], [-1, 0, 1]], np.float64) / 4
_OF_NOISE = np.array([[6, 0, 4], [0, 0.25, 0], [4, 0, 6]])
"""Covariance of the answers of _ALONG, _ASKEW and _ALONG turned on noise of variance 1."""
_ANGLES = np.arange(8) * np.pi / 8
_DIRECTIONS = np.column_stack([np.cos(_ANGLES) ** 2, np.sin(2 * _ANGLES), np.sin(_ANGLES) ** 2])
_AS_LAPLACIAN = 4.0
"""Makes the weakest direction of a face in focus as large as the variance of its Laplacian, within a quarter."""


def sharpness(grey: ByteArray, skin: BoolArray) -> float:
    """Variance of the second derivative of `grey` at middle grey, less the part that is noise; 0 at least.

    Measured where `skin` is, both (height, width), in eight directions; the weakest counts, four times.
    A camera that moved leaves the edges along its way, so that the sum over directions would hardly
    fall. Noise is taken off because a blurred photo of the dark would measure as sharp.
    """
    pixels = grey.astype(np.float64)
    pixels *= MIDDLE_GREY / max(pixels[skin].mean(), 1.0)
    across, askew, down = (cv2.filter2D(pixels, cv2.CV_64F, kernel)[skin] for kernel in (_ALONG, _ASKEW, _ALONG.T))
    seen = np.cov(np.stack([across, askew, down])) - _OF_NOISE * _noise(pixels, skin) ** 2
    weakest = min(float(direction @ seen @ direction) for direction in _DIRECTIONS)
    return max(_AS_LAPLACIAN * weakest, 0.0)


def _noise(pixels: FloatArray, skin: BoolArray) -> float:
    """Standard deviation of the noise."""
    # The median, because eyes and lips answer the noise kernel too, but are few.
    answer = np.median(np.abs(cv2.filter2D(pixels, cv2.CV_64F, _NOISE_KERNEL)[skin]))
    return float(answer) / 0.6745 / 6  # median of |x| of a normal distribution of deviation 1
