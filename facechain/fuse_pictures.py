"""One person's face in many pictures, with the likeness before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

import numpy as np

from .errors import NoFaceFound, NoPhotos
from .faces import Face
from .fuse_options import FuseOptions, WithoutFace
from .fused_pictures import FusedPicture, FusedPictures, FuseReport
from .fusion_attempt import Attempt, Fuser, refused
from .geometry import ByteArray
from .identity import Identity
from .identity_donors import donors_of
from .interfaces import FaceAnalyzer, FaceParser, FaceRestorer, FaceSwapper
from .likeness import median_distance
from .mesh_fusion import MeshFuser
from .network_fusion import NetworkFuser
from .progress import Progress, stepped
from .restored_face import restored
from .which_face import WhichFace, choose_face

__all__ = [
    "FuseOptions",
    "FuseReport",
    "FusedPicture",
    "FusedPictures",
    "FusionNetworks",
    "WithoutFace",
    "fuse_pictures",
]

_NOTHING_BLENDED = "Left unchanged: a blend of 0 shows nothing of the person. Use up to 1."
_NOT_MORE_ALIKE = "Left unchanged: the result would not be more like the person. Use another reference."


@dataclass(frozen=True, slots=True)
class FusionNetworks:
    """What may run beside the analyzer."""

    swapper: FaceSwapper | None = None
    """None: the mesh fusion."""
    restorer: FaceRestorer | None = None
    """Sharpens what is new; None: nothing does."""
    parser: FaceParser | None = None
    """Sees what lies over a face; None: of a swapped face only the frame of spectacles is known to."""


NO_NETWORKS = FusionNetworks()


def fuse_pictures(
    targets: Sequence[ByteArray],
    identity: Identity,
    analyzer: FaceAnalyzer,
    options: FuseOptions,
    progress: Progress,
    networks: FusionNetworks = NO_NETWORKS,
) -> FusedPictures:
    """Every target (RGB uint8) with the identity's face in it, sizes unchanged.

    A swapper learns the person from all of the identity's pictures. Without one the mesh takes the picture
    whose head is turned most like the target's, before those with spectacles one without. Then what is new is
    restored, and blended with the target. A picture stays as it is, with a note, when the result would not be
    more like the person, and with the mesh also when the heads look too far apart or the features would move.

    Raises NoPhotos without a target, NoFaceFound if none of the identity's pictures shows a face, or a
    target lacks the face asked for and the options say error.
    """
    if not targets:
        raise NoPhotos("There is no target picture: the batch or list is empty. Connect at least one picture.")
    restorer = networks.restorer if options.restorer_strength else None
    work = _Work(identity, analyzer, _fuser(identity, analyzer, networks), restorer, options)
    return FusedPictures(tuple(work.fused(target) for target in stepped(targets, progress)), work.engine)


def _fuser(identity: Identity, analyzer: FaceAnalyzer, networks: FusionNetworks) -> Fuser:
    donors = donors_of(identity, analyzer)
    if networks.swapper is None:
        return MeshFuser(donors, analyzer, networks.parser)
    return NetworkFuser(networks.swapper, donors, analyzer, networks.parser)


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """What is the same for all pictures."""

    identity: Identity
    analyzer: FaceAnalyzer
    fuser: Fuser
    restorer: FaceRestorer | None
    options: FuseOptions

    @property
    def engine(self) -> str:
        engines = (self.fuser.engine, *([] if self.restorer is None else [self.restorer.engine]))
        return "; ".join(dict.fromkeys(engines))

    def fused(self, target: ByteArray) -> FusedPicture:
        """`target` with the person's face, or as it is with the reason."""
        try:
            return self._fused(target)
        except NoFaceFound as error:
            if self.options.without_face is WithoutFace.ERROR:
                raise
            nowhere = np.zeros(target.shape[:2], np.float32)
            note = f"Left unchanged: {error}"
            return FusedPicture(target, nowhere, None, None, None, note, method=self.fuser.method)

    def _fused(self, target: ByteArray) -> FusedPicture:
        # The choice by likeness has embedded the face already.
        embed = cache(partial(self.analyzer.embed, target))
        which = WhichFace(self.options.order, self.options.number, self.identity.embeddings)
        face = choose_face(self.analyzer.detect(target), which, embed=embed)
        before, attempt = embed(face), self._attempt(target, face)
        after = before if attempt.note else self.analyzer.embed(attempt.image, attempt.face)
        references = self.identity.embeddings
        if not attempt.note and median_distance(references, after) >= median_distance(references, before):
            after, attempt = before, refused(target, face, attempt.turn_deg, _NOT_MORE_ALIKE)
        likeness = self.identity.likeness(before), self.identity.likeness(after)
        ran = "" if attempt.note or self.restorer is None else self.restorer.id
        return FusedPicture(
            attempt.image,
            attempt.mask,
            *likeness,
            attempt.turn_deg,
            attempt.note,
            attempt.remarks,
            attempt.shift,
            self.fuser.method,
            ran,
        )

    def _attempt(self, target: ByteArray, face: Face) -> Attempt:
        if self.options.blend == 0:
            return refused(target, face, None, _NOTHING_BLENDED)
        attempt = self.fuser.attempt(target, face, self.options)
        return attempt if attempt.note else self._finished(attempt, target)

    def _finished(self, attempt: Attempt, target: ByteArray) -> Attempt:
        """The attempt restored where it is new, and blended with the target."""
        image, strength, blend = attempt.image, self.options.restorer_strength, self.options.blend
        if self.restorer is not None:
            image = restored(image, attempt.face, self.restorer, strength=strength, share=attempt.mask)
        if blend < 1:
            image = np.rint(blend * image + (1 - blend) * target).astype(np.uint8)
        return replace(attempt, image=image, mask=np.float32(blend) * attempt.mask)
