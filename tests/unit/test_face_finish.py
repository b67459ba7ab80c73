"""The last corrections: spread, grain and clipping of the target."""

import numpy as np
import pytest

from facechain.face_finish import match_grain, run_out_softly, settle

SKIN = np.ones((80, 80), np.float32)
NO_FEATURES = np.zeros((80, 80), np.float32)


def noisy(lightness: float, spread: float, seed: int = 1) -> np.ndarray:
    """Lab (80, 80, 3) of grey with white noise."""
    lab = np.zeros((80, 80, 3), np.float32)
    lab[..., 0] = lightness + spread * np.random.default_rng(seed).standard_normal((80, 80))
    return lab


def test_skin_gets_the_mean_of_the_targets():
    settled = settle(noisy(50, 2), noisy(70, 2), SKIN, NO_FEATURES)
    assert settled[..., 0].mean() == pytest.approx(70, abs=0.01)


def test_skin_gets_the_spread_of_the_targets_within_limits():
    assert settle(noisy(50, 2), noisy(50, 1.6), SKIN, NO_FEATURES)[..., 0].std() == pytest.approx(1.6, rel=0.05)
    # Not more than 15 % more, lest folds become harsh.
    assert settle(noisy(50, 2), noisy(50, 4), SKIN, NO_FEATURES)[..., 0].std() == pytest.approx(2.3, rel=0.05)


def test_features_keep_their_colours():
    lips = noisy(50, 2) + np.array([0, 30, 10], np.float32)
    settled = settle(lips, noisy(50, 2), SKIN, SKIN)
    assert settled[..., 1].mean() == pytest.approx(30, abs=0.01)


def test_without_skin_nothing_is_settled():
    lit = noisy(50, 2)
    assert (settle(lit, noisy(70, 2), 0 * SKIN, NO_FEATURES) == lit).all()


def grain_of(lab: np.ndarray) -> float:
    return float(np.abs(np.diff(lab[..., 0])).mean())


def test_a_sharper_identity_loses_grain():
    matched = match_grain(noisy(50, 2), noisy(50, 1), SKIN, width=60)
    assert grain_of(noisy(50, 1)) < grain_of(matched) < 0.8 * grain_of(noisy(50, 2))


def test_a_softer_identity_gets_noise_and_not_the_targets_own_grain():
    target = noisy(50, 1)
    matched = match_grain(noisy(50, 0), target, SKIN, width=60)
    assert grain_of(matched) > 0.4 * grain_of(target)
    # Two independent patterns of 6400 pixels: a correlation of 0.05 is four times what chance gives.
    assert abs(np.corrcoef(matched[..., 0].ravel(), target[..., 0].ravel())[0, 1]) < 0.05


def test_the_added_noise_is_the_same_every_time():
    fused = [match_grain(noisy(50, 0), noisy(50, 1), SKIN, width=60) for _ in range(2)]
    assert (fused[0] == fused[1]).all()


def test_nothing_is_clipped_and_the_order_of_tones_stays():
    levels = np.linspace(0, 255, 256, dtype=np.float32)[None, :, None].repeat(3, axis=2)
    bent = run_out_softly(levels)
    assert bent.min() >= 3
    assert bent.max() <= 252
    assert (np.diff(bent[0, :, 0]) > 0).all()
    assert bent[0, 128, 0] == 128
