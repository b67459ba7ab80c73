"""A person's face onto others by a network: swapped in its crop, laid back softly behind hair and spectacles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .covering import frame_over, left_in_front, things_over
from .donor import Donor
from .face_again import landmark_ways, nearest_face
from .face_finish import settle
from .face_light import PLAIN_SKIN, lab_from_rgb, rgb_from_lab, skin_weight
from .faces import Face
from .fuse_options import FuseOptions
from .fused_pictures import network_remarks
from .fusion import Fused
from .fusion_attempt import Attempt
from .geometry import ByteArray, FloatArray, Size
from .identity_donors import nearest_donor
from .interfaces import FaceAnalyzer, FaceParser, FaceSwapper
from .laid_crop import LaidCrop
from .mesh_pose import turn_between

_SEAM = (0.05, 0.6)
"""Shares of the new face between which the seam lies, where both must have one tone."""


class NetworkFuser:
    """A swapper with the identity of one person."""

    def __init__(
        self, swapper: FaceSwapper, donors: Sequence[Donor], analyzer: FaceAnalyzer, parser: FaceParser | None
    ) -> None:
        """Without a `parser` only the frame of spectacles is known to lie over a face, and only by its mesh."""
        self.method, self.engine = swapper.id, swapper.engine
        self._swapper, self._donors, self._analyzer, self._parser = swapper, donors, analyzer, parser
        self._identity = mean_identity(swapper, donors)

    def attempt(self, image: ByteArray, face: Face, options: FuseOptions) -> Attempt:
        """The person's face onto `face`. A network bears heads that look far apart: no turn is too large."""
        fused = fuse_by_network(image, face, self._identity, self._swapper)
        if options.keep_covering:
            fused = _uncovered(fused, image, face, self._parser)
        found = nearest_face(self._analyzer, fused.image, face.box)
        shift = None if found is None else farthest_way(face, found)
        remarks = network_remarks(fused, options.spectacles)
        return Attempt(fused.image, fused.mask, found or face, self._turn(face), shift, remarks)

    def _turn(self, face: Face) -> float | None:
        donor = nearest_donor(face, self._donors).face
        return None if face.mesh is None or donor.mesh is None else turn_between(face.mesh, donor.mesh)


def mean_identity(swapper: FaceSwapper, donors: Sequence[Donor]) -> FloatArray:
    """What `swapper` knows of the person in all `donors` together, float32 (n,), as long as one of them is."""
    each = np.stack([swapper.identity(donor.picture, donor.face) for donor in donors])
    mean = each.mean(0)
    length = np.linalg.norm(each, axis=1).mean() / max(float(np.linalg.norm(mean)), 1e-12)
    return (mean * length).astype(np.float32)


def fuse_by_network(image: ByteArray, face: Face, identity: FloatArray, swapper: FaceSwapper) -> Fused:
    """`image` (RGB uint8) with the face of `identity` in place of `face`, softly inside its oval.

    Of a network's crop only what is face comes back, so that its rim, its background and its hair are not
    seen. `turn_deg` is not a number, for an identity has no head.
    """
    laid = LaidCrop.of(swapper.swap(image, face, identity), Size.of(image))
    here = laid.rows, laid.columns
    share = laid.share * laid.oval(face)
    part = image[here]
    mixed = share[..., None] * _in_light_of(part, laid.image, share) + (1 - share[..., None]) * part
    changed, mask = image.copy(), np.zeros(image.shape[:2], np.float32)
    changed[here], mask[here] = np.rint(mixed).clip(0, 255), share
    return Fused(changed, mask, math.nan)


def farthest_way(known: Face, found: Face) -> float:
    """How far the one of the five landmarks lies off that moved most, of the eye distance of `known`."""
    return float(landmark_ways(found, known).max())


def _in_light_of(target: ByteArray, swapped: ByteArray, share: FloatArray) -> FloatArray:
    """`swapped` with the tone of the target's skin, RGB 0..255, if that makes the two more alike at the seam.

    A swapper sees the target's light and mostly keeps it, so that one mean and one spread are enough.
    """
    here, there = lab_from_rgb(target), lab_from_rgb(swapped)
    inside = (share > 0.5).astype(np.float32)
    skin = np.minimum(*(skin_weight(lab, inside, PLAIN_SKIN) for lab in (here, there)))
    settled = settle(there, here, skin * inside, np.zeros_like(share))
    seam = skin * ((share > _SEAM[0]) & (share < _SEAM[1]))
    if _gap(settled, here, seam) >= _gap(there, here, seam):
        return swapped.astype(np.float32)
    return rgb_from_lab(settled)


def _gap(lab: FloatArray, other: FloatArray, weight: FloatArray) -> float:
    """Distance of the mean colours of two pictures (height, width, 3) where `weight` says, levels of Lab."""
    off = (weight[..., None] * (lab - other)).sum((0, 1)) / max(float(weight.sum()), 1e-6)
    return float(np.linalg.norm(off))


def _uncovered(fused: Fused, image: ByteArray, face: Face, parser: FaceParser | None) -> Fused:
    """`fused` with all that lies over `face` in `image` before it."""
    regions = None if parser is None else parser.parse(image, face)
    frame = frame_over(image, face, regions)
    over = np.zeros(fused.mask.shape, np.float32) if regions is None else things_over(regions, face)
    if frame is not None:
        over = np.maximum(over, frame)
    uncovered = left_in_front(fused.image, image, over)
    return replace(fused, image=uncovered, mask=fused.mask * (1 - over), target_wears=frame is not None)
