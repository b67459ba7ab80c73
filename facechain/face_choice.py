"""Which face of a photo is meant, where a photo without a clear answer is refused instead of guessed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum

from .embeddings import Embedding
from .faces import Face, Rejection
from .verdicts import Finding, no_face, several_faces
from .which_face import FaceOrder, WhichFace, choose_face

DOMINANT_RATIO = 4.0
"""The largest face is meant if it has this many times the area of the next. Source: FaceChain."""
FAINT_RATIO = 0.5
"""A face with less than this share of the best confidence is taken for a pattern, not a person."""


class SeveralFaces(Enum):
    """Rule for photos with several people. Values are stable codes."""

    DOMINANT = "dominant"
    """The largest face if it is much larger than all others, else none: nobody is trained by mistake."""
    SIZE = FaceOrder.SIZE.value
    POSITION = FaceOrder.POSITION.value
    LIKENESS = FaceOrder.LIKENESS.value

    def which(self, number: int, identity: tuple[Embedding, ...]) -> WhichFace | None:
        """Face `number` in this order; None for the dominant one."""
        return None if self is SeveralFaces.DOMINANT else WhichFace(FaceOrder(self.value), number, identity)


def meant_face(faces: Sequence[Face], which: WhichFace | None, *, embed: Callable[[Face], Embedding]) -> Face | Finding:
    """The face that `which` names, None the dominant one; or why there is none.

    `embed` is called per face, and only to choose by likeness.
    """
    faces = _credible(faces)
    if not faces:
        return no_face()
    if which is None:
        return _dominant(faces)
    if len(faces) < which.number:
        return _no_such_face(len(faces), which.number)
    return choose_face(faces, which, embed=embed)


def confidence(face: Face) -> float:
    """That `face` is one, 0..1: the detector's confidence times that of the mesh, if there is one."""
    return face.score * (1.0 if face.presence is None else face.presence)


def _dominant(faces: Sequence[Face]) -> Face | Finding:
    largest, *others = sorted(faces, key=lambda face: -face.box.area)
    if not others:
        return largest
    ratio = largest.box.area / others[0].box.area
    return largest if ratio >= DOMINANT_RATIO else several_faces(len(faces), ratio, DOMINANT_RATIO)


def _credible(faces: Sequence[Face]) -> list[Face]:
    """`faces` without faint ones beside a clear one, and without those whose eyes are at one point."""
    best = max(map(confidence, faces), default=0.0)
    return [face for face in faces if confidence(face) >= FAINT_RATIO * best and face.landmarks.eye_distance >= 1]


def _no_such_face(count: int, number: int) -> Finding:
    there = "is 1 face" if count == 1 else f"are {count} faces"
    reason = f"There {there}; face {number} was asked for."
    return Finding(Rejection.NO_FACE, reason, "Ask for a smaller face number, or leave the photo out.")
