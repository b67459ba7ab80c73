"""Who takes which face of a template."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .best_pairs import best_pairs
from .errors import InvalidSetting, NoFaceFound
from .faces import Face
from .people import Person
from .which_face import FaceOrder, WhichFace, choose_face


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """One person for one face of a template that is not known yet."""

    person: Person
    order: FaceOrder = FaceOrder.POSITION
    """`LIKENESS`: the face that fits best when everybody assigned by likeness gets one of their own."""
    number: int = 1
    """Counted from 1 in that order; by likeness always 1."""

    def __post_init__(self) -> None:
        if self.number < 1:
            raise InvalidSetting(f"Face {self.number} does not exist. Count faces from 1.")
        if self.order is FaceOrder.LIKENESS and self.number > 1:
            raise InvalidSetting(
                f"By likeness every person gets one face, so face number {self.number} has no meaning. "
                "Use face number 1, or choose by position."
            )

    def __repr__(self) -> str:
        return f"Assignment({self.person.slug}, {self.order.value}, {self.number})"


def resolve_assignments(
    faces: Sequence[Face], assignments: Sequence[Assignment], distance: Callable[[int, Face], float]
) -> tuple[Face, ...]:
    """The face of each assignment, no face twice.

    `distance(place, face)` says how unlike `face` is to the person of `assignments[place]`, smaller
    is more alike; it is called only to assign by likeness. Those faces are shared out so that the
    sum of distances is the least possible.

    Raises InvalidSetting if two assignments name one face, NoFaceFound if a face does not exist.
    """
    _refuse_too_many(len(faces), assignments)
    chosen: dict[int, Face] = {}
    for place, assignment in enumerate(assignments):
        if assignment.order is not FaceOrder.LIKENESS:
            chosen[place] = _named_face(faces, assignment)
    _refuse_shared(chosen, assignments)
    free = [face for face in faces if face not in chosen.values()]
    by_likeness = [place for place in range(len(assignments)) if place not in chosen]
    if len(by_likeness) == len(free) == 1:
        chosen[by_likeness[0]] = free[0]  # a distance would only be computed to be compared with nothing
    elif by_likeness:
        costs = np.array([[distance(place, face) for face in free] for place in by_likeness])
        chosen |= {place: free[column] for place, column in zip(by_likeness, best_pairs(costs), strict=True)}
    return tuple(chosen[place] for place in range(len(assignments)))


def _named_face(faces: Sequence[Face], assignment: Assignment) -> Face:
    try:
        return choose_face(faces, WhichFace(assignment.order, assignment.number))
    except NoFaceFound as error:
        raise NoFaceFound(f'"{assignment.person.display_name}" cannot be placed: {error}') from error


def _refuse_too_many(face_count: int, assignments: Sequence[Assignment]) -> None:
    if not assignments:
        raise InvalidSetting("Nobody is assigned to a face. Connect Assign Face.")
    if not face_count:
        raise NoFaceFound("The template shows no face. Use one in which faces are larger, sharper or less turned.")
    if len(assignments) > face_count:
        faces = "1 face" if face_count == 1 else f"{face_count} faces"
        raise NoFaceFound(
            f"{len(assignments)} persons are assigned, but the template shows {faces}. "
            "Assign fewer persons, or use a template in which more faces are large and sharp."
        )


def _refuse_shared(chosen: dict[int, Face], assignments: Sequence[Assignment]) -> None:
    owners: dict[Face, int] = {}
    for place, face in chosen.items():
        if (other := owners.setdefault(face, place)) != place:
            first, second = assignments[other], assignments[place]
            raise InvalidSetting(
                f'"{first.person.display_name}" and "{second.person.display_name}" are assigned to one face '
                f"({first.order.value} {first.number} and {second.order.value} {second.number}). "
                "Give each a face of their own."
            )
