"""An eye as numbers: computed by hand, in any turn, and in the mirror."""

import math

import numpy as np
import pytest

from facechain.providers.iris import INPUT_PX, Eye, region_of_eye


def eye(iris: tuple[float, float], *, turn_deg: float = 0.0, half_height: float = 4.0) -> Eye:
    """An eye 16 px wide around (100, 50), its lids `half_height` from the middle between the corners."""
    along = np.linspace(-8, 8, 9)
    bow = half_height * (1 - (along / 8) ** 2)
    angle = math.radians(turn_deg)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])

    def placed(points: np.ndarray) -> np.ndarray:
        return points @ turn + [100, 50]

    upper, lower = np.column_stack([along, -bow]), np.column_stack([along, bow])
    return Eye(placed(lower[[0, -1]]), placed(upper), placed(lower), placed(np.array([iris]))[0])


@pytest.mark.parametrize("turn_deg", [0, 30, -75])
@pytest.mark.parametrize(
    ("iris", "across", "down"), [((0, 0), 0, 0), ((-8, 0), -1, 0), ((4, 0), 0.5, 0), ((0, 2), 0, 0.5), ((0, -4), 0, -1)]
)
def test_the_iris_is_measured_between_corners_and_lids(iris, across, down, turn_deg):
    measured = eye(iris, turn_deg=turn_deg)
    assert measured.across == pytest.approx(across, abs=1e-6)
    assert measured.down == pytest.approx(down, abs=1e-6)


@pytest.mark.parametrize("turn_deg", [0, 30])
def test_openness_is_height_over_width(turn_deg):
    assert eye((0, 0), turn_deg=turn_deg).openness == pytest.approx(8 / 16)


def test_lids_that_cross_are_closed():
    crossed = eye((0, 0), half_height=-1)
    assert crossed.openness == 0
    assert crossed.down == 0


def test_the_region_is_2_3_eyes_wide_and_centred():
    to_input = region_of_eye(np.array([90.0, 50.0]), np.array([110.0, 50.0]))
    middle = (INPUT_PX - 1) / 2
    assert to_input.apply(np.array([[100.0, 50.0]]))[0] == pytest.approx([middle, middle])
    assert to_input.scale == pytest.approx(INPUT_PX / (2.3 * 20))


def test_the_region_is_turned_with_the_eye():
    outer, inner = np.array([90.0, 40.0]), np.array([104.0, 54.0])
    start, end = region_of_eye(outer, inner).apply(np.stack([outer, inner]))
    assert start[1] == pytest.approx(end[1])
    assert start[0] < end[0]
