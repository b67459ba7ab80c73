import numpy as np
import pytest

from facechain.geometry import Similarity, Size

from .degradations import MILD, flipped, half_size, turn_matrix, turned

FACES = {"astronaut": 1, "hopper": 1, "group": 6, "profile": 1}
FACELESS = (
    *("chelsea.png", "coffee.png", "rocket.jpg", "coins.png", "hubble_deep_field.jpg", "moon.png"),
    *("brick.png", "grass.png", "gravel.png", "motorcycle_left.png", "motorcycle_right.png"),
    *("retina.jpg", "microaneurysms.png", "ihc.png", "cell.png", "clock_motion.png", "page.png", "text.png"),
)
"""Every photograph of scikit-image that shows no person."""


@pytest.mark.parametrize(("name", "count"), FACES.items())
def test_every_face_is_found_and_nothing_else(analyzer, photo, name, count):
    assert len(analyzer.detect(photo(name))) == count


@pytest.mark.parametrize("name", FACELESS)
def test_a_photo_without_people_has_no_face(analyzer, photo, name):
    assert analyzer.detect(photo(name)) == ()


@pytest.mark.parametrize("degraded", MILD, ids=lambda degraded: degraded.__name__)
@pytest.mark.parametrize("name", FACES)
def test_mild_damage_loses_no_face(damaged_faces, name, degraded):
    _, faces = damaged_faces(name, degraded)
    assert len(faces) == FACES[name]


@pytest.mark.parametrize("degrees", [-30, 30])
@pytest.mark.parametrize("name", ["astronaut", "hopper", "group"])
def test_faces_turned_by_30_degrees_are_found(analyzer, photo, name, degrees):
    assert len(analyzer.detect(turned(photo(name), degrees))) == FACES[name]


def test_faces_of_4_percent_of_the_longer_side_are_found(analyzer, photo):
    # The six faces are 97 to 123 px wide; 4 % of 2560 px is 102 px.
    group = photo("group")
    canvas = np.full((1772, 2560, 3), 120, np.uint8)
    canvas[300 : 300 + group.shape[0], 400 : 400 + group.shape[1]] = group
    assert len(analyzer.detect(canvas)) == 6


def test_a_small_picture_that_is_all_face_is_enough(analyzer, photo):
    face = photo("astronaut")[60:188, 160:288]
    assert len(analyzer.detect(half_size(face))) == 1


def test_boxes_of_a_huge_photo_are_in_its_own_pixels(analyzer, photo):
    astronaut = photo("astronaut")
    (small,), (huge,) = analyzer.detect(astronaut), analyzer.detect(astronaut.repeat(15, 0).repeat(15, 1))
    # 1 px of the small photo: what detection and mesh differ by when they see other resampled pixels.
    expected = np.array([small.box.x1, small.box.y1, small.box.x2, small.box.y2]) * 15
    assert np.allclose([huge.box.x1, huge.box.y1, huge.box.x2, huge.box.y2], expected, atol=15)


@pytest.mark.parametrize("size", [Size(1, 1), Size(3, 2000), Size(33000, 64)], ids=str)
def test_odd_sizes_are_searched_without_an_error(analyzer, size):
    assert analyzer.detect(np.zeros((size.height, size.width, 3), np.uint8)) == ()


def test_faces_come_left_to_right(analyzer, photo):
    centers = [face.box.center[0] for face in analyzer.detect(photo("group"))]
    assert centers == sorted(centers)


def test_a_face_carries_its_confidence(analyzer, photo):
    (face,) = analyzer.detect(photo("astronaut"))
    assert 0.9 < face.score <= 1
    assert face.presence == pytest.approx(1, abs=0.001)


def test_the_box_goes_from_hairline_to_chin(analyzer, photo):
    (face,) = analyzer.detect(photo("astronaut"))
    # Read off the photo with a ruler: fringe at y 70, chin at y 176, cheeks at x 179 and 271.
    found = [face.box.x1, face.box.y1, face.box.x2, face.box.y2]
    assert found == pytest.approx([179, 70, 271, 176], abs=4)


def test_the_five_landmarks_lie_on_eyes_nose_and_mouth(analyzer, photo):
    (face,) = analyzer.detect(photo("astronaut"))
    # Of an independent detector (MTCNN). A tenth of the eye distance is 4 px.
    expected = [(205, 102), (247, 104), (225, 129), (202, 139), (245, 142)]
    assert np.abs(face.landmarks.points - expected).max() < 4


def test_the_mesh_is_deepest_at_the_ears_and_nearest_at_the_nose(analyzer, photo):
    (face,) = analyzer.detect(photo("astronaut"))
    assert face.mesh.shape == (468, 3)
    assert face.mesh.dtype == np.float32
    nose, ears = face.mesh[1, 2], face.mesh[[234, 454], 2]
    # In the unit of x and y: a head is about as deep to the ears as half of its width.
    assert 0.3 < (ears.mean() - nose) / face.box.width < 1


def test_landmarks_of_half_a_photo_are_half_as_far(analyzer, photo):
    (full,), (half,) = analyzer.detect(photo("hopper")), analyzer.detect(half_size(photo("hopper")))
    # A pixel of the half photo covers two; its centre lies half a pixel further.
    expected = (full.landmarks.points - 0.5) / 2
    assert np.abs(half.landmarks.points - expected).max() < 1.5


def test_landmarks_turn_with_the_photo(analyzer, photo):
    hopper = photo("hopper")
    (upright,), (tilted,) = analyzer.detect(hopper), analyzer.detect(turned(hopper, 20))
    expected = Similarity(turn_matrix(hopper, 20)).apply(upright.landmarks.points)
    # 3 % of her eye distance of 90 px.
    assert np.abs(tilted.landmarks.points - expected).max() < 3
    assert tilted.landmarks.roll_deg - upright.landmarks.roll_deg == pytest.approx(-20, abs=2)


def test_image_left_stays_left_in_a_mirrored_photo(analyzer, photo):
    (face,) = analyzer.detect(flipped(photo("astronaut")))
    left_eye, right_eye, _, left_mouth, right_mouth = face.landmarks.points[:, 0]
    assert left_eye < right_eye
    assert left_mouth < right_mouth
