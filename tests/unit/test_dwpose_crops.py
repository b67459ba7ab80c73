"""What DWPose's network sees of a person, and where its answers lie in the photo."""

from __future__ import annotations

import numpy as np
import pytest

from facechain.geometry import Box
from facechain.providers.dwpose import crop_of, decode, in_photo, region_around

OWN_SIZE = Box(0, 0, 288, 384)
"""A region as large as the input of the network."""


def bins(x: dict[int, float], y: dict[int, float]) -> tuple[np.ndarray, np.ndarray]:
    """simcc_x and simcc_y of one person whose first point has these values, and all else is -1."""
    simcc_x, simcc_y = np.full((1, 133, 576), -1.0, np.float32), np.full((1, 133, 768), -1.0, np.float32)
    for axis, values in ((simcc_x, x), (simcc_y, y)):
        for number, value in values.items():
            axis[0, 0, number] = value
    return simcc_x, simcc_y


def test_a_high_box_is_widened_to_three_by_four_after_a_quarter_is_added():
    region = region_around(Box(100, 100, 200, 420))  # 320 high: 240 wide at 3:4
    assert region == Box(0, 60, 300, 460)


def test_a_wide_box_is_heightened():
    assert region_around(Box(100, 100, 340, 200)) == Box(70, -50, 370, 350)


def test_a_crop_of_the_networks_own_size_is_the_photo_itself():
    photo = np.random.default_rng(0).integers(0, 256, (500, 400, 3)).astype(np.uint8)
    assert (crop_of(photo, Box(40, 50, 328, 434)) == photo[50:434, 40:328]).all()


def test_a_crop_is_black_outside_of_the_photo():
    crop = crop_of(np.full((384, 288, 3), 200, np.uint8), Box(-144, 0, 144, 384))
    assert crop.shape == (384, 288, 3)
    assert (crop[:, :144] == 0).all()
    assert (crop[:, 144:] == 200).all()


def test_a_photo_too_long_for_opencv_is_cropped_all_the_same():
    photo = np.random.default_rng(0).integers(0, 256, (384, 33000, 3)).astype(np.uint8)
    assert (crop_of(photo, Box(32000, 0, 32288, 384)) == photo[:, 32000:32288]).all()


def test_a_point_lies_at_half_the_number_of_its_likeliest_bins():
    (points,) = decode(*bins({101: 0.8, 400: 0.7}, {30: 0.9}))
    assert points[0] == pytest.approx([50.5, 15, 0.8])


def test_a_point_is_as_certain_as_its_less_certain_axis():
    (points,) = decode(*bins({0: 0.9}, {0: 0.4}))
    assert points[0, 2] == pytest.approx(0.4)


def test_scores_stay_between_0_and_1():
    (points,) = decode(*bins({0: 7.0}, {0: 3.0}))
    assert points[0, 2] == 1
    assert (points[1:, 2] == 0).all()


def test_a_point_of_the_crop_comes_back_to_where_it_was_in_the_photo():
    # Twice the size of the input, so each of its pixels is two of the photo.
    ((x, y, score),) = in_photo(np.array([[10, 20, 0.5]]), Box(100, 200, 676, 968))
    assert (x, y, score) == (120, 240, 0.5)
    assert in_photo(np.array([[10, 20, 0.5]]), OWN_SIZE).tolist() == [[10, 20, 0.5]]
