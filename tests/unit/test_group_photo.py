"""Group photos of made-up faces: everybody on their own face, and no other face touched."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from support_mesh import ball_face, ball_mesh, plain_photo
from support_people import sample_person, trained_lora

from facechain.assignments import Assignment
from facechain.embeddings import Calibration, Embedding
from facechain.errors import NoFaceFound
from facechain.face_ovals import face_oval, oval_pixels
from facechain.geometry import Size
from facechain.group_photo import compose_group_photo
from facechain.identity import Identity
from facechain.likeness_table import CELL_HEIGHT, CELL_WIDTH, GAP, HEADER_HEIGHT, NOTE_LINE_HEIGHT, draw_likeness_table
from facechain.progress import SilentProgress
from facechain.sheet_drawing import AMBER, GREEN
from facechain.which_face import FaceOrder

SIDE = 160
PLAIN = (200, 150, 130)


def spotted(photo, x: int, y: int, color) -> np.ndarray:
    """The face of one person: a spot on the cheek, which fusion carries over."""
    marked = photo.copy()
    marked[y - 6 : y + 7, x + 10 : x + 23] = color
    return marked


RED, BLUE = (230, 60, 60), (60, 60, 230)


class SpotAnalyzer:
    """Faces at the given places in a wide picture, one in a square one; identity is the colour of the spot."""

    engine, id, model_id = "painted", "spot", "spot"
    calibration = Calibration(same_person=1.2, spread=0.2)  # half of the 2.4 from red to blue

    def __init__(self, *places: tuple[int, int]) -> None:
        self._faces = tuple(ball_face(ball_mesh(x, y, 40)) for x, y in places)
        self.searched: list[np.ndarray] = []

    def detect(self, image):
        self.searched.append(image)
        return self._faces if image.shape[1] > SIDE else (ball_face(ball_mesh(SIDE / 2, SIDE / 2, 40)),)

    def embed(self, image, face):
        x, y = (round(value) for value in face.box.center)
        return Embedding(image[y, x + 16].astype(np.float32) / 100, self.model_id, "euclidean")


@pytest.fixture
def anna_and_bob(tmp_path):
    """Two persons with their identities: a red spot and a blue one."""
    lora, analyzer = trained_lora(tmp_path), SpotAnalyzer()
    persons = {}
    for name, color in (("anna", RED), ("bob", BLUE)):
        picture = spotted(plain_photo(SIDE, SIDE, PLAIN), SIDE // 2, SIDE // 2, color)
        embedding = analyzer.embed(picture, analyzer.detect(picture)[0])
        persons[name] = sample_person(lora, name), Identity.of((picture,), (embedding,), analyzer.calibration)
    return persons


def compose(template, analyzer, persons, **faces):
    """Persons by name and the number of their face, left to right."""
    assignments = [Assignment(persons[name][0], FaceOrder.POSITION, number) for name, number in faces.items()]
    identities = [persons[name][1] for name in faces]
    return compose_group_photo(template, assignments, identities, analyzer, SilentProgress())


THREE = ((80, 100), (240, 100), (400, 100))
TEMPLATE = plain_photo(480, 200, PLAIN)


def test_everybody_arrives_on_the_face_assigned(anna_and_bob):
    group = compose(TEMPLATE, SpotAnalyzer(*THREE), anna_and_bob, anna=3, bob=1)
    assert np.argmax(group.image[100, 416]) == 0
    assert np.argmax(group.image[100, 96]) == 2
    assert [(person.name, person.number) for person in group.persons] == [("Bob", 1), ("Anna", 3)]


def test_a_face_without_a_person_stays_bit_by_bit(anna_and_bob):
    group = compose(TEMPLATE, SpotAnalyzer(*THREE), anna_and_bob, anna=3, bob=1)
    assert (group.image[:, 190:290] == TEMPLATE[:, 190:290]).all()
    assert (group.image[group.mask == 0] == TEMPLATE[group.mask == 0]).all()
    assert group.face_count == 3


def test_the_order_of_assignments_does_not_matter(anna_and_bob):
    analyzer = SpotAnalyzer((80, 100), (140, 100))
    first = compose(TEMPLATE, analyzer, anna_and_bob, anna=1, bob=2)
    second = compose(TEMPLATE, analyzer, anna_and_bob, bob=2, anna=1)
    assert (first.image == second.image).all()


def test_a_person_never_touches_a_face_that_overlaps(anna_and_bob):
    analyzer = SpotAnalyzer((80, 100), (140, 100))  # 40 px wide on each side: they share 20 px
    group = compose(TEMPLATE, analyzer, anna_and_bob, anna=1)
    other = oval_pixels([face_oval(analyzer.detect(TEMPLATE)[1])], Size.of(TEMPLATE))
    assert (group.image[other] == TEMPLATE[other]).all()
    assert not group.mask[other].any()
    assert group.mask[100, 75] == pytest.approx(1, abs=0.01)


def test_the_template_is_searched_once(anna_and_bob):
    analyzer = SpotAnalyzer(*THREE)
    compose(TEMPLATE, analyzer, anna_and_bob, anna=1, bob=2)
    assert sum(image is TEMPLATE for image in analyzer.searched) == 1


def test_every_face_of_the_result_is_compared_with_every_person(anna_and_bob):
    group = compose(TEMPLATE, SpotAnalyzer(*THREE), anna_and_bob, anna=1, bob=3)
    assert group.likeness.shape == (2, 2)
    assert group.likeness.dtype == np.float32
    assert group.likeness.argmax(0).tolist() == group.likeness.argmax(1).tolist() == [0, 1]
    assert group.is_most_alike(0)
    assert group.is_most_alike(1)


def test_by_likeness_everybody_goes_where_they_are_already(anna_and_bob):
    template = spotted(spotted(TEMPLATE, 400, 100, RED), 80, 100, BLUE)
    assignments = [Assignment(person, FaceOrder.LIKENESS) for person, _ in anna_and_bob.values()]
    identities = [identity for _, identity in anna_and_bob.values()]
    group = compose_group_photo(template, assignments, identities, SpotAnalyzer(*THREE), SilentProgress())
    assert {person.name: person.number for person in group.persons} == {"Anna": 3, "Bob": 1}


def test_a_reference_that_shows_no_face_stops_the_group(anna_and_bob):
    class Blind(SpotAnalyzer):
        def detect(self, image):
            return super().detect(image) if image.shape[1] > SIDE else ()

    with pytest.raises(NoFaceFound, match="finds no face in the person's references"):
        compose(TEMPLATE, Blind(*THREE), anna_and_bob, anna=1)


def test_progress_is_reported_per_person(anna_and_bob):
    steps = []

    class Listening:
        def step(self, done: int, total: int) -> None:
            steps.append((done, total))

    (anna, identity), _ = anna_and_bob.values()
    compose_group_photo(TEMPLATE, [Assignment(anna)], [identity], SpotAnalyzer(*THREE), Listening())
    assert steps == [(0, 1), (1, 1)]


def test_the_report_is_json_with_the_table(anna_and_bob):
    report = json.loads(json.dumps(compose(TEMPLATE, SpotAnalyzer(*THREE), anna_and_bob, anna=3, bob=1).report()))
    assert report["faces"] == 3
    assert [(entry["person"], entry["face"], entry["fused"]) for entry in report["persons"]] == [
        ("Bob", 1, True),
        ("Anna", 3, True),
    ]
    assert len(report["likeness"]) == 2
    assert report["all_most_alike"] is True


def test_the_reprs_hold_no_name(anna_and_bob):
    group = compose(TEMPLATE, SpotAnalyzer(*THREE), anna_and_bob, anna=3)
    assert repr(group) == "GroupPhoto(1 persons, 3 faces)"
    assert repr(group.persons[0]) == "PlacedPerson(face 3, fused)"


def cell(table: np.ndarray, row: int, column: int) -> np.ndarray:
    top, left = HEADER_HEIGHT + (row + 1) * CELL_HEIGHT, GAP + (column + 1) * CELL_WIDTH
    return table[top : top + CELL_HEIGHT, left : left + CELL_WIDTH]


def pixels_of(picture: np.ndarray, color: tuple[int, int, int]) -> int:
    return int((picture == color).all(-1).sum())


def test_the_table_frames_the_diagonal_in_green(anna_and_bob):
    table = draw_likeness_table(compose(TEMPLATE, SpotAnalyzer(*THREE), anna_and_bob, anna=1, bob=3))
    for place in range(2):
        assert pixels_of(cell(table, place, place), GREEN) > 500
        assert pixels_of(cell(table, place, 1 - place), GREEN) == 0


def test_the_table_warns_of_faces_that_were_mixed_up(anna_and_bob):
    group = compose(TEMPLATE, SpotAnalyzer(*THREE), anna_and_bob, anna=1, bob=3)
    group.likeness[:] = group.likeness[::-1]
    assert not group.report()["all_most_alike"]
    assert pixels_of(cell(draw_likeness_table(group), 0, 0), AMBER) > 500


def test_a_face_that_was_left_as_it_is_is_told_with_the_reason(anna_and_bob):
    group = compose(TEMPLATE, SpotAnalyzer(*THREE), anna_and_bob, anna=1, bob=3)
    kept = replace(group, persons=(replace(group.persons[0], note="It is turned away."), group.persons[1]))
    assert [entry["fused"] for entry in kept.report()["persons"]] == [False, True]
    with_note, without = draw_likeness_table(kept), draw_likeness_table(group)
    assert len(with_note) == len(without) + NOTE_LINE_HEIGHT + GAP
    assert pixels_of(with_note[len(without) :], AMBER) > 20  # thin letters, mostly smoothed to paler ones
    assert pixels_of(cell(with_note, 0, 0), AMBER) > 20


@pytest.mark.parametrize(
    ("table", "right"),
    [
        ([[0.8, 0.1], [0.2, 0.9]], [True, True]),
        ([[0.8, 0.85], [0.2, 0.9]], [False, True]),  # the first face is more alike to the second person
        ([[0.8, 0.1], [0.85, 0.9]], [False, True]),  # the first person is more alike to the second face
    ],
)
def test_a_face_is_right_when_it_leads_both_its_row_and_its_column(anna_and_bob, table, right):
    group = replace(
        compose(TEMPLATE, SpotAnalyzer(*THREE), anna_and_bob, anna=1, bob=3), likeness=np.array(table, np.float32)
    )
    assert [group.is_most_alike(place) for place in range(2)] == right


@pytest.mark.parametrize("count", [1, 5])
def test_the_table_has_a_row_and_a_column_per_person(tmp_path, anna_and_bob, count):
    (anna, identity), _ = anna_and_bob.values()
    places = [(80 + 100 * number, 100) for number in range(count)]
    assignments = [Assignment(anna, number=number + 1) for number in range(count)]
    template = plain_photo(700, 200, PLAIN)
    group = compose_group_photo(template, assignments, [identity] * count, SpotAnalyzer(*places), SilentProgress())
    table = draw_likeness_table(group)
    columns = 1 + max(count, 3)
    assert table.shape == (HEADER_HEIGHT + (count + 1) * CELL_HEIGHT + GAP, columns * CELL_WIDTH + 2 * GAP, 3)
