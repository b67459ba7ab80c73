"""Which face of a photo is meant."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from .faces import Face
from .verdicts import Finding, no_face, several_faces

DOMINANT_RATIO = 4.0
"""The largest face is meant if it has this many times the area of the next. Source: FaceChain."""
FAINT_RATIO = 0.5
"""A face with less than this share of the best confidence is taken for a pattern, not a person."""


class FaceChoice(Enum):
    """Rule for photos with several people. Values are stable codes."""

    DOMINANT = "dominant"
    """The largest face if it is much larger than all others, else none: nobody is trained by mistake."""
    LARGEST = "largest"
    LEFTMOST = "leftmost"
    RIGHTMOST = "rightmost"


def choose_face(faces: Sequence[Face], choice: FaceChoice) -> Face | Finding:
    """The face that is meant, or why there is none."""
    faces = _credible(faces)
    if not faces:
        return no_face()
    if choice is FaceChoice.LEFTMOST:
        return min(faces, key=lambda face: face.box.center[0])
    if choice is FaceChoice.RIGHTMOST:
        return max(faces, key=lambda face: face.box.center[0])
    largest, *others = sorted(faces, key=lambda face: -face.box.area)
    if choice is FaceChoice.LARGEST or not others:
        return largest
    ratio = largest.box.area / others[0].box.area
    return largest if ratio >= DOMINANT_RATIO else several_faces(len(faces), ratio, DOMINANT_RATIO)


def _credible(faces: Sequence[Face]) -> list[Face]:
    """`faces` without faint ones beside a clear one, and without those whose eyes are at one point."""
    best = max((_confidence(face) for face in faces), default=0.0)
    return [face for face in faces if _confidence(face) >= FAINT_RATIO * best and face.landmarks.eye_distance >= 1]


def _confidence(face: Face) -> float:
    return face.score * (1.0 if face.presence is None else face.presence)
