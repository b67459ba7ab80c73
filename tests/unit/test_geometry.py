import numpy as np
import pytest

from facechain.errors import DegenerateLandmarks, InvalidSetting
from facechain.geometry import Box, Landmarks, Similarity, Size, estimate_similarity

UPRIGHT = [(10, 10), (30, 10), (20, 20), (14, 30), (26, 30)]


def quarter_clockwise(shift: tuple[float, float]) -> Similarity:
    """A turn by 90 degrees clockwise (y down), doubled, then shifted: (x, y) -> (-2y, 2x) + shift."""
    return Similarity(np.array([[0, -2, shift[0]], [2, 0, shift[1]]]))


def test_size_reads_width_and_height_of_an_array():
    assert Size.of(np.zeros((100, 200, 3))) == Size(width=200, height=100)


def test_an_empty_size_is_refused():
    with pytest.raises(InvalidSetting, match="Size 0x5 is empty"):
        Size(0, 5)


def test_a_box_knows_its_sides_area_and_center():
    box = Box(10, 20, 40, 60)
    assert (box.width, box.height, box.area, box.center) == (30, 40, 1200, (25, 40))


def test_an_empty_box_is_refused():
    with pytest.raises(InvalidSetting, match="is empty"):
        Box(10, 0, 10, 5)


def test_a_box_is_clipped_to_the_photo():
    assert Box(-5, -5, 300, 50).clipped(Size(200, 100)) == Box(0, 0, 200, 50)


def test_a_box_outside_of_the_photo_cannot_be_clipped():
    with pytest.raises(InvalidSetting, match="is empty"):
        Box(300, 0, 310, 10).clipped(Size(200, 100))


def test_overlap_is_measured_over_the_smaller_box():
    large, inside, half, apart = Box(0, 0, 10, 10), Box(2, 2, 4, 4), Box(-1, 0, 1, 2), Box(20, 0, 30, 10)
    assert large.overlap_over_smaller(inside) == 1
    assert large.overlap_over_smaller(half) == 0.5
    assert large.overlap_over_smaller(apart) == 0


def test_landmarks_know_eye_distance_and_roll():
    assert Landmarks(np.array(UPRIGHT)).eye_distance == 20
    assert Landmarks(np.array(UPRIGHT)).roll_deg == 0
    rolled = Landmarks(quarter_clockwise((100, 0)).apply(np.array(UPRIGHT)))
    assert rolled.roll_deg == pytest.approx(90)


def test_landmarks_cannot_be_changed():
    points = np.array(UPRIGHT, np.float32)
    landmarks = Landmarks(points)
    points[0] = 0
    assert tuple(landmarks.points[0]) == (10, 10)
    with pytest.raises(ValueError, match="read-only"):
        landmarks.points[0] = 0


def test_landmarks_are_five_points():
    with pytest.raises(InvalidSetting, match=r"shape \(5, 2\), got \(4, 2\)"):
        Landmarks(np.zeros((4, 2)))


def test_a_similarity_turns_scales_and_shifts():
    transform = quarter_clockwise((100, 7))
    assert transform.scale == 2
    assert transform.apply(np.array([[3.0, 4.0]])).tolist() == [[92, 13]]


def test_the_inverse_undoes_a_similarity():
    transform = quarter_clockwise((100, 7))
    points = np.array([[3.0, 4.0], [-1.0, 250.0]])
    assert transform.inverse().apply(transform.apply(points)) == pytest.approx(points)


def test_then_applies_the_second_transform_last():
    shift = Similarity(np.array([[1, 0, 5], [0, 1, 0]]))
    turn = quarter_clockwise((0, 0))
    assert shift.then(turn).apply(np.array([[1.0, 0.0]])).tolist() == [[0, 12]]
    assert turn.then(shift).apply(np.array([[1.0, 0.0]])).tolist() == [[5, 2]]


@pytest.mark.parametrize("seed", range(20))
def test_an_estimate_finds_the_similarity_it_was_made_of(seed):
    draw = np.random.default_rng(seed)
    angle, scale = draw.uniform(-np.pi, np.pi), draw.uniform(0.05, 20)
    cosine, sine = scale * np.cos(angle), scale * np.sin(angle)
    x, y = draw.uniform(-8000, 8000, 2)
    expected = Similarity(np.array([[cosine, -sine, x], [sine, cosine, y]]))
    points = draw.uniform(0, 8000, (5, 2))
    # float64 throughout; 1e-6 of a pixel at 8000 px.
    assert estimate_similarity(points, expected.apply(points)).matrix == pytest.approx(expected.matrix, abs=1e-6)


def test_an_estimate_never_mirrors():
    points = np.array(UPRIGHT, float)
    mirrored = points * [-1, 1]
    linear = estimate_similarity(points, mirrored).matrix[:, :2]
    assert np.linalg.det(linear) > 0


def test_two_points_are_enough_for_an_estimate():
    transform = estimate_similarity(np.array([[0.0, 0], [10, 0]]), np.array([[5.0, 5], [5, 25]]))
    assert transform.apply(np.array([[10.0, 0.0]])) == pytest.approx(np.array([[5, 25]]))


def test_points_that_coincide_give_no_similarity():
    with pytest.raises(DegenerateLandmarks, match="at one point"):
        estimate_similarity(np.full((5, 2), 7.0), np.array(UPRIGHT))
