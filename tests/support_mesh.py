"""A made-up face whose 468 points can be computed by hand: a half ball with a mouth."""

from __future__ import annotations

import numpy as np

from facechain.faces import Face
from facechain.geometry import Box, Landmarks
from facechain.mesh_regions import FACE_OVAL, FOREHEAD_RING, INNER_LIPS

HEIGHT_RATIO = 1.2
"""The face is this much higher than wide."""
BROW_Y = -0.45
"""Height of the brows in half face heights; the forehead is above."""


def ball_mesh(x: float, y: float, radius: float, *, mouth: float = 0.0, yaw_deg: float = 0.0) -> np.ndarray:
    """Mesh (468, 3) of a face of half width `radius` px around (x, y).

    `mouth` is the gap between the lips in mouth widths; `yaw_deg` turns the face to image-right.
    """
    flat = _sunflower(468)
    flat[list(FACE_OVAL)] = _ring(len(FACE_OVAL))
    brows = [index for index in FOREHEAD_RING if index not in FACE_OVAL]
    flat[brows] = np.column_stack([np.linspace(0.7, -0.7, len(brows)), np.full(len(brows), BROW_Y)])
    flat[list(INNER_LIPS)] = _lips(mouth)
    flat[[61, 291]] = [[-0.32, 0.5], [0.32, 0.5]]
    depth = -np.sqrt(np.maximum(1 - (flat**2).sum(1), 0))
    points = np.column_stack([flat[:, 0], flat[:, 1] * HEIGHT_RATIO, depth]) * radius
    turn = np.deg2rad(yaw_deg)
    axes = np.array([[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]])
    return (points @ axes + [x, y, 0]).astype(np.float32)


def ball_face(mesh: np.ndarray) -> Face:
    """The face of a mesh; its five landmarks are of no matter here."""
    (x1, y1), (x2, y2) = mesh[:, :2].min(0), mesh[:, :2].max(0)
    corners = [(x1, y1), (x2, y1), ((x1 + x2) / 2, (y1 + y2) / 2), (x1, y2), (x2, y2)]
    return Face(Box(x1, y1, x2, y2), Landmarks(np.array(corners)), 0.9, mesh, 0.9)


def plain_photo(width: int, height: int, color: tuple[int, int, int]) -> np.ndarray:
    """A photo of one colour: a face there is skin all over."""
    return np.full((height, width, 3), color, np.uint8)


def with_dot(photo: np.ndarray, x: int, y: int, color: tuple[int, int, int], half: int = 4) -> np.ndarray:
    """`photo` with a square of 2 * half + 1 px around (x, y)."""
    dotted = photo.copy()
    dotted[y - half : y + half + 1, x - half : x + half + 1] = color
    return dotted


def _sunflower(count: int) -> np.ndarray:
    steps = np.arange(count)
    radii, angles = 0.93 * np.sqrt((steps + 0.5) / count), steps * np.pi * (3 - np.sqrt(5))
    return np.column_stack([radii * np.cos(angles), radii * np.sin(angles)])


def _ring(count: int) -> np.ndarray:
    # FACE_OVAL starts at the forehead and runs clockwise in the picture.
    angles = np.arange(count) / count * 2 * np.pi
    return 0.98 * np.column_stack([np.sin(angles), -np.cos(angles)])


def _lips(mouth: float) -> np.ndarray:
    # INNER_LIPS: image-left corner, nine points of the upper lip, right corner, nine of the lower one.
    across = np.linspace(-0.3, 0.3, 11)
    gap = max(mouth, 0.005) * 0.64 / HEIGHT_RATIO / 2
    bow = gap * (1 - (across / 0.31) ** 2)
    upper = np.column_stack([across, 0.5 - bow])
    lower = np.column_stack([across, 0.5 + bow])[9:0:-1]
    return np.concatenate([upper, lower])
