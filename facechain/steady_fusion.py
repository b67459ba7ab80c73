"""A fusion repeated until the features lie where the target had them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from .donor import Donor, mesh_of
from .face_again import find_again, landmark_ways
from .faces import Face
from .feature_zones import Kept
from .fusion import Fused, FusionPlan, fuse_donor
from .fusion_target import FusionTarget, SpectaclesOf
from .geometry import Box, ByteArray, FloatArray, Landmarks, Size
from .interfaces import FaceAnalyzer

MOST_SHIFT = 0.04
"""Of the eye distance: beyond it a face looks another way or has another expression."""
_ENOUGH = 0.038
"""Below it another round is not worth its time; the rest up to the bound is room for the analyzer's noise."""
_ROUNDS = 6
"""Nearly all pairs need three or fewer."""
_STRENGTHS = (1.0, 0.7, 0.45)
"""Tried one after the other where the features would not stay."""
_STEP = 0.8
"""Of the measured drift, taken back per round: all of it overshoots, because the points influence each other."""
_VIEW_RATIO, _VIEW_PX = 1.9, 768
"""Side of the part that is looked at: over the face, enough for every detector, and at least."""


@dataclass(frozen=True, slots=True, eq=False)
class Steady:
    """A fusion, and how far its features lie from the target's."""

    fused: Fused
    shift: float | None
    """Largest way of one of the five landmarks, of the eye distance; None: the analyzer finds no face again."""


def fuse_steadily(
    image: ByteArray, face: Face, donor: Donor, analyzer: FaceAnalyzer, spectacles: SpectaclesOf
) -> Steady:
    """`fuse_donor` on `face` of `image`, corrected until the five landmarks are found where they were.

    What goes on moving, eyes or mouth, is left to the target then, and at last the identity becomes
    paler. The best of all rounds is returned, so the shift may still be larger than `MOST_SHIFT`.
    """
    left, top, part, moved_face = _part(image, face)
    target = FusionTarget.of(part, moved_face, spectacles)
    plan = FusionPlan()
    # Seen in another part the same points come out slightly elsewhere.
    known = face if part.shape == image.shape else find_again(analyzer, part, moved_face.box)
    if known is None:
        return _in_place(Steady(fuse_donor(target, donor, plan), None), image, left, top)
    best, kept = _corrected(target, known, donor, analyzer, plan)
    for strength in _STRENGTHS:
        if best.shift is None or best.shift <= MOST_SHIFT:
            break
        plan = FusionPlan(plan.kept | kept, strength)
        other, kept = _corrected(target, known, donor, analyzer, plan)
        best = min(best, other, key=_order)
    return _in_place(best, image, left, top)


def _corrected(
    target: FusionTarget, known: Face, donor: Donor, analyzer: FaceAnalyzer, plan: FusionPlan
) -> tuple[Steady, frozenset[Kept]]:
    """The best of some rounds, and what moved too far in it."""
    drift = residual = np.zeros((len(mesh_of(known)), 2), np.float32)
    fused = fuse_donor(target, donor, plan)
    best, moved, nearest, step = Steady(fused, None), frozenset[Kept](), math.inf, _STEP
    for _ in range(_ROUNDS):
        face = find_again(analyzer, fused.image, known.box)
        if face is None:
            break
        ways = landmark_ways(face, known)
        if max(ways) < nearest:
            nearest = float(max(ways))
            best, moved = Steady(fused, nearest), _moved(ways)
            drift, residual = drift + step * residual, (mesh_of(face) - mesh_of(known))[:, :2]
        else:
            step /= 2
        if nearest < _ENOUGH:
            break
        fused = fuse_donor(target, donor, replace(plan, drift=drift + step * residual))
    return best, moved


def _moved(ways: FloatArray) -> frozenset[Kept]:
    """Eyes and mouth, as far as one of their points moved; for a moved nose the mouth, which hangs on it."""
    eyes, below = max(ways[:2]) > MOST_SHIFT, max(ways[2:]) > MOST_SHIFT
    return frozenset({Kept.EYES} if eyes else ()) | frozenset({Kept.MOUTH} if below else ())


def _order(steady: Steady) -> float:
    return math.inf if steady.shift is None else steady.shift


def _part(image: ByteArray, face: Face) -> tuple[int, int, ByteArray, Face]:
    """left, top and pixels of the surroundings of `face`, and the face in pixels of them."""
    (x, y), half = face.box.center, max(_VIEW_RATIO * max(face.box.width, face.box.height), _VIEW_PX) / 2
    view = Box(x - half, y - half, x + half, y + half).clipped(Size.of(image))
    left, top = math.floor(view.x1), math.floor(view.y1)
    pixels = image[top : math.ceil(view.y2), left : math.ceil(view.x2)]
    box = Box(face.box.x1 - left, face.box.y1 - top, face.box.x2 - left, face.box.y2 - top)
    landmarks = Landmarks(face.landmarks.points - np.array([left, top], np.float32))
    mesh = mesh_of(face) - np.array([left, top, 0], np.float32)
    return left, top, pixels, replace(face, box=box, landmarks=landmarks, mesh=mesh)


def _in_place(steady: Steady, image: ByteArray, left: int, top: int) -> Steady:
    """The fused part put back into the whole picture."""
    height, width = steady.fused.mask.shape
    whole, mask = image.copy(), np.zeros(image.shape[:2], np.float32)
    whole[top : top + height, left : left + width] = steady.fused.image
    mask[top : top + height, left : left + width] = steady.fused.mask
    return Steady(replace(steady.fused, image=whole, mask=mask), steady.shift)
