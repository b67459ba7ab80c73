"""Faces in a photo by SCRFD, InsightFace's detector.

Paper: Guo et al. 2021, Sample and Computation Redistribution for Efficient Face Detection. Every step
rounds as the insightface package 2.1 does, so that one photo gives the same boxes and points in all tools
that use these weights.
"""

from __future__ import annotations

import numpy as np

from .. import opencv as cv2
from ..faces import Face
from ..geometry import Box, ByteArray, FloatArray, Landmarks
from ..interfaces import DeviceLease
from .crop_network import batch
from .model_files import FoundFile
from .onnx_contract import require_tensors
from .onnx_engine import open_graph

SIDES_PX = (128, 640)
"""Inputs that a photo is fitted into. At 640 px a face that fills the photo is too large to be found, at
128 px it is not; what both find counts once, by the better score. Source: the package's default since 2.0."""
MIN_SCORE = 0.5
SAME_FACE_IOU = 0.4

_STRIDES = (8, 16, 32)
_ANCHORS_PER_CELL = 2
_COLUMNS = (1, 1, 1, 4, 4, 4, 10, 10, 10)
"""Of the outputs, which are told apart by their order: scores, boxes and points of the three strides."""


class Scrfd:
    """The detector. One instance may serve several threads."""

    def __init__(self, found: FoundFile, lease: DeviceLease, sides_px: tuple[int, ...] = SIDES_PX) -> None:
        """Raises ModelUnavailable if the file is another model, AssetCorrupt if it is none."""
        self._graph = open_graph(found, lease)
        outputs = [(None, columns) for columns in _COLUMNS]
        require_tensors(self._graph, found, inputs=[(1, 3, None, None)], outputs=outputs)
        self.engine = self._graph.engine
        declared = [side for side in self._graph.inputs[0].shape[2:] if side]
        self._sides_px = (declared[0],) if declared else sides_px

    def detect(self, image: ByteArray) -> tuple[Face, ...]:
        """Faces with box, landmarks and score, best first, each once; `image` is RGB (height, width, 3)."""
        candidates = np.concatenate([self._candidates(image, side) for side in self._sides_px])
        return tuple(map(_face, best_of_each(candidates)))

    def _candidates(self, image: ByteArray, side_px: int) -> FloatArray:
        """Rows of x1, y1, x2, y2, five (x, y) and score, float32 (n, 15), in pixels of the photo."""
        canvas, scale = letterbox(image, side_px)
        (name,) = (one.name for one in self._graph.inputs)
        values = self._graph.run({name: batch(canvas, 127.5, 1 / 128)})
        outputs = [values[one.name] for one in self._graph.outputs]
        levels = []
        for level, stride in enumerate(_STRIDES):
            scores, boxes, points = outputs[level::3]
            centers = _anchor_centers(side_px // stride, stride)
            levels.append(decode(scores, boxes, points, centers, stride))
        rows = np.concatenate(levels)
        rows[:, :14] /= np.float32(scale)
        return rows


def letterbox(image: ByteArray, side_px: int) -> tuple[ByteArray, float]:
    """`image` fitted into the top left of a black square, and its pixels there per pixel of the photo."""
    height, width = image.shape[:2]
    ratio = height / width
    inner = (int(side_px / ratio), side_px) if ratio > 1 else (side_px, int(side_px * ratio))
    canvas = np.zeros((side_px, side_px, 3), np.uint8)
    if min(inner) > 0:  # else a strip so thin that nobody could be on it
        canvas[: inner[1], : inner[0]] = cv2.resize(image, inner)
    return canvas, max(inner[1], 1) / height


def decode(scores: FloatArray, boxes: FloatArray, points: FloatArray, centers: FloatArray, stride: int) -> FloatArray:
    """Rows of x1, y1, x2, y2, five (x, y) and score, float32 (n, 15), of what reaches MIN_SCORE.

    `scores` (m, 1), `boxes` (m, 4: left, top, right, bottom) and `points` (m, 10) are counted in strides
    from `centers` (m, 2).
    """
    kept = scores.ravel() >= MIN_SCORE
    centers, away = centers[kept], boxes[kept] * np.float32(stride)
    corners = [centers - away[:, :2], centers + away[:, 2:]]
    landmarks = np.tile(centers, 5) + points[kept] * np.float32(stride)
    rows = np.hstack([*corners, landmarks, scores[kept]])
    solid = np.isfinite(rows).all(axis=1) & (rows[:, :2] < rows[:, 2:4]).all(axis=1)
    return rows[solid]


def best_of_each(candidates: FloatArray) -> FloatArray:
    """`candidates` (n, 15), best first, without those that overlap a better one by more than 0.4.

    Overlap is intersection over union of boxes whose last pixel counts, hence the 1; of equal scores the
    first wins.
    """
    remaining = candidates[np.argsort(-candidates[:, 14], kind="stable")]
    kept = []
    while len(remaining):
        best, remaining = remaining[0], remaining[1:]
        kept.append(best)
        low, high = np.maximum(best[:2], remaining[:, :2]), np.minimum(best[2:4], remaining[:, 2:4])
        shared = np.prod(np.maximum(high - low + 1, 0), axis=1)
        areas = np.prod(remaining[:, 2:4] - remaining[:, :2] + 1, axis=1)
        union = np.prod(best[2:4] - best[:2] + 1) + areas - shared
        remaining = remaining[shared / union <= SAME_FACE_IOU]
    return np.array(kept, np.float32).reshape(-1, 15)


def _anchor_centers(cells: int, stride: int) -> FloatArray:
    """Pixels of the input, float32 (cells * cells * 2, 2), row by row."""
    rows, columns = np.divmod(np.arange(cells * cells), cells)
    centers = np.column_stack([columns, rows]) * stride
    return np.repeat(centers, _ANCHORS_PER_CELL, axis=0).astype(np.float32)


def _face(row: FloatArray) -> Face:
    x1, y1, x2, y2 = map(float, row[:4])
    return Face(Box(x1, y1, x2, y2), Landmarks(row[4:14].reshape(5, 2)), float(row[14]))
