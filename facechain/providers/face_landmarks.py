"""The host's own face landmarks as faces: FACE_LANDMARKS of Detect Face Landmarks (MediaPipe).

Source of the layout: ComfyUI 0.30, comfy_extras/nodes_mediapipe.py.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ..align_options import GivenFaces
from ..errors import InvalidSetting
from ..faces import Face
from ..geometry import FloatArray, Size, estimate_similarity
from .facemesh import POINTS, face_box, five_landmarks
from .meshed_face import MIN_PRESENCE

_WHAT_TO_DO = "Connect face_landmarks of Detect Face Landmarks (MediaPipe)."


def faces_from_landmarks(payloads: Iterable[Any]) -> tuple[GivenFaces, ...]:
    """The faces of each picture, left to right, pictures in order; each payload holds those of one batch.

    Faces that the mesh itself does not believe in are left out. The points of the irises are not used.

    Raises InvalidSetting if a payload has another layout.
    """
    return tuple(faces for payload in payloads for faces in _faces_of_batch(payload))


def _faces_of_batch(payload: Any) -> list[GivenFaces]:
    try:
        height, width = payload["image_size"]
        size = Size(int(width), int(height))
        return [_faces_of_picture(frame, size) for frame in payload["frames"]]
    except (TypeError, KeyError, IndexError, ValueError) as error:
        raise InvalidSetting(f"The face landmarks cannot be read ({error}). {_WHAT_TO_DO}") from error


def _faces_of_picture(frame: Iterable[Mapping[str, Any]], size: Size) -> GivenFaces:
    faces = [_face(described) for described in frame]
    believed = [face for face in faces if (face.presence or 0.0) >= MIN_PRESENCE]
    return GivenFaces(tuple(sorted(believed, key=lambda face: face.box.center)), size)


def _face(described: Mapping[str, Any]) -> Face:
    flat = _points(described["landmarks_xy"], 2)
    solid = _points(described["landmarks_3d"], 3)
    # Depth is in pixels of the 192 px input that the mesh saw; x and y tell how large one of them is.
    depth = solid[:, 2:] * estimate_similarity(solid[:, :2], flat).scale
    mesh = np.hstack([flat, depth]).astype(np.float32)
    logit = min(max(float(described["presence"]), -60.0), 60.0)
    presence = 1 / (1 + math.exp(-logit))
    return Face(face_box(mesh), five_landmarks(mesh), float(described["score"]), mesh=mesh, presence=presence)


def _points(values: Any, columns: int) -> FloatArray:
    """float64 (468, columns): the mesh without irises, which newer models add after it."""
    points = np.asarray(values, dtype=np.float64)
    if points.ndim != 2 or points.shape[0] < POINTS or points.shape[1] != columns or not np.isfinite(points).all():
        raise InvalidSetting(
            f"Face landmarks of the shape {points.shape} are no face mesh of at least {POINTS} points. {_WHAT_TO_DO}"
        )
    return points[:POINTS]
