"""Things laid over real faces, and what only looks like a cover. Each takes and gives an RGB photo.

They are placed by the mesh of the bare face, have soft edges and, where a thing would, the light of the face.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from facechain.faces import Face
from facechain.mesh_regions import OUTER_LIPS

Laid = Callable[[np.ndarray, Face], np.ndarray]
Rgb = tuple[int, int, int]

MASK = (
    197, 198, 126, 100, 118, 117, 123, 137, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152,
    377, 400, 378, 379, 365, 397, 288, 361, 323, 366, 352, 346, 347, 329, 355, 420,
)  # fmt: skip
"""Over the nose, down along the cheeks and under the chin."""
BEARD = (
    132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361, 433, 416, 434, 432, 410,
    391, 2, 165, 186, 212, 214, 192, 213,
)  # fmt: skip
"""Along the jaw, and back over the upper lip."""


def mask(photo: np.ndarray, face: Face, color: Rgb) -> np.ndarray:
    """A medical mask with three pleats."""
    points = _points(face, MASK)
    _, down = _axes(face)
    _, below = _place(photo, face, _points(face, (152,))[0])
    pleats = 1 - 0.1 * sum(np.exp(-(((below + height) / 0.008) ** 2)) for height in (0.1, 0.2, 0.3))
    points[[14, 15, 16, 17, 18, 19, 20]] += 0.05 * _height(face) * down
    return _painted(
        photo,
        _polygon(photo, points, 0.008 * _width(face)),
        np.array(color) * (pleats * _light(photo, face))[..., None],
    )


def bar(photo: np.ndarray, face: Face, color: Rgb = (0, 0, 0)) -> np.ndarray:
    """A censor's bar over both eyes."""
    right, down = _axes(face)
    middle, half, tall = face.landmarks.points[:2].mean(0), 0.55 * _width(face) * right, 0.13 * _height(face) * down
    points = np.array([middle - half - tall, middle + half - tall, middle + half + tall, middle - half + tall])
    return _painted(photo, _polygon(photo, points, 0.5), np.array(color))


def dark_glasses(photo: np.ndarray, face: Face) -> np.ndarray:
    """Two nearly black lenses and a bridge."""
    right, down = _axes(face)
    eyes = [_points(face, corners).mean(0) for corners in ((33, 133), (263, 362))]
    unit = float(np.linalg.norm(eyes[1] - eyes[0]))
    turns = np.linspace(0, 2 * np.pi, 60)
    x, y = (np.sign(part) * np.abs(part) ** 0.7 for part in (np.cos(turns), np.sin(turns)))
    lens = 0.44 * unit * x[:, None] * right + 0.29 * unit * y[:, None] * down + 0.07 * unit * down
    covered = np.maximum(*(_polygon(photo, eye + lens, 0.005 * unit) for eye in eyes))
    bridge = np.array([eyes[0] - 0.02 * unit * down, eyes[1] - 0.02 * unit * down, eyes[1] + 0.02 * unit * down])
    return _painted(photo, 0.95 * np.maximum(covered, _polygon(photo, bridge, 0.5)), np.array((25, 22, 25)))


def scarf(photo: np.ndarray, face: Face, color: Rgb) -> np.ndarray:
    """Knitted wool up to the nose."""
    right, down = _axes(face)
    nose, width = _points(face, (5,))[0], _width(face)
    top = nose + np.linspace(-0.75, 0.75, 21)[:, None] * width * right
    aside, below = _place(photo, face, nose)
    knit = 1 + 0.18 * np.sin(60 * aside + np.sin(50 * below)) * np.cos(60 * below)
    where = _polygon(photo, np.vstack([top, top[::-1] + 1.2 * width * down]), 0.006 * width)
    return _painted(photo, where, np.array(color) * knit[..., None])


def microphone(photo: np.ndarray, face: Face) -> np.ndarray:
    """A dark ball before the mouth, with its handle."""
    right, down = _axes(face)
    middle, radius = _points(face, (13,))[0] + 0.04 * _width(face) * down, 0.3 * _width(face)
    aside, below = (part * _height(face) / radius for part in _place(photo, face, middle))
    ball = (1 - (np.hypot(aside, below) - 1) * radius).clip(0, 1)
    grip = 0.4 * radius * right
    handle = np.array(
        [middle - grip, middle + grip, middle + grip + 5 * radius * down, middle - grip + 5 * radius * down]
    )
    shine = 0.7 + 0.8 * (0.5 - 0.4 * aside - 0.4 * below).clip(0, 1)
    return _painted(photo, np.maximum(ball, _polygon(photo, handle, 0.5)), np.array((40, 40, 42)) * shine[..., None])


def beard(photo: np.ndarray, face: Face, color: Rgb) -> np.ndarray:
    """A full beard that leaves the lips free."""
    width = _width(face)
    hair = _polygon(photo, _points(face, BEARD), 0.02 * width)
    hair = hair * (1 - _polygon(photo, _points(face, OUTER_LIPS), 0.006 * width))
    strands = cv2.GaussianBlur(
        np.random.RandomState(2).standard_normal(photo.shape[:2]), (0, 0), max(0.006 * width, 0.5)
    )
    strands /= strands.std()
    return _painted(photo, 0.9 * hair, np.array(color) * (1 + 0.35 * strands[..., None]))


def side_light(photo: np.ndarray, face: Face) -> np.ndarray:
    """Hard light from image-right: a quarter of it on the other side of the nose."""
    aside, _ = _place(photo, face, _points(face, (4,))[0])
    return (photo * (0.7 + 0.45 * np.tanh(aside / 0.08))[..., None]).clip(0, 255).astype(np.uint8)


def _points(face: Face, indices: tuple[int, ...]) -> np.ndarray:
    assert face.mesh is not None
    return face.mesh[list(indices), :2].astype(np.float64)


def _width(face: Face) -> float:
    return float(np.linalg.norm(np.subtract(*_points(face, (454, 234)))))


def _height(face: Face) -> float:
    return float(np.linalg.norm(np.subtract(*_points(face, (152, 10)))))


def _axes(face: Face) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors to the right and down the face."""
    roll = np.radians(face.landmarks.roll_deg)
    return np.array([np.cos(roll), np.sin(roll)]), np.array([-np.sin(roll), np.cos(roll)])


def _place(photo: np.ndarray, face: Face, origin: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How far each pixel lies to the right of `origin` and below it, in face heights."""
    rows, columns = np.indices(photo.shape[:2])
    x, y = columns - origin[0], rows - origin[1]
    right, down = _axes(face)
    return (x * right[0] + y * right[1]) / _height(face), (x * down[0] + y * down[1]) / _height(face)


def _light(photo: np.ndarray, face: Face) -> np.ndarray:
    """Slow changes of lightness, 1 at the nose."""
    slow = cv2.GaussianBlur(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY).astype(np.float64), (0, 0), 0.12 * _height(face))
    x, y = np.rint(_points(face, (4,))[0]).astype(int)
    return (slow / max(slow[y, x], 1)).clip(0.3, 1.4)


def _polygon(photo: np.ndarray, points: np.ndarray, soft_px: float) -> np.ndarray:
    inside = np.zeros(photo.shape[:2], np.uint8)
    cv2.fillPoly(inside, [np.rint(points * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return cv2.GaussianBlur(inside / 255, (0, 0), max(soft_px, 0.5))


def _painted(photo: np.ndarray, where: np.ndarray, color: np.ndarray) -> np.ndarray:
    share = where[..., None]
    return np.rint(photo * (1 - share) + color * share).clip(0, 255).astype(np.uint8)
