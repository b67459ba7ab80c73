"""One person's face in many pictures, with the likeness before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import TypedDict

import numpy as np

from .errors import NoFaceFound
from .faces import Face
from .fusion import Fused, fuse_face
from .geometry import ByteArray, FloatArray
from .identity import Identity
from .interfaces import FaceAnalyzer
from .likeness import median_comparison
from .mesh_pose import nearest_in_pose
from .progress import Progress
from .which_face import FaceOrder, WhichFace, choose_face


class WithoutFace(Enum):
    """What to do with a picture in which the face asked for does not exist. Values are stable codes."""

    KEEP = "keep"
    """It goes on unchanged, and the report says so: one bad picture must not stop the others."""
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class FuseOptions:
    """Which face of each picture is replaced."""

    order: FaceOrder = FaceOrder.LIKENESS
    number: int = 1
    """Counted from 1 in that order."""
    without_face: WithoutFace = WithoutFace.KEEP


@dataclass(frozen=True, slots=True, eq=False)
class FusedPicture:
    """One picture and what became of it."""

    image: ByteArray
    mask: FloatArray
    """Share of the person per pixel, float32 (height, width); all 0 when nothing was fused."""
    likeness_before: float | None
    """0..1; None without a face."""
    likeness_after: float | None
    turn_deg: float | None
    """Angle between the two heads; beyond about 30 the result is weak. None without a face."""
    note: str
    """Why nothing was fused; empty when the face was."""


class FuseReport(TypedDict):
    """One picture in JSON."""

    fused: bool
    likeness_before: float | None
    likeness_after: float | None
    turn_deg: float | None
    note: str


@dataclass(frozen=True, slots=True)
class FusedPictures:
    """All pictures in input order."""

    pictures: tuple[FusedPicture, ...]

    def report(self) -> list[FuseReport]:
        """What became of each picture as JSON values; likeness to four digits."""
        return [
            {
                "fused": not picture.note,
                "likeness_before": _rounded(picture.likeness_before),
                "likeness_after": _rounded(picture.likeness_after),
                "turn_deg": None if picture.turn_deg is None else round(picture.turn_deg, 1),
                "note": picture.note,
            }
            for picture in self.pictures
        ]

    def __repr__(self) -> str:
        return f"FusedPictures({len(self.pictures)})"


def fuse_pictures(
    targets: Sequence[ByteArray],
    identity: Identity,
    analyzer: FaceAnalyzer,
    options: FuseOptions,
    progress: Progress,
) -> FusedPictures:
    """Every target (RGB uint8) with the identity's face in it, sizes unchanged.

    Of the identity's pictures the one is taken whose head is turned most like the target's.
    Raises NoFaceFound if none of them shows a face, or a target lacks the face asked for and the
    options say error.
    """
    donors = _donors(identity, analyzer)
    pictures = []
    for done, target in enumerate(targets):
        progress.step(done, len(targets))
        try:
            pictures.append(_fuse(target, donors, identity, analyzer, options))
        except NoFaceFound as error:
            if options.without_face is WithoutFace.ERROR:
                raise
            empty = np.zeros(target.shape[:2], np.float32)
            pictures.append(FusedPicture(target, empty, None, None, None, f"Left unchanged: {error}"))
    progress.step(len(targets), len(targets))
    return FusedPictures(tuple(pictures))


def _fuse(
    target: ByteArray,
    donors: Sequence[_Donor],
    identity: Identity,
    analyzer: FaceAnalyzer,
    options: FuseOptions,
) -> FusedPicture:
    which = WhichFace(options.order, options.number, identity.embeddings)
    face = choose_face(analyzer.detect(target), which, embed=partial(analyzer.embed, target))
    donor = _nearest(face, donors)
    fused: Fused = fuse_face(target, face, donor.picture, donor.face)
    before = _likeness(target, face, identity, analyzer)
    # The landmarks stay the target's, so the face need not be found again.
    after = _likeness(fused.image, face, identity, analyzer)
    return FusedPicture(fused.image, fused.mask, before, after, fused.turn_deg, "")


def _likeness(image: ByteArray, face: Face, identity: Identity, analyzer: FaceAnalyzer) -> float:
    embedding = analyzer.embed(image, face)
    return analyzer.calibration.likeness(median_comparison(identity.embeddings, embedding), embedding.metric)


@dataclass(frozen=True, slots=True, eq=False)
class _Donor:
    picture: ByteArray
    face: Face


def _donors(identity: Identity, analyzer: FaceAnalyzer) -> list[_Donor]:
    """In each picture the face that the embeddings belong to, also when another one is larger."""
    which = WhichFace(FaceOrder.LIKENESS, reference=identity.embeddings)
    donors = []
    for picture in identity.pictures:
        if faces := analyzer.detect(picture):
            donors.append(_Donor(picture, choose_face(faces, which, embed=partial(analyzer.embed, picture))))
    if not donors:
        raise NoFaceFound("This analyzer finds no face in the person's references. Connect the one used to train.")
    return donors


def _nearest(target: Face, donors: Sequence[_Donor]) -> _Donor:
    meshes = [donor.face.mesh for donor in donors if donor.face.mesh is not None]
    if target.mesh is None or len(meshes) < len(donors):
        return donors[0]  # fuse_face says what an analyzer without meshes lacks
    return donors[nearest_in_pose(target.mesh, meshes)]


def _rounded(likeness: float | None) -> float | None:
    return None if likeness is None else round(likeness, 4)
