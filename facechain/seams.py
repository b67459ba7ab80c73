"""Where a pasted picture begins: soft rises, and how much of it was edited at all."""

from __future__ import annotations

import numpy as np

from .face_light import smoothstep
from .geometry import ByteArray, FloatArray

MOST_FEATHER = 0.25
"""Of the side of what is pasted: more would leave nothing inside."""
ROUNDING = 1
"""Levels of 255 by which a pixel may differ and still be the one that was cut: the host rounds to fp16."""


def rise(distance: FloatArray, feather: float) -> FloatArray:
    """0 at distance 0, 1 from the first pixel beyond the feather; both in pixels."""
    return smoothstep(distance / (feather + 1))


def change(edited: ByteArray, cut: ByteArray) -> FloatArray:
    """Largest difference of a channel between two RGB pictures of one size, levels of 255, float32 (height, width)."""
    return np.abs(edited.astype(np.int16) - cut).max(-1).astype(np.float32)
