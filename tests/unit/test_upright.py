import numpy as np
import pytest
from support import PaintedFaceAnalyzer, face_at, landscape, portrait

from facechain.faces import Face
from facechain.geometry import Box, Landmarks, Similarity, Size
from facechain.upright import carry_face, find_upright_faces, quarter_turn


@pytest.mark.parametrize("quarters", range(4))
def test_a_quarter_turn_carries_points_as_numpy_carries_pixels(quarters):
    photo = np.zeros((30, 40), np.uint8)
    photo[5, 7] = 1
    x, y = quarter_turn(Size(40, 30), quarters).apply(np.array([[7.0, 5.0]]))[0]
    assert np.rot90(photo, quarters)[int(y), int(x)] == 1


def test_an_upright_photo_is_looked_at_once():
    analyzer = PaintedFaceAnalyzer()
    find_upright_faces(analyzer, portrait(300, 400))
    assert analyzer.detections == 1


@pytest.mark.parametrize("quarters", range(4))
def test_a_lying_photo_is_turned_until_its_face_stands(quarters):
    painted = face_at(130, 150, 40)
    photo = np.ascontiguousarray(np.rot90(portrait(300, 400, painted), quarters))
    found = find_upright_faces(PaintedFaceAnalyzer(), photo)
    assert found.image.shape == (400, 300, 3)
    assert found.faces[0].landmarks.points == pytest.approx(painted.landmarks, abs=0.5)


@pytest.mark.parametrize("quarters", range(4))
def test_faces_of_a_turned_photo_are_carried_back_to_its_own_pixels(quarters):
    painted = face_at(130, 150, 40)
    photo = np.ascontiguousarray(np.rot90(portrait(300, 400, painted), quarters))
    found = find_upright_faces(PaintedFaceAnalyzer(), photo)
    face = carry_face(found.faces[0], found.to_photo)
    expected = quarter_turn(Size(300, 400), quarters).apply(painted.landmarks)
    assert face.landmarks.points == pytest.approx(expected, abs=0.5)


def test_a_photo_without_a_face_is_not_turned():
    photo = landscape(400, 300)
    found = find_upright_faces(PaintedFaceAnalyzer(), photo)
    assert found.image is photo
    assert found.faces == ()


class WeakAnalyzer(PaintedFaceAnalyzer):
    """Sees a weak face in every photo, and gives each next look a lower or higher score."""

    def __init__(self, *scores: float) -> None:
        super().__init__()
        self.scores = iter(scores)

    def detect(self, image: np.ndarray) -> tuple[Face, ...]:
        score = next(self.scores)
        return (Face(Box(10, 10, 30, 30), Landmarks(face_at(20, 18, 10).landmarks), score),)


def test_a_weak_face_is_kept_upright_when_no_turn_shows_a_clearer_one():
    photo = landscape(400, 300)
    assert find_upright_faces(WeakAnalyzer(0.6, 0.5, 0.6, 0.2), photo).image is photo


def test_a_weak_face_gives_way_to_a_clearer_turn():
    found = find_upright_faces(WeakAnalyzer(0.4, 0.5, 0.9, 0.2), landscape(400, 300))
    # The second turn that is tried is three quarters anticlockwise.
    assert found.to_photo.apply(np.array([[0.0, 0.0]]))[0].tolist() == [0, 299]


def test_the_mesh_is_carried_with_its_depth_in_the_new_unit():
    mesh = np.tile(np.array([[10, 20, 3]], np.float32), (468, 1))
    face = Face(Box(0, 0, 10, 10), Landmarks(face_at(5, 4, 4).landmarks), 0.9, mesh=mesh)
    doubled = carry_face(face, Similarity(np.array([[2, 0, 1], [0, 2, 0]])))
    assert doubled.mesh is not None
    assert doubled.mesh[0].tolist() == [21, 40, 6]
