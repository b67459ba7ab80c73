"""Whose face is meant: pictures of it, and its embeddings."""

from __future__ import annotations

from dataclasses import dataclass

from .embeddings import Calibration, Embedding
from .errors import NoFaceFound
from .geometry import ByteArray
from .interfaces import FaceAnalyzer
from .likeness import LikenessScale, median_comparison


@dataclass(frozen=True, slots=True, eq=False)
class Identity:
    """One person as nodes compare and draw them."""

    pictures: tuple[ByteArray, ...]
    """RGB pictures that show the person, best first."""
    embeddings: tuple[Embedding, ...]
    scale: LikenessScale

    @staticmethod
    def of(pictures: tuple[ByteArray, ...], embeddings: tuple[Embedding, ...], calibration: Calibration) -> Identity:
        """The identity of these embeddings, with the scale that they give."""
        return Identity(pictures, embeddings, LikenessScale.of(embeddings, calibration))

    def likeness(self, embedding: Embedding) -> float:
        """0..1 of a face; 1 for as alike as the person's own photos are to each other."""
        return self.scale.likeness(median_comparison(self.embeddings, embedding))

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
    return Identity.of((picture,), (analyzer.embed(picture, largest),), analyzer.calibration)
