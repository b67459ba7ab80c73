"""One person's face in many pictures, with the likeness before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial

import numpy as np

from .donor import Donor, mesh_of
from .embeddings import Embedding
from .errors import NoFaceFound
from .fused_pictures import FusedPicture, FusedPictures, FuseReport, remarks_of
from .fusion_target import SpectaclesOf
from .geometry import ByteArray
from .identity import Identity
from .identity_donors import donors_of, nearest_donor
from .interfaces import FaceAnalyzer
from .likeness import median_comparison, median_distance
from .mesh_pose import turn_between
from .progress import Progress
from .steady_fusion import MOST_SHIFT, fuse_steadily
from .which_face import FaceOrder, WhichFace, choose_face

__all__ = ["FuseOptions", "FuseReport", "FusedPicture", "FusedPictures", "WithoutFace", "fuse_pictures"]

MOST_TURN_DEG = 50.0
"""Heads that look farther apart have too little of the face in common."""


_TOO_FAR_APART = (
    "Left unchanged: the heads look {turn:.0f} degrees apart, at most {most:.0f} can be fused. "
    "Use a reference that is turned like the target."
)
_WOULD_MOVE = (
    "Left unchanged: the features would move by {shift:.1%} of the eye distance, at most {most:.1%} are allowed. "
    "Use a reference that is turned like the target."
)
_NOT_MORE_ALIKE = "Left unchanged: the result would not be more like the person. Use another reference."


class WithoutFace(Enum):
    """What to do with a picture in which the face asked for does not exist. Values are stable codes."""

    KEEP = "keep"
    """It goes on unchanged, and the report says so: one bad picture must not stop the others."""
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class FuseOptions:
    """Which face of each picture is replaced, and how."""

    order: FaceOrder = FaceOrder.LIKENESS
    number: int = 1
    """Counted from 1 in that order."""
    without_face: WithoutFace = WithoutFace.KEEP
    spectacles: SpectaclesOf = SpectaclesOf.TARGET


def fuse_pictures(
    targets: Sequence[ByteArray],
    identity: Identity,
    analyzer: FaceAnalyzer,
    options: FuseOptions,
    progress: Progress,
) -> FusedPictures:
    """Every target (RGB uint8) with the identity's face in it, sizes unchanged.

    Of the identity's pictures the one is taken whose head is turned most like the target's, before
    those with spectacles one without. A picture stays as it is, with a note, when the heads look too far
    apart, when the features would move, or when the result would not be more like the person.
    Raises NoFaceFound if none of them shows a face, or a target lacks the face asked for and the
    options say error.
    """
    donors = donors_of(identity, analyzer)
    pictures = []
    for done, target in enumerate(targets):
        progress.step(done, len(targets))
        try:
            pictures.append(_fuse(target, donors, identity, analyzer, options))
        except NoFaceFound as error:
            if options.without_face is WithoutFace.ERROR:
                raise
            nowhere = np.zeros(target.shape[:2], np.float32)
            pictures.append(FusedPicture(target, nowhere, None, None, None, f"Left unchanged: {error}"))
    progress.step(len(targets), len(targets))
    return FusedPictures(tuple(pictures))


def _fuse(
    target: ByteArray,
    donors: Sequence[Donor],
    identity: Identity,
    analyzer: FaceAnalyzer,
    options: FuseOptions,
) -> FusedPicture:
    which = WhichFace(options.order, options.number, identity.embeddings)
    face = choose_face(analyzer.detect(target), which, embed=partial(analyzer.embed, target))
    donor = nearest_donor(face, donors)
    before, turn = analyzer.embed(target, face), turn_between(mesh_of(face), donor.mesh)
    likeness = _likeness(before, identity, analyzer)
    nowhere = np.zeros(target.shape[:2], np.float32)
    unchanged = partial(FusedPicture, target, nowhere, likeness, likeness, turn)
    if turn > MOST_TURN_DEG:
        return unchanged(_TOO_FAR_APART.format(turn=turn, most=MOST_TURN_DEG))
    steady = fuse_steadily(target, face, donor, analyzer, options.spectacles)
    fused = steady.fused
    if steady.shift is not None and steady.shift > MOST_SHIFT:
        return unchanged(_WOULD_MOVE.format(shift=steady.shift, most=MOST_SHIFT))
    # The landmarks stay the target's, so the face need not be found again.
    after = analyzer.embed(fused.image, face)
    if median_distance(identity.embeddings, after) >= median_distance(identity.embeddings, before):
        return unchanged(_NOT_MORE_ALIKE)
    remarks = remarks_of(fused, options.spectacles)
    now = _likeness(after, identity, analyzer)
    return FusedPicture(fused.image, fused.mask, likeness, now, turn, "", remarks, steady.shift)


def _likeness(embedding: Embedding, identity: Identity, analyzer: FaceAnalyzer) -> float:
    return analyzer.calibration.likeness(median_comparison(identity.embeddings, embedding), embedding.metric)
