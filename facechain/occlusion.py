"""What covers a face: a mask, dark glasses, a scarf, a thing held in front of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import opencv as cv2
from .face_lines import line_depth
from .face_plan import BROWS, CHEEKS, NOSE_BASE, FacePlan, disc
from .foreign_color import DARKNESS, foreign_pixels
from .geometry import BoolArray, ByteArray, FloatArray, Landmarks

MOUTH_DEPTH, MOUTH_SHARE = 0.08, 0.11
"""Logarithm of lightness, and share of the contrast of the clearer eye; below both no mouth can be seen.

On eight real faces, bare, bearded, faded and lit from every side, the line of the mouth is at least
0.09 deep and 0.12 of that contrast; under masks, scarves and microphones mostly 0.03 of either.
"""
EYE_CONTRAST = 0.28
"""Logarithm of lightness. Bare eyes have 0.3 to 1.5, blurred and faded ones 0.1; dark glass has 0.05 to 0.2."""
EYE_DEPTH, UNDER_EYE = 0.08, 0.30
"""An eye without contrast is hidden if its line is less deep, or the skin below it unlike the cheek by more."""

_SOFT_PX = 0.8
_MOUTH_REACH_PX, _EYE_REACH_PX = 7, 4
"""How far from its landmarks a line is looked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """What covers one face."""

    pixels: BoolArray
    """True where something seems to lie over the face, and beyond its outline, bool (112, 112)."""
    ratio: float
    """Share of the face between brows and chin, 0..1."""


def find_cover(crop: ByteArray, landmarks: Landmarks) -> Cover:
    """What covers the face with `landmarks` in its ArcFace crop RGB (112, 112, 3).

    Large pieces of a colour that this skin has in no light; the lower face where no mouth, and half of
    the upper face where no eye can be seen. Features are told by lightness alone, and so in grey
    pictures, on every skin and in a beard. Not seen: what has the colour of skin or none and leaves
    eyes and mouth free, and fingers that look like lips.
    """
    plan = FacePlan.of(landmarks)
    soft = cv2.GaussianBlur(crop, (0, 0), _SOFT_PX)
    light = np.log(cv2.cvtColor(soft, cv2.COLOR_RGB2GRAY).astype(np.float32) + DARKNESS)
    inside = plan.inside()
    covered = foreign_pixels(soft, plan.skin_spots(), plan.features()) | _hidden_parts(light, plan)
    return Cover(covered, float(covered[inside].sum() / max(inside.sum(), 1)))


def _hidden_parts(light: FloatArray, plan: FacePlan) -> BoolArray:
    """True on the parts of the face whose eye or mouth cannot be seen. `light`: logarithm of the lightness."""
    contrasts = [_contrast(light, eye, plan) for eye in plan.eyes]
    hidden = np.zeros(light.shape, bool)
    corner, across = plan.mouth[0], plan.mouth[1] - plan.mouth[0]
    mouth = line_depth(light, corner + 0.2 * across, corner + 0.8 * across, _MOUTH_REACH_PX)
    if mouth < min(MOUTH_DEPTH, MOUTH_SHARE * max(contrasts)):
        hidden |= plan.height > NOSE_BASE
    band = (plan.height > BROWS) & (plan.height < CHEEKS)
    for eye, contrast, half in zip(plan.eyes, contrasts, (plan.aside < 0, plan.aside >= 0), strict=True):
        if contrast < EYE_CONTRAST and _is_strange(light, eye, plan):
            hidden |= band & half
    return hidden


def _contrast(light: FloatArray, eye: FloatArray, plan: FacePlan) -> float:
    """Of the lightness within an eye: pupil, white and lids."""
    inside = light[disc(eye, max(0.21 * float(np.hypot(*plan.across)), 4.0), 2.0)]
    return float(np.percentile(inside, 90) - np.percentile(inside, 10)) if inside.size else np.inf


def _is_strange(light: FloatArray, eye: FloatArray, plan: FacePlan) -> bool:
    """Whether what lies at an eye has no line of lashes, or is much lighter or darker than the cheek."""
    half = 0.24 * plan.across
    if line_depth(light, eye - half, eye + half, _EYE_REACH_PX) < EYE_DEPTH:
        return True
    under, cheek = light[disc(eye + 0.17 * plan.down, 5.0, 2.0)], light[disc(eye + 0.55 * plan.down, 4.0)]
    return bool(under.size and cheek.size and abs(np.median(under) - np.median(cheek)) > UNDER_EYE)
