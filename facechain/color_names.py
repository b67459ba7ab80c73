"""The common names of colours."""

from __future__ import annotations

import numpy as np

from .face_light import lab_from_rgb
from .geometry import FloatArray

SHADES: dict[str, tuple[tuple[int, int, int], ...]] = {
    "black": ((10, 10, 12), (32, 32, 34)),
    "grey": ((80, 80, 82), (125, 125, 125), (175, 175, 176)),
    "white": ((232, 232, 230), (255, 255, 255)),
    "red": ((210, 30, 35), (130, 18, 25), (80, 12, 18)),
    "orange": ((250, 130, 30), (225, 85, 40), (180, 75, 30)),
    "yellow": ((250, 225, 50), (235, 225, 140), (195, 165, 30)),
    "green": ((40, 160, 60), (25, 80, 40), (130, 200, 100), (100, 110, 50)),
    "blue": ((40, 90, 200), (25, 35, 95), (110, 165, 225), (20, 110, 140)),
    "purple": ((115, 50, 160), (60, 25, 85), (175, 130, 210)),
    "pink": ((240, 150, 185), (225, 75, 145), (245, 200, 210)),
    "brown": ((115, 72, 42), (62, 40, 25), (165, 120, 80)),
}
"""Lit and shaded examples of each colour, sRGB."""
LIGHTNESS_WEIGHT = 0.6
"""A fold in cloth is darker, not another colour."""
FARTHEST = 28.0
"""Distance in Lab beyond which a colour has none of these names."""

_NAMES = tuple(name for name, shades in SHADES.items() for _ in shades)
_EXAMPLES = np.array([[shade for shades in SHADES.values() for shade in shades]], np.uint8)


def color_shares(lab: FloatArray) -> dict[str, float]:
    """Share of the pixels `lab` (n, 3) that each colour has, 0..1, largest first; n is at least 1."""
    weights = np.array([LIGHTNESS_WEIGHT, 1, 1], np.float32)
    examples = lab_from_rgb(_EXAMPLES)[0] * weights
    distances = np.linalg.norm((lab * weights)[:, None] - examples, axis=2)
    nearest, clear = distances.argmin(1), distances.min(1) <= FARTHEST
    counts = np.bincount(nearest[clear], minlength=len(_NAMES))
    shares = dict.fromkeys(SHADES, 0.0)
    for name, count in zip(_NAMES, counts, strict=True):
        shares[name] += float(count) / len(lab)
    return dict(sorted(shares.items(), key=lambda item: -item[1]))
