"""Which of several faces is meant: the one control of every node that needs one face."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from .embeddings import Embedding
from .errors import InvalidSetting, NoFaceFound
from .faces import Face
from .likeness import median_distance


class FaceOrder(Enum):
    """How the faces of one photo are counted. Values are stable codes."""

    POSITION = "position"
    """Left to right by box centre."""
    SIZE = "size"
    """Largest box first."""
    LIKENESS = "likeness"
    """Most alike to a reference identity first."""


@dataclass(frozen=True, slots=True)
class WhichFace:
    """A choice among the faces of a photo."""

    order: FaceOrder = FaceOrder.SIZE
    number: int = 1
    """Counted from 1 in that order."""
    reference: tuple[Embedding, ...] = ()
    """Identity for `FaceOrder.LIKENESS`, else unused."""

    def __post_init__(self) -> None:
        if self.number < 1:
            raise InvalidSetting(f"Face {self.number} does not exist. Count faces from 1.")
        if self.order is FaceOrder.LIKENESS and not self.reference:
            raise InvalidSetting(
                "A face is chosen by likeness, but to nobody. Connect a person, or choose by position."
            )

    def __repr__(self) -> str:
        return f"WhichFace({self.order.value}, {self.number})"


def choose_face(faces: Sequence[Face], which: WhichFace, *, embed: Callable[[Face], Embedding] | None = None) -> Face:
    """The face that `which` names. `embed` is called per face, and only to choose by likeness.

    Raises NoFaceFound if the photo has no face, or fewer than `which.number`.
    """
    if len(faces) < which.number:
        raise NoFaceFound(_too_few(len(faces), which))
    if which.order is FaceOrder.LIKENESS:
        if embed is None:
            raise InvalidSetting("A face cannot be chosen by likeness without an analyzer. Connect one.")
        if len(faces) == 1:
            return faces[0]  # an embedding would only be computed to be compared with nothing
        ranked = sorted(faces, key=lambda face: median_distance(which.reference, embed(face)))
    elif which.order is FaceOrder.SIZE:
        ranked = sorted(faces, key=lambda face: -face.box.area)
    else:
        ranked = left_to_right(faces)
    return ranked[which.number - 1]


def left_to_right(faces: Sequence[Face]) -> list[Face]:
    """`faces` as `FaceOrder.POSITION` counts them: by box centre, of equal ones the upper first."""
    return sorted(faces, key=lambda face: face.box.center)


def _too_few(count: int, which: WhichFace) -> str:
    if count == 0:
        return "The photo has no face. Use a photo in which the face is larger, sharper or less turned."
    faces = "1 face" if count == 1 else f"{count} faces"
    return f"The photo has {faces}, face {which.number} was asked. Choose a number from 1 to {count}."
