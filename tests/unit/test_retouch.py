"""Retouching of skin: spots go, everything that belongs to the person stays."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from facechain.errors import InvalidSetting
from facechain.retouch import DEFAULT_STRENGTH, retouch_skin

SIDE, FACE_WIDTH = 200, 160
SKIN, DARK_SKIN = (200, 160, 140), (90, 62, 50)
MIDDLE = SIDE // 2


def pored_skin(color: tuple[int, int, int] = SKIN) -> np.ndarray:
    """Skin with pores: noise of 2 % deviation, which differs from pixel to pixel."""
    noise = np.random.default_rng(0).normal(0, 0.02, (SIDE, SIDE, 1))
    return np.clip(np.array(color) * (1 + noise), 0, 255).round().astype(np.uint8)


def darkened(image: np.ndarray, shade: np.ndarray) -> np.ndarray:
    """`image` with the share `shade` (height, width) of its light taken."""
    return (image * (1 - shade[..., None])).round().astype(np.uint8)


def round_spot(sigma: float, depth: float) -> np.ndarray:
    rows, columns = np.mgrid[:SIDE, :SIDE]
    return depth * np.exp(-((rows - MIDDLE) ** 2 + (columns - MIDDLE) ** 2) / (2 * sigma**2))


def line(thickness: int, depth: float) -> np.ndarray:
    shade = np.zeros((SIDE, SIDE), np.float32)
    cv2.line(shade, (40, MIDDLE), (160, MIDDLE + 20), depth, thickness, cv2.LINE_AA)
    return shade


def retouched(image: np.ndarray, strength: float = DEFAULT_STRENGTH, skin: np.ndarray | None = None) -> np.ndarray:
    everywhere = np.ones(image.shape[:2], np.float32)
    return retouch_skin(image, everywhere if skin is None else skin, strength, FACE_WIDTH)


def mean_around_the_middle(image: np.ndarray, half: int = 3) -> float:
    return float(image[MIDDLE - half : MIDDLE + half + 1, MIDDLE - half : MIDDLE + half + 1].mean())


@pytest.mark.parametrize("color", [SKIN, DARK_SKIN])
@pytest.mark.parametrize("sigma", [1.6, 2.8, 4.0])
def test_a_spot_of_one_to_two_and_a_half_percent_loses_most_of_its_depth(color, sigma):
    clean = pored_skin(color)
    spotted = darkened(clean, round_spot(sigma, 0.25))
    half = int(sigma)
    before = mean_around_the_middle(clean, half) - mean_around_the_middle(spotted, half)
    after = mean_around_the_middle(retouched(clean), half) - mean_around_the_middle(retouched(spotted), half)
    assert after < 0.4 * before


def test_strength_one_takes_more_than_the_default():
    spotted = darkened(pored_skin(), round_spot(3, 0.25))
    weak, usual, full = (mean_around_the_middle(retouched(spotted, strength)) for strength in (0.2, 0.6, 1.0))
    assert mean_around_the_middle(spotted) < weak < usual < full


def test_strength_zero_returns_the_picture_bit_by_bit():
    spotted = darkened(pored_skin(), round_spot(3, 0.25))
    assert (retouched(spotted, 0) == spotted).all()


def test_pixels_outside_of_the_skin_are_untouched_bit_by_bit():
    spotted = darkened(pored_skin(), round_spot(3, 0.25))
    skin = np.zeros((SIDE, SIDE), np.float32)
    skin[50:150, 50:150] = 1
    after = retouched(spotted, 1, skin)
    assert (after[skin == 0] == spotted[skin == 0]).all()
    assert (after[skin == 1] != spotted[skin == 1]).any()


def test_the_input_is_not_changed():
    spotted = darkened(pored_skin(), round_spot(3, 0.25))
    copy = spotted.copy()
    retouched(spotted)
    assert (spotted == copy).all()


@pytest.mark.parametrize("color", [SKIN, DARK_SKIN])
def test_every_channel_keeps_its_mean(color):
    spotted = darkened(pored_skin(color), round_spot(4, 0.3))
    before, after = spotted.mean((0, 1)), retouched(spotted, 1).mean((0, 1))
    # Rounding to whole levels averages out.
    assert np.abs(after - before).max() < 0.05


def test_pores_stay():
    clean = pored_skin()
    fine_before, fine_after = (np.diff(image.astype(float), axis=1).std() for image in (clean, retouched(clean)))
    assert fine_after > 0.9 * fine_before


def test_a_wrinkle_stays():
    clean, wrinkled = pored_skin(), darkened(pored_skin(), line(3, 0.25))
    on_it = line(3, 1) > 0.9
    before = clean[on_it].mean() - wrinkled[on_it].mean()
    after = retouched(clean, 1)[on_it].mean() - retouched(wrinkled, 1)[on_it].mean()
    assert after > 0.8 * before


def test_a_mole_stays():
    marked = darkened(pored_skin(), round_spot(3, 0.6))
    # 1 %: pores and faint blotches on it are evened all the same.
    assert mean_around_the_middle(retouched(marked, 1), 1) == pytest.approx(mean_around_the_middle(marked, 1), rel=0.01)


def test_freckles_all_over_stay_for_the_most_part():
    clean, freckled = pored_skin(), pored_skin()
    places = [(x, y) for x in range(12, SIDE, 16) for y in range(12, SIDE, 16)]
    for x, y in places:
        cv2.circle(freckled, (x, y), 2, tuple(0.93 * channel for channel in SKIN), -1, cv2.LINE_AA)
    at = tuple(np.array([(y, x) for x, y in places]).T)
    before = clean[at].mean() - freckled[at].mean()
    assert retouched(clean)[at].mean() - retouched(freckled)[at].mean() > 0.5 * before


def test_the_light_on_a_cheek_stays():
    slope = np.linspace(0, 0.5, SIDE)[None, :] * np.ones((SIDE, 1))
    shaded = darkened(np.full((SIDE, SIDE, 3), SKIN, np.uint8), slope)
    # Away from the border, which no blur sees beyond of; two levels are rounding, there and back.
    change = np.abs(retouched(shaded, 1).astype(int) - shaded)[20:-20, 20:-20]
    assert change.max() <= 2


def test_a_spot_is_found_whatever_the_size_of_the_picture():
    spotted = darkened(pored_skin(), round_spot(3, 0.25))
    large = cv2.resize(spotted, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    after = retouch_skin(large, np.ones(large.shape[:2], np.float32), 0.6, FACE_WIDTH * 4)
    before, now = (image[396:408, 396:408].mean() for image in (large, after))
    assert (np.mean(SKIN) - now) < 0.4 * (np.mean(SKIN) - before)


def test_an_empty_mask_changes_nothing():
    spotted = darkened(pored_skin(), round_spot(3, 0.25))
    assert (retouched(spotted, 1, np.zeros((SIDE, SIDE), np.float32)) == spotted).all()


@pytest.mark.parametrize("strength", [-0.1, 1.1])
def test_a_strength_beyond_its_range_is_refused(strength):
    with pytest.raises(InvalidSetting, match=r"strength .* is not between 0 and 1"):
        retouched(pored_skin(), strength)


def test_a_mask_of_another_size_is_refused_with_both_sizes():
    with pytest.raises(InvalidSetting, match=r"mask has 64x64 px, the picture 200x200 px"):
        retouched(pored_skin(), 0.6, np.ones((64, 64), np.float32))
