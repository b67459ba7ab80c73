import numpy as np
import pytest

from facechain.sharpness import sharpness

EVERYWHERE = np.ones((112, 112), bool)


def texture() -> np.ndarray:
    """Grey levels that are as sharp in every direction, mean 128."""
    rough = np.random.default_rng(1).normal(128, 30, (28, 28)).repeat(4, 0).repeat(4, 1)
    return rough.clip(0, 255).astype(np.uint8)


def smeared(grey: np.ndarray, steps: list[tuple[int, int]]) -> np.ndarray:
    """The mean of `grey` moved by (rows, columns)."""
    return np.mean([np.roll(grey, step, (0, 1)) for step in steps], axis=0).astype(np.uint8)


@pytest.mark.parametrize("direction", [(0, 1), (1, 0), (1, 1), (1, -1)])
def test_a_move_in_any_direction_takes_most_of_the_sharpness(direction):
    steps = [(direction[0] * step, direction[1] * step) for step in range(9)]
    assert sharpness(smeared(texture(), steps), EVERYWHERE) < 0.1 * sharpness(texture(), EVERYWHERE)


def test_a_flat_face_has_none():
    assert sharpness(np.full((112, 112), 90, np.uint8), EVERYWHERE) == 0


def test_only_the_skin_counts():
    half = texture()
    half[:, 60:] = 128
    flat_part = np.zeros((112, 112), bool)
    flat_part[:, 64:108] = True
    assert sharpness(half, flat_part) == 0


def test_noise_alone_is_not_sharp():
    noise = np.random.default_rng(0).normal(128, 12, (112, 112)).astype(np.uint8)
    # Of a plain variance of the second derivative, 4 * 6 * 144, a tenth is left at most.
    assert sharpness(noise, EVERYWHERE) < 350
