"""Who takes which face: named faces first, the others shared out by likeness."""

from __future__ import annotations

import pytest
from support_people import face_at, sample_person, trained_lora

from facechain.assignments import Assignment, resolve_assignments
from facechain.errors import InvalidSetting, NoFaceFound
from facechain.which_face import FaceOrder

LEFT, MIDDLE, RIGHT = face_at(50, 90, 40), face_at(150, 20, 80), face_at(250, 60, 60)
FACES = (LEFT, MIDDLE, RIGHT)


@pytest.fixture
def person(tmp_path):
    lora = trained_lora(tmp_path)
    return lambda name: sample_person(lora, name)


def never(place, face):
    raise AssertionError("a named face needs no comparison")


def by_likeness(person, *names):
    return [Assignment(person(name), FaceOrder.LIKENESS) for name in names]


def distances(table):
    """A row per assignment, a column per face in FACES."""
    return lambda place, face: table[place][FACES.index(face)]


def test_everybody_gets_the_face_that_is_named(person):
    assignments = [Assignment(person("anna"), number=3), Assignment(person("bob"), FaceOrder.SIZE)]
    assert resolve_assignments(FACES, assignments, never) == (RIGHT, MIDDLE)


def test_by_likeness_faces_are_shared_out_as_a_whole(person):
    # Both are most like the left face; together they fit best when anna takes the middle one.
    table = [[0.3, 0.4, 0.9], [0.2, 0.8, 0.9]]
    assert resolve_assignments(FACES, by_likeness(person, "anna", "bob"), distances(table)) == (MIDDLE, LEFT)


def test_by_likeness_nobody_gets_a_face_that_was_named(person):
    assignments = [*by_likeness(person, "anna"), Assignment(person("bob"), number=1)]
    assert resolve_assignments(FACES, assignments, distances([[0.1, 0.5, 0.6], [9, 9, 9]])) == (MIDDLE, LEFT)


def test_the_last_free_face_needs_no_comparison(person):
    assignments = [Assignment(person("bob"), number=1), *by_likeness(person, "anna")]
    assert resolve_assignments(FACES[:2], assignments, never) == (LEFT, MIDDLE)


def test_one_person_may_have_two_faces(person):
    anna = person("anna")
    assert resolve_assignments(FACES, [Assignment(anna), Assignment(anna, number=2)], never) == (LEFT, MIDDLE)


def test_two_persons_on_one_face_are_both_named(person):
    assignments = [Assignment(person("anna"), number=2), Assignment(person("bob"), FaceOrder.SIZE)]
    message = r'"Anna" and "Bob" are assigned to one face \(position 2 and size 1\)\. Give each a face of their own\.'
    with pytest.raises(InvalidSetting, match=message):
        resolve_assignments(FACES, assignments, never)


def test_a_face_number_beyond_the_last_face_names_the_person(person):
    with pytest.raises(NoFaceFound, match=r'"Anna" cannot be placed: .* 3 faces, face 4 was asked.* from 1 to 3'):
        resolve_assignments(FACES, [Assignment(person("anna"), number=4)], never)


@pytest.mark.parametrize(("faces", "shown"), [(FACES[:1], "1 face"), (FACES[:2], "2 faces")])
def test_more_persons_than_faces_are_refused(person, faces, shown):
    assignments = by_likeness(person, "anna", "bob", "cleo")
    with pytest.raises(NoFaceFound, match=f"3 persons are assigned, but the template shows {shown}. Assign fewer"):
        resolve_assignments(faces, assignments, never)


def test_a_template_without_a_face_is_refused(person):
    with pytest.raises(NoFaceFound, match=r"The template shows no face\. Use one"):
        resolve_assignments((), by_likeness(person, "anna"), never)


def test_nobody_at_all_is_refused():
    with pytest.raises(InvalidSetting, match=r"Nobody is assigned to a face\. Connect Assign Face"):
        resolve_assignments(FACES, [], never)


def test_a_face_number_has_no_meaning_by_likeness(person):
    with pytest.raises(InvalidSetting, match=r"face number 2 has no meaning\. Use face number 1"):
        Assignment(person("anna"), FaceOrder.LIKENESS, 2)


def test_faces_are_counted_from_one(person):
    with pytest.raises(InvalidSetting, match="Count faces from 1"):
        Assignment(person("anna"), number=0)


def test_the_repr_holds_a_slug_and_no_picture(person):
    assert repr(Assignment(person("anna"), number=2)) == "Assignment(anna, position, 2)"
