"""A group photo, who is where in it, and its JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from .faces import Face
from .geometry import ByteArray, FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class PlacedPerson:
    """One person and the face of the template that was meant for them."""

    name: str
    """Display name."""
    picture: ByteArray
    """The person's best reference, RGB."""
    face: Face
    """As it was found in the template; box and landmarks are those of the result too."""
    number: int
    """Of the face in the template, left to right from 1."""
    turn_deg: float | None
    """Angle between the two heads; beyond about 30 the result is weak. None when nothing was fused."""
    note: str
    """Why the face was left as it is; empty when it was fused."""

    def __repr__(self) -> str:
        return f"PlacedPerson(face {self.number}, {'left' if self.note else 'fused'})"


class PlacedReport(TypedDict):
    """One person in JSON."""

    person: str
    face: int
    fused: bool
    turn_deg: float | None
    note: str


class GroupReport(TypedDict):
    """A group photo in JSON. No embedding, no file name."""

    faces: int
    persons: list[PlacedReport]
    likeness: list[list[float]]
    """One row per face of `persons`, one column per person."""
    all_most_alike: bool


@dataclass(frozen=True, slots=True, eq=False)
class GroupPhoto:
    """A template with several persons in it."""

    image: ByteArray
    """RGB of the template's size; where `mask` is 0 it is the template, bit by bit."""
    mask: FloatArray
    """Share of the persons at each pixel, float32 (height, width) 0..1."""
    overlay: ByteArray
    """The result with all faces numbered and the placed persons named, RGB."""
    face_count: int
    """Of the template."""
    persons: tuple[PlacedPerson, ...]
    """Left to right."""
    likeness: FloatArray
    """float32 (persons, persons), 0..1: the face of `persons[row]` in the result compared with `persons[column]`."""

    def is_most_alike(self, place: int) -> bool:
        """True when the face of `persons[place]` is most alike to its own person, and that person to no other face."""
        own = self.likeness[place, place]
        return bool(own >= self.likeness[place].max() and own >= self.likeness[:, place].max())

    def report(self) -> GroupReport:
        """The group photo as JSON values; likeness to four digits."""
        return {
            "faces": self.face_count,
            "persons": [_placed_report(person) for person in self.persons],
            "likeness": [[round(float(value), 4) for value in row] for row in self.likeness],
            "all_most_alike": all(self.is_most_alike(place) for place in range(len(self.persons))),
        }

    def __repr__(self) -> str:
        return f"GroupPhoto({len(self.persons)} persons, {self.face_count} faces)"


def _placed_report(person: PlacedPerson) -> PlacedReport:
    return {
        "person": person.name,
        "face": person.number,
        "fused": not person.note,
        "turn_deg": None if person.turn_deg is None else round(person.turn_deg, 1),
        "note": person.note,
    }
