"""Mild damage of the kind that users' photos have. Each takes and gives RGB uint8 (height, width, 3)."""

from __future__ import annotations

import cv2
import numpy as np


def flipped(photo: np.ndarray) -> np.ndarray:
    """Mirrored left to right."""
    return photo[:, ::-1].copy()


def darker(photo: np.ndarray) -> np.ndarray:
    """40 % of the light."""
    return (photo * 0.4).astype(np.uint8)


def brighter(photo: np.ndarray) -> np.ndarray:
    """160 % of the light, highlights clipped."""
    return np.clip(photo * 1.6, 0, 255).astype(np.uint8)


def grey(photo: np.ndarray) -> np.ndarray:
    """Without colour."""
    return np.repeat(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)


def half_size(photo: np.ndarray) -> np.ndarray:
    """A quarter of the pixels."""
    return cv2.resize(photo, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)


def blurred(photo: np.ndarray) -> np.ndarray:
    """Gaussian, sigma 2 px."""
    return cv2.GaussianBlur(photo, (0, 0), 2)


def noisy(photo: np.ndarray) -> np.ndarray:
    """Gaussian noise of 20 grey levels."""
    noise = np.random.RandomState(0).standard_normal(photo.shape) * 20
    return np.clip(photo + noise, 0, 255).astype(np.uint8)


def jpeg30(photo: np.ndarray) -> np.ndarray:
    """Through JPEG of quality 30."""
    return cv2.imdecode(cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, 30])[1], cv2.IMREAD_COLOR)


def turned(photo: np.ndarray, degrees: float) -> np.ndarray:
    """Turned counter-clockwise about the middle, black where nothing is."""
    return cv2.warpAffine(photo, turn_matrix(photo, degrees), photo.shape[1::-1])


def turn_matrix(photo: np.ndarray, degrees: float) -> np.ndarray:
    """float64 (2, 3) of `turned`: source pixels -> result pixels."""
    height, width = photo.shape[:2]
    return cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)


def turned_left(photo: np.ndarray) -> np.ndarray:
    """By 15 degrees."""
    return turned(photo, 15)


def turned_right(photo: np.ndarray) -> np.ndarray:
    """By 15 degrees."""
    return turned(photo, -15)


MILD = (flipped, darker, brighter, grey, half_size, blurred, noisy, jpeg30, turned_left, turned_right)
