import numpy as np
import pytest
from support import PaintedFaceAnalyzer, face_at, landscape, portrait

from facechain.faces import Face
from facechain.geometry import Box, Landmarks, Similarity, Size
from facechain.upright import carry_face, clarity, find_upright_faces, given_upright, quarter_turn


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
    # The last look is at the chosen turn again, in full size.
    found = find_upright_faces(WeakAnalyzer(0.4, 0.5, 0.7, 0.2, 0.7), landscape(400, 300))
    # The second turn that is tried is three quarters anticlockwise.
    assert found.to_photo.apply(np.array([[0.0, 0.0]]))[0].tolist() == [0, 299]


def test_no_further_turn_is_tried_after_a_clear_one():
    analyzer = WeakAnalyzer(0.4, 0.9, 0.9)
    found = find_upright_faces(analyzer, landscape(400, 300))
    assert next(analyzer.scores, None) is None
    # The first turn that is tried is a quarter anticlockwise.
    assert found.to_photo.apply(np.array([[0.0, 0.0]]))[0].tolist() == [399, 0]


class SizesAnalyzer(PaintedFaceAnalyzer):
    """Finds nobody and remembers the pictures' sizes."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[tuple[int, ...]] = []

    def detect(self, image: np.ndarray) -> tuple[Face, ...]:
        self.sizes.append(image.shape[:2])
        return ()


def test_turns_of_a_large_photo_are_tried_on_a_small_copy():
    analyzer = SizesAnalyzer()
    find_upright_faces(analyzer, landscape(2560, 1280))
    assert analyzer.sizes == [(1280, 2560), (1280, 640), (1280, 640), (640, 1280)]


def test_a_large_lying_photo_is_looked_at_in_full_size_in_the_end():
    painted = face_at(900, 800, 300)
    photo = np.ascontiguousarray(np.rot90(portrait(1800, 2000, painted)))
    found = find_upright_faces(PaintedFaceAnalyzer(), photo)
    assert found.image.shape == (2000, 1800, 3)
    assert found.faces[0].landmarks.points == pytest.approx(painted.landmarks, abs=0.5)


def rolled(roll_deg: float, score: float = 0.9, presence: float | None = None) -> Face:
    landmarks = Landmarks(face_at(50, 50, 20, roll_deg=roll_deg).landmarks)
    return Face(Box(10, 10, 90, 90), landmarks, score, presence=presence)


@pytest.mark.parametrize(
    ("faces", "expected"),
    [
        ((), 0),
        ((rolled(0),), 0.9),
        ((rolled(0, 0.9, 0.5),), 0.45),
        ((rolled(40),), 0.9),
        ((rolled(90),), 0),
        ((rolled(0), rolled(30)), 0.9),
        # One of three faces is upright.
        ((rolled(0), rolled(90), rolled(80)), 0.3),
    ],
)
def test_a_photo_is_clear_when_its_faces_stand(faces, expected):
    assert clarity(faces) == pytest.approx(expected)


def test_faces_found_by_somebody_else_are_taken_with_the_photo_as_it_is():
    photo, faces = landscape(40, 30), (rolled(90),)
    found = given_upright(photo, faces)
    assert found.image is photo
    assert found.faces is faces
    assert found.to_photo.apply(np.array([[7.0, 5.0]]))[0].tolist() == [7, 5]


def test_the_mesh_is_carried_with_its_depth_in_the_new_unit():
    mesh = np.tile(np.array([[10, 20, 3]], np.float32), (468, 1))
    face = Face(Box(0, 0, 10, 10), Landmarks(face_at(5, 4, 4).landmarks), 0.9, mesh=mesh)
    doubled = carry_face(face, Similarity(np.array([[2, 0, 1], [0, 2, 0]])))
    assert doubled.mesh is not None
    assert doubled.mesh[0].tolist() == [21, 40, 6]
