"""The strongest closed line around a point."""

import numpy as np

from facechain.closed_path import closed_path


def test_a_ring_is_followed_all_around():
    strength = np.zeros((24, 12))
    strength[:, 7] = 1
    assert closed_path(strength).tolist() == [7] * 24


def test_a_wave_is_followed_as_far_as_it_is_smooth():
    radii = np.rint(6 + 3 * np.sin(np.arange(36) / 36 * 2 * np.pi)).astype(int)
    strength = np.zeros((36, 14))
    strength[np.arange(36), radii] = 5
    assert closed_path(strength).tolist() == radii.tolist()


def test_one_bright_spot_does_not_pull_the_line_away():
    strength = np.zeros((24, 12))
    strength[:, 3] = 1
    strength[10, 11] = 3
    # There and back is eight radii, of which four steps of two cost more than the spot gives.
    assert closed_path(strength).tolist() == [3] * 24
