"""How much a colour is that of one person's skin, in light and in shade. No tone is preferred."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .geometry import FloatArray

_LEAST_SPREAD, _MOST_SPREAD = (8.0, 2.5, 3.0), (14.0, 6.0, 7.0)
"""L, a, b: skin that is even to within the first is still one skin; more than the second is blush and make-up."""
_LIGHTNESS_WEIGHT = (0.75, 0.5)
"""Darker and lighter than the median: shade and highlights say little about what a thing is."""
_LEAST_CHROMA = (0.35, 0.25)
"""Share of the skin's chroma that its deepest shade and its brightest highlight keep."""


@dataclass(frozen=True, slots=True)
class SkinColor:
    """The median of some skin and how far it spreads."""

    median: FloatArray
    """Lab (3,)."""
    spread: FloatArray
    """Lab (3,), as a standard deviation."""

    @staticmethod
    def learn(lab: FloatArray) -> SkinColor:
        """From pixels (n, 3), n > 0, most of which are skin."""
        median = np.median(lab, axis=0)
        spread = 1.4826 * np.median(np.abs(lab - median), axis=0)
        return SkinColor(median, np.clip(spread, _LEAST_SPREAD, _MOST_SPREAD))

    def distance(self, lab: FloatArray) -> FloatArray:
        """Spreads between each pixel of `lab` (height, width, 3) and this skin; below about 2.5 it is skin.

        Light and shade change lightness and chroma together: in shade chroma falls with the
        lightness, in a highlight towards that of the light.
        """
        lightness = lab[..., :1]
        in_shade = np.clip(lightness / self.median[0], _LEAST_CHROMA[0], 1)
        in_light = np.clip((100 - lightness) / max(100 - self.median[0], 1), _LEAST_CHROMA[1], 1)
        chroma = np.where(lightness < self.median[0], in_shade, in_light)
        away = (lab[..., 1:] - self.median[1:] * chroma) / self.spread[1:]
        depth = (lab[..., 0] - self.median[0]) / self.spread[0]
        depth *= np.where(depth < 0, *_LIGHTNESS_WEIGHT)
        return np.sqrt(depth**2 + (away**2).sum(-1)).astype(np.float32)
