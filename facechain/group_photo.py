"""Several persons in one template, each fused onto a face of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from .assignments import Assignment, resolve_assignments
from .embeddings import Embedding
from .face_light import smoothstep
from .face_ovals import distance_to, face_oval, oval_pixels
from .face_overlay import number_faces
from .faces import Face
from .fuse_pictures import FusedPicture, FuseOptions, fuse_pictures
from .fusion_target import SpectaclesOf
from .geometry import ByteArray, FloatArray, Size
from .group_photo_values import GroupPhoto, PlacedPerson
from .identity import Identity
from .interfaces import FaceAnalyzer
from .likeness import median_distance
from .progress import Progress, SilentProgress, stepped
from .which_face import FaceOrder, left_to_right

WORN = SpectaclesOf.PERSON
"""A frame says more of who somebody is than the features around it: with those of the template two people
could not be told apart who swap their places."""
NEIGHBOUR_FEATHER_RATIO = 0.08
"""Of the face's width: over which a person fades out towards a face that overlaps theirs."""


def compose_group_photo(
    template: ByteArray,
    assignments: Sequence[Assignment],
    identities: Sequence[Identity],
    analyzer: FaceAnalyzer,
    progress: Progress,
) -> GroupPhoto:
    """`template` (RGB uint8) with every assigned person in it; `identities` are theirs, in the same order.

    Everybody is fused onto the face as the template shows it, and only where no other face is. So
    the order of assignments does not matter. A face that cannot be fused stays, with a note.

    Raises what `resolve_assignments` raises, and NoFaceFound if a person's references show no face.
    """
    faces = left_to_right(analyzer.detect(template))
    cast = _cast(template, faces, assignments, identities, analyzer)
    draft = _Draft(template, faces, template.copy(), np.zeros(template.shape[:2], np.float32))
    placed = [_placed(member, draft.fuse(member, analyzer)) for member in stepped(cast, progress)]
    overlay = number_faces(draft.image, faces, {member.number: member.name for member in cast})
    likeness = _likeness(draft.image, cast, analyzer)
    return GroupPhoto(draft.image, draft.mask, overlay, len(faces), tuple(placed), likeness)


@dataclass(frozen=True, slots=True, eq=False)
class _Member:
    name: str
    identity: Identity
    face: Face
    number: int


def _cast(
    template: ByteArray,
    faces: Sequence[Face],
    assignments: Sequence[Assignment],
    identities: Sequence[Identity],
    analyzer: FaceAnalyzer,
) -> list[_Member]:
    """Who is where, left to right."""

    @cache
    def embed(face: Face) -> Embedding:
        return analyzer.embed(template, face)

    def distance(place: int, face: Face) -> float:
        return median_distance(identities[place].embeddings, embed(face))

    chosen = resolve_assignments(faces, assignments, distance)
    members = [
        _Member(assignment.person.display_name, identity, face, faces.index(face) + 1)
        for assignment, identity, face in zip(assignments, identities, chosen, strict=True)
    ]
    return sorted(members, key=lambda member: member.number)


class _KnownFaces:
    """The analyzer, with the faces of one picture already found."""

    def __init__(self, analyzer: FaceAnalyzer, picture: ByteArray, faces: Sequence[Face]) -> None:
        self.id, self.model_id, self.engine = analyzer.id, analyzer.model_id, analyzer.engine
        self.calibration = analyzer.calibration
        self._picture, self._faces = picture, tuple(faces)
        self._detect, self.embed = analyzer.detect, analyzer.embed

    def detect(self, image: ByteArray) -> tuple[Face, ...]:
        """Every face of `image`."""
        return self._faces if image is self._picture else self._detect(image)


@dataclass(frozen=True, slots=True, eq=False)
class _Draft:
    """A group photo in the making; `image` and `mask` are drawn upon."""

    template: ByteArray
    faces: Sequence[Face]
    image: ByteArray
    mask: FloatArray

    def fuse(self, member: _Member, analyzer: FaceAnalyzer) -> FusedPicture:
        """The template with `member` alone; what that changed is now in the group photo too."""
        options = FuseOptions(FaceOrder.POSITION, member.number, spectacles=WORN)
        known = _KnownFaces(analyzer, self.template, self.faces)
        (fused,) = fuse_pictures([self.template], member.identity, known, options, SilentProgress()).pictures
        if fused.mask.any():
            self._lay_in(fused, member.face)
        return fused

    def _lay_in(self, fused: FusedPicture, face: Face) -> None:
        rows, columns = fused.mask.any(1).nonzero()[0], fused.mask.any(0).nonzero()[0]
        part = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        corner = np.array([columns[0], rows[0]])
        others = [face_oval(other) - corner for other in self.faces if other is not face]
        away = distance_to(oval_pixels(others, Size.of(fused.mask[part])))
        share = smoothstep(away / (NEIGHBOUR_FEATHER_RATIO * face.box.width + 1))
        change = fused.image[part].astype(np.float32) - self.template[part]
        self.image[part] = np.rint(self.image[part] + change * share[..., None]).clip(0, 255)
        self.mask[part] = np.minimum(self.mask[part] + fused.mask[part] * share, 1)


def _placed(member: _Member, fused: FusedPicture) -> PlacedPerson:
    picture = member.identity.pictures[0]
    return PlacedPerson(member.name, picture, member.face, member.number, fused.turn_deg, fused.note)


def _likeness(image: ByteArray, cast: Sequence[_Member], analyzer: FaceAnalyzer) -> FloatArray:
    """float32 (persons, persons): the face of each row in `image` compared with the person of each column."""
    table = np.empty((len(cast), len(cast)), np.float32)
    for row, member in enumerate(cast):
        embedding = analyzer.embed(image, member.face)
        for column, other in enumerate(cast):
            table[row, column] = other.identity.likeness(embedding)
    return table
