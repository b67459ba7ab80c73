"""Outlines of faces, and the pixels inside."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_mesh import ball_face, ball_mesh
from support_people import face_at

from facechain.face_ovals import distance_to, face_oval, oval_pixels
from facechain.geometry import Size

SQUARE = np.array([(2.0, 1.0), (5.0, 1.0), (5.0, 3.0), (2.0, 3.0)])


def test_pixels_on_the_outline_are_inside():
    inside = oval_pixels([SQUARE], Size(8, 6))
    assert np.argwhere(inside).tolist() == [[y, x] for y in (1, 2, 3) for x in (2, 3, 4, 5)]


def test_a_pixel_whose_centre_is_outside_is_not_inside():
    assert np.argwhere(oval_pixels([SQUARE + 0.4], Size(8, 6))).tolist() == [[y, x] for y in (2, 3) for x in (3, 4, 5)]


def test_several_outlines_are_taken_together():
    assert oval_pixels([SQUARE, SQUARE + np.array([3, 0])], Size(9, 6)).sum() == 12 + 9
    assert not oval_pixels([], Size(9, 6)).any()


@settings(deadline=None, max_examples=60)
@given(
    x=st.floats(-40, 140),
    y=st.floats(-40, 140),
    side=st.floats(1, 300),
    left=st.integers(0, 60),
    top=st.integers(0, 60),
)
def test_a_part_of_a_picture_has_the_same_pixels_as_the_whole(x, y, side, left, top):
    oval = face_oval(face_at(x, y, side))
    whole = oval_pixels([oval], Size(100, 90))
    part = oval_pixels([oval - np.array([left, top])], Size(100 - left, 90 - top))
    assert (part == whole[top:, left:]).all()


def test_an_outline_far_larger_than_the_picture_covers_it():
    assert oval_pixels([face_oval(face_at(50, 50, 1e6))], Size(100, 80)).all()


def test_the_outline_without_a_mesh_touches_all_sides_of_the_box():
    oval = face_oval(face_at(100, 60, 40))
    assert (oval.min(0), oval.max(0)) == (pytest.approx([80, 40]), pytest.approx([120, 80]))


def test_the_outline_of_a_turned_head_holds_its_whole_mesh():
    mesh = ball_mesh(100, 100, 60, yaw_deg=50)
    inside = oval_pixels([face_oval(ball_face(mesh))], Size(200, 200))
    # Inner points lie on the picture's pixels to within half a pixel of the outline.
    assert distance_to(inside)[tuple(np.rint(mesh[:, :2]).astype(int).T[::-1])].max() <= 1


def test_distances_are_pixels_to_the_nearest_one():
    pixels = np.zeros((5, 9), bool)
    pixels[2, 1] = True
    assert distance_to(pixels)[2].tolist() == [1, 0, 1, 2, 3, 4, 5, 6, 7]
    assert distance_to(pixels)[0, 3] == pytest.approx(8**0.5)


def test_nothing_is_infinitely_far():
    assert np.isinf(distance_to(np.zeros((3, 3), bool))).all()
