import math

import numpy as np
import pytest

from facechain.geometry import Box
from facechain.providers.facemesh import Region, face_box, five_landmarks, region_of_box, region_of_mesh


def mesh(points):
    """A mesh whose points all lie at (100, 100), except for those given by index."""
    mesh = np.full((468, 3), 100.0, np.float32)
    for index, place in points.items():
        mesh[index, :2] = place
    return mesh


def test_an_upright_region_maps_its_corners_to_those_of_the_input():
    to_input = Region((100, 80), 96, 0).to_input()
    # Corners of the square, between pixel centres: -0.5 and 191.5 of the 192 px input.
    corners = np.array([[52, 32], [148, 128]])
    assert to_input.apply(corners) == pytest.approx(np.array([[-0.5, -0.5], [191.5, 191.5]]))


def test_a_turned_region_makes_the_eye_line_level():
    region = Region((0, 0), 192, math.radians(30))
    along_the_eyes = np.array([[0, 0], [math.cos(math.radians(30)), math.sin(math.radians(30))]])
    start, end = region.to_input().apply(along_the_eyes)
    assert end - start == pytest.approx([1, 0])


def test_the_region_of_a_box_is_half_as_large_again():
    region = region_of_box(Box(10, 20, 50, 80), np.array([20, 40]), np.array([40, 60]))
    assert region.center == (30, 50)
    assert region.side == 90
    assert math.degrees(region.roll_rad) == pytest.approx(45)


def test_the_region_of_a_mesh_is_centred_on_it_and_turned_with_it():
    # A face lying on its side: eyes one above the other, 40 px of face along y and 20 px along x.
    points = mesh({33: (100, 90), 263: (100, 110), 10: (110, 100), 152: (90, 100), 234: (100, 80), 454: (100, 120)})
    region = region_of_mesh(points)
    assert region.center == pytest.approx((100, 100))
    assert region.side == pytest.approx(60)
    assert math.degrees(region.roll_rad) == pytest.approx(90)


def test_the_box_is_the_smallest_around_the_mesh():
    box = face_box(mesh({10: (90, 60), 152: (105, 180)}))
    assert (box.x1, box.y1, box.x2, box.y2) == (90, 60, 105, 180)


def test_the_eye_centre_is_the_mean_of_corners_and_lids():
    corners_and_lids = {33: (60, 90), 133: (80, 90), 159: (70, 86), 145: (70, 94)}
    landmarks = five_landmarks(mesh(corners_and_lids | {1: (95, 110), 61: (80, 130), 291: (110, 131)}))
    assert landmarks.points.tolist() == [[70, 90], [100, 100], [95, 110], [80, 130], [110, 131]]
