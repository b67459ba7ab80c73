"""Whose face is meant: pictures of it, and its embeddings."""

from __future__ import annotations

from dataclasses import dataclass

from .embeddings import Embedding
from .errors import NoFaceFound
from .geometry import ByteArray
from .interfaces import FaceAnalyzer


@dataclass(frozen=True, slots=True, eq=False)
class Identity:
    """One person as nodes compare and draw them."""

    pictures: tuple[ByteArray, ...]
    """RGB pictures that show the person, best first."""
    embeddings: tuple[Embedding, ...]

    def __repr__(self) -> str:
        return f"Identity({len(self.pictures)} pictures)"


def identity_from_picture(picture: ByteArray, analyzer: FaceAnalyzer) -> Identity:
    """The identity of the largest face in `picture`.

    Raises NoFaceFound if there is none.
    """
    faces = analyzer.detect(picture)
    if not faces:
        raise NoFaceFound("The reference picture shows no face. Use one in which the face is larger and sharper.")
    largest = max(faces, key=lambda face: face.box.area)
    return Identity((picture,), (analyzer.embed(picture, largest),))
