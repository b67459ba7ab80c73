import cv2
import numpy as np
import pytest

from facechain.geometry import Similarity, Size
from facechain.warp import Outside, warp


def shift_by(x: float, y: float, scale: float = 1.0) -> Similarity:
    return Similarity(np.array([[scale, 0, x], [0, scale, y]]))


def noise(height: int = 60, width: int = 80) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)


def fine_stripes(side: int) -> np.ndarray:
    """Columns that are black and white by turns: grey from afar."""
    columns = np.arange(side) % 2 * 255
    return np.repeat(np.tile(columns.astype(np.uint8), (side, 1))[..., None], 3, axis=2)


def test_a_shift_by_whole_pixels_copies_them():
    photo = noise()
    crop = warp(photo, shift_by(-10, -20), Size(30, 30))
    assert (crop == photo[20:50, 10:40]).all()


def test_a_quarter_turn_copies_pixels():
    photo = noise(60, 60)
    clockwise = Similarity(np.array([[0, -1, 59], [1, 0, 0]]))
    assert (warp(photo, clockwise, Size(60, 60)) == np.rot90(photo, -1)).all()


def test_a_photo_shrunk_to_half_is_the_mean_of_its_pixels():
    photo = np.kron(noise(30, 30), np.ones((2, 2, 1), np.uint8))
    # The middle of pixels 0 and 1 is 0.5, where the first pixel of the crop lies.
    crop = warp(photo, shift_by(-0.25, -0.25, 0.5), Size(30, 30))
    assert (crop == photo[::2, ::2]).all()


@pytest.mark.parametrize("factor", [2, 3.3, 7, 40])
def test_fine_stripes_become_grey_when_they_shrink(factor):
    photo = fine_stripes(1600)
    crop = warp(photo, shift_by(0, 0, 1 / factor), Size(30, 30)).astype(int)
    # An aliased crop would swing between 0 and 255; the first and last pixels see the border.
    assert np.abs(crop[2:-2, 2:-2] - 127.5).max() < 30


def test_an_enlarged_edge_stays_sharp():
    photo = np.zeros((40, 40, 3), np.uint8)
    photo[:, 20:] = 255
    row = warp(photo, shift_by(0, 0, 4), Size(160, 160))[80, :, 0].astype(int)
    # Linear interpolation spreads the step over 4 pixels, Lanczos has nearly all of it in 3.
    assert np.diff(row)[76:80].max() > 255 / 4


@pytest.mark.parametrize("scale", [1.7, 0.4, 0.13])
def test_a_crop_is_the_middle_of_a_larger_crop(scale):
    photo = noise(600, 600)
    small = warp(photo, shift_by(-250 * scale, -250 * scale, scale), Size(24, 24)).astype(int)
    large = warp(photo, shift_by(8 - 250 * scale, 8 - 250 * scale, scale), Size(40, 40)).astype(int)
    # 2 levels: OpenCV's interpolation tables have steps of 1/32 px.
    assert np.abs(small - large[8:32, 8:32]).max() <= 2


@pytest.mark.parametrize(("outside", "value"), [(Outside.WHITE, 255), (Outside.BLACK, 0), (Outside.REPLICATE, 90)])
def test_beyond_the_photo_lies_what_was_asked_for(outside, value):
    photo = np.full((50, 50, 3), 90, np.uint8)
    crop = warp(photo, shift_by(20, 0), Size(50, 50), outside)
    assert (crop[:, :19] == value).all()
    assert (crop[:, 21:] == 90).all()


def test_beyond_the_photo_it_may_be_mirrored():
    photo = noise(60, 80)
    crop = warp(photo, shift_by(20, 10), Size(80, 60), Outside.MIRROR)
    assert (crop[10:, 20:] == photo[:50, :60]).all()
    assert (crop[10:, :20] == photo[:50, :20][:, ::-1]).all()
    assert (crop[:10, 20:] == photo[:10, :60][::-1]).all()


def test_a_mirrored_photo_goes_on_where_the_crop_is_larger_than_two_of_it():
    row = warp(noise(4, 5), shift_by(20, 0), Size(45, 4), Outside.MIRROR)[0]
    assert (row[:10] == row[10:20][::-1]).all()
    assert (row[10:20] == row[20:30][::-1]).all()


def test_beyond_the_photo_the_mirrored_part_may_be_blurred():
    photo = noise(200, 200)
    crop = warp(photo, shift_by(100, 0), Size(200, 200), Outside.BLURRED)
    mirrored = warp(photo, shift_by(100, 0), Size(200, 200), Outside.MIRROR)
    assert (crop[:, 100:] == photo[:, :100]).all()
    # At the edge nearly nothing of the blur, from a tenth of the side on nothing of the noise.
    near, far = crop[:, 95:100].std(), crop[:, :75].std()
    assert near == pytest.approx(mirrored[:, 95:100].std(), rel=0.3)
    assert far < 0.1 * mirrored[:, :75].std()


@pytest.mark.parametrize("outside", list(Outside))
def test_a_crop_inside_of_the_photo_does_not_depend_on_what_is_outside(outside):
    photo = noise(100, 100)
    turned = Similarity(np.array([[0.8, -0.6, 5], [0.6, 0.8, -45]]))
    assert (warp(photo, turned, Size(20, 20), outside) == warp(photo, turned, Size(20, 20))).all()


def test_the_edge_of_the_photo_does_not_ring():
    photo = np.full((50, 50, 3), 200, np.uint8)
    turned = Similarity(np.array([[0.8, -0.6, 30], [0.6, 0.8, -10]]))
    crop = warp(photo, turned, Size(80, 80))
    assert crop.min() >= 200
    assert crop.max() == 255


def test_a_crop_that_misses_the_photo_is_white():
    assert (warp(noise(), shift_by(5000, 0), Size(16, 16)) == 255).all()


def test_a_photo_wider_than_opencv_can_warp_is_cut_and_shrunk_first():
    photo = np.zeros((64, 40_000, 3), np.uint8)
    photo[:, 39_000:39_064] = 255
    near = warp(photo, shift_by(-39_000, 0), Size(64, 64))
    far = warp(photo, shift_by(0, 0, 64 / 40_000), Size(64, 64), Outside.BLACK)
    assert (near == 255).all()
    assert far[0, 62, 0] > 0
    assert far[0, :60].max() == 0


def test_a_shrunk_photo_stays_in_place():
    photo = np.zeros((1000, 1000, 3), np.uint8)
    cv2.circle(photo, (700, 300), 60, (255, 255, 255), -1)
    transform = shift_by(3.3, -1.7, 0.137)
    crop = warp(photo, transform, Size(140, 140), Outside.BLACK)[..., 0].astype(float)
    rows, columns = np.mgrid[:140, :140]
    center = np.array([(columns * crop).sum(), (rows * crop).sum()]) / crop.sum()
    # 0.02 px of the crop: the interpolation tables of OpenCV have steps of 1/32 px.
    assert center == pytest.approx(transform.apply(np.array([[700.0, 300.0]]))[0], abs=0.02)
