import numpy as np
import pytest

from facechain.geometry import Similarity, Size
from facechain.providers.sampling import cut_out, fit_within


def gradient(width, height):
    """RGB whose red is x and green is y, so that a pixel says where it came from."""
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    return np.stack([x, y, np.zeros_like(x)], axis=2).astype(np.uint8)


def scaled_at(scale, x, y):
    """Photo pixel (x, y) -> (0, 0) at `scale`."""
    return Similarity(np.array([[scale, 0, -scale * x], [0, scale, -scale * y]]))


def test_a_small_picture_is_left_as_it_is():
    photo = gradient(60, 40)
    same, scale = fit_within(photo, 100)
    assert same is photo
    assert scale == 1


def test_a_large_picture_is_reduced_to_the_longer_side():
    reduced, scale = fit_within(gradient(200, 100), 50)
    assert Size.of(reduced) == Size(50, 25)
    assert scale == 0.25


def test_cutting_out_at_full_scale_copies_pixels():
    part = cut_out(gradient(200, 100), scaled_at(1, 30, 20), Size(8, 4))
    assert (part == gradient(200, 100)[20:24, 30:38]).all()


@pytest.mark.parametrize("scale", [0.5, 0.25, 0.3, 0.11])
def test_reduced_pixels_stay_at_their_place(scale):
    part = cut_out(gradient(250, 250), scaled_at(scale, 50, 40), Size(8, 6)).astype(float)
    # A grey level is a pixel of the photo: rounding, and bilinear weights in steps of 1/32.
    assert part[0, 0, :2] == pytest.approx([50, 40], abs=1)
    assert part[5, 7, :2] == pytest.approx([50 + 7 / scale, 40 + 5 / scale], abs=1)


def test_reduction_averages_instead_of_skipping_pixels():
    stripes = np.zeros((256, 256, 3), np.uint8)
    stripes[:, ::2] = 200
    part = cut_out(stripes, scaled_at(1 / 8, 3.5, 3.5), Size(16, 16))
    assert (part[2:-2, 2:-2] == 100).all()


def test_edge_pixels_go_on_outside_of_the_photo():
    part = cut_out(gradient(100, 100), scaled_at(1, -5, 10), Size(10, 3))
    assert part[0, :, 0].tolist() == [0, 0, 0, 0, 0, 0, 1, 2, 3, 4]


def test_a_photo_wider_than_opencv_warps_is_cut_first():
    photo = np.zeros((70, 40_000, 3), np.uint8)
    photo[:, 39_000:] = 250
    assert cut_out(photo, scaled_at(1, 39_500, 0), Size(64, 64)).min() == 250
