"""Skin is known by its own colour, in light and shade, and by no fixed range."""

from __future__ import annotations

import numpy as np
import pytest

from facechain.color_clusters import color_distance
from facechain.skin_color import SkinColor

TONES = {"light": (75.0, 10.0, 18.0), "brown": (45.0, 14.0, 22.0), "dark": (25.0, 9.0, 12.0)}


def skin_of(tone) -> SkinColor:
    steps = np.linspace(-1, 1, 101)[:, None]
    return SkinColor.learn(np.array(tone) + steps * np.array([8.0, 2.5, 3.0]))


def distance(skin, *color):
    return float(skin.distance(np.array([[color]], np.float32))[0, 0])


@pytest.mark.parametrize("tone", TONES.values(), ids=TONES)
def test_the_median_is_skin_and_green_is_not(tone):
    skin = skin_of(tone)
    assert distance(skin, *tone) == 0
    assert distance(skin, tone[0], -30, 20) > 2.5


@pytest.mark.parametrize("tone", TONES.values(), ids=TONES)
def test_the_same_skin_in_half_the_light_is_nearer_than_grey_of_that_lightness(tone):
    skin = skin_of(tone)
    half = tuple(value / 2 for value in tone)
    assert distance(skin, *half) < distance(skin, half[0], 0, 0)


def test_an_outlier_does_not_move_what_was_learnt():
    steps = np.linspace(-1, 1, 100)[:, None]
    pixels = np.vstack([np.array(TONES["light"]) + steps, [[0.0, 0.0, 0.0]] * 30])
    assert np.abs(SkinColor.learn(pixels).median - TONES["light"]).max() < 1


def test_the_distance_to_two_colours_is_that_to_the_nearer_one():
    red, blue = (50.0, 60.0, 40.0), (30.0, 20.0, -60.0)
    samples = np.array([red, blue] * 60, np.float32)
    near_red = np.array([[(50.0, 57.0, 36.0)]], np.float32)  # 3 and 4 away: 5
    assert color_distance(near_red, samples, 2)[0, 0] == pytest.approx(5, abs=0.1)


def test_too_few_samples_are_like_nothing():
    assert np.isinf(color_distance(np.zeros((1, 1, 3), np.float32), np.zeros((39, 3), np.float32), 3)).all()
