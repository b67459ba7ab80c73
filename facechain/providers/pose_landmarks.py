"""33 points of one body in a region of a photo, by MediaPipe's pose landmarks.

Paper: Bazarevsky et al. 2020, BlazePose. Weights: Apache-2.0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .. import opencv as cv2
from ..geometry import ByteArray, FloatArray, Size
from .facemesh import Region
from .sampling import cut_out
from .tflite import TfliteGraph

INPUT_PX = 256
POINTS = 33
HEATMAP_PX = 64
REFINE_CELLS = 3
"""To each side of a point. Source: MediaPipe, `pose_landmark_cpu`: kernel size 7."""
MIN_PEAK = 0.5
"""Below it the heatmap moves no point. Source: the same."""
REGION_OVER_CIRCLE = 1.25
"""Side of the next region over the diameter of the circle around the body. Source: MediaPipe,
`pose_landmarks_to_roi`."""

_ALL_POINTS = 39
"""The body's 33, two that say where the body is, four that no published graph uses."""
_VALUES = 5
"""Per point: x, y, z, logit of "visible", logit of "inside the region"."""
_HIPS, _ON_CIRCLE = 33, 34
"""Middle of the hips, and the point of the circle around the body that lies beyond the head."""


@dataclass(frozen=True, slots=True, eq=False)
class BodyLook:
    """The body in one region."""

    points: FloatArray
    """float64 (33, 2): pixels of the photo, in BlazePose's order. They may lie outside of it."""
    scores: FloatArray
    """float64 (33,): probability that a point is visible, times its peak in the heatmap. The former alone
    stays above 0.5 for knees under a table."""
    presence: float
    """Confidence that the region shows a body, 0..1."""
    next_region: Region
    """Where to look again: around the hips, upright along the body."""


class PoseLandmarks:
    """The landmark model. One instance may serve several threads."""

    def __init__(self, file: Path) -> None:
        self._graph = TfliteGraph(file)

    def locate(self, image: ByteArray, region: Region) -> BodyLook:
        """The body of `region`; there are always points, only `presence` says whether they mean anything."""
        to_input = region.to_input(INPUT_PX)
        # Black beyond the photo, as in training: repeated edges would look like limbs.
        pixels = cut_out(image, to_input, Size(INPUT_PX, INPUT_PX), border=cv2.BORDER_CONSTANT)
        values, presence, heatmaps = self._graph.run(
            pixels / np.float32(255), _ALL_POINTS * _VALUES, 1, _ALL_POINTS * HEATMAP_PX**2
        )
        # OpenCV keeps the channels of the heatmap first.
        points, scores = decode(values.reshape(_ALL_POINTS, _VALUES), heatmaps.reshape(-1, HEATMAP_PX, HEATMAP_PX))
        # The graph counts from the corner of the first pixel, a Similarity from its centre.
        points = to_input.inverse().apply(points - 0.5)
        return BodyLook(points[:POINTS], scores[:POINTS], float(presence[0]), region_of_body(points))


def decode(values: FloatArray, heatmaps: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Points (n, 2) in pixels of the input and their scores (n,) 0..1.

    `values` (n, 5) and `heatmaps` (n, 64, 64) are the graph's own.
    """
    points, visible = values[:, :2].astype(np.float64), _sigmoid(values[:, 3])
    refined = [_refined(point, heatmap) for point, heatmap in zip(points, heatmaps, strict=True)]
    peaks = np.array([peak for _, peak in refined])
    return np.array([point for point, _ in refined]), visible * peaks


def region_of_body(points: FloatArray) -> Region:
    """The square around the body of all 39 `points`, upright from the hips to the point on the circle."""
    x, y = points[_ON_CIRCLE] - points[_HIPS]
    center = (float(points[_HIPS, 0]), float(points[_HIPS, 1]))
    return Region(center, 2 * REGION_OVER_CIRCLE * math.hypot(x, y), math.atan2(x, -y))


def _refined(point: FloatArray, heatmap: FloatArray) -> tuple[FloatArray, float]:
    """`point` moved to the centre of mass of the heatmap around it, and the highest probability there.

    Source: MediaPipe, RefineLandmarksFromHeatmap.
    """
    cell = INPUT_PX / HEATMAP_PX
    column, row = np.floor(point / cell).astype(int)
    if not (0 <= column < HEATMAP_PX and 0 <= row < HEATMAP_PX):
        return point, 0.0
    left, top = max(column - REFINE_CELLS, 0), max(row - REFINE_CELLS, 0)
    window = _sigmoid(heatmap[top : row + REFINE_CELLS + 1, left : column + REFINE_CELLS + 1])
    peak = float(window.max())
    if peak < MIN_PEAK:
        return point, peak
    columns, rows = window.sum(0), window.sum(1)
    x = left + columns @ np.arange(len(columns)) / columns.sum()
    y = top + rows @ np.arange(len(rows)) / rows.sum()
    return np.array([x, y]) * cell, peak


def _sigmoid(logits: FloatArray) -> FloatArray:
    return 1 / (1 + np.exp(-np.clip(logits.astype(np.float64), -60, 60)))
