"""Faces in a photo by BlazeFace, over the whole photo and over overlapping tiles of it.

Paper: Bazarevsky et al. 2019, BlazeFace. Weights: MediaPipe's short-range model, Apache-2.0.
One pass sees 128x128 px, in which a face below about 15 px is lost; tiles find it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np

from .. import opencv as cv2
from ..geometry import Box, ByteArray, FloatArray, Similarity, Size
from .recent_answers import RecentAnswers
from .sampling import cut_out, fit_within
from .tflite import THREADS, TfliteGraph

INPUT_PX = 128
SPLITS = (1, 2, 3, 4)
"""The longer side is covered by this many tiles. Of six faces in a group photo (1, 2) lost one; of
six faces at 4 % of the longer side (1, 2, 3) lost four."""
TILE_OVERLAP = 1.25
"""Tile side over an even share of the longer side."""
WORKING_PX = 1280
"""Longer side that is searched: the smallest tile then has 400 px, three times the input."""
RECENT_TILES = 256
"""Of about eight pictures, in a few kilobytes each."""
NMS_IOU = 0.3
SAME_FACE_OVERLAP = 0.5

_LAYERS = ((8, 2), (16, 6))
"""(stride, anchors per cell): 16x16x2 + 8x8x6 = 896."""
_ANCHORS = 896
_VALUES = 16
"""Per anchor: centre x, centre y, width, height, six (x, y) key points."""


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """One face as BlazeFace sees it, in pixels of the photo."""

    box: Box
    keypoints: FloatArray
    """float64 (6, 2): image-left eye, image-right eye, nose tip, mouth centre, image-left ear and
    image-right ear of an upright face."""
    score: float
    """0..1."""


class Found(Protocol):
    """Anything with a place and a confidence: a detection or a face."""

    @property
    def box(self) -> Box:
        """Pixels."""
        ...

    @property
    def score(self) -> float:
        """0..1."""
        ...


_FoundT = TypeVar("_FoundT", bound=Found)


class BlazeFace:
    """The detector. One instance may serve several threads."""

    def __init__(self, file: Path) -> None:
        self._graph = TfliteGraph(file, copies=THREADS)
        self._anchors = anchor_centers()
        self._recent = RecentAnswers(RECENT_TILES)

    def detect(self, image: ByteArray, min_score: float) -> tuple[Detection, ...]:
        """Faces of at least `min_score`, best first, each once.

        Faces down to 4 % of the longer side are found. `image` is RGB (height, width, 3) of any size.
        """
        working, scale = fit_within(image, WORKING_PX)
        with ThreadPoolExecutor(THREADS) as pool:
            seen = pool.map(lambda tile: self._detect_in_tile(working, tile, min_score), tiles(Size.of(working)))
            merged = merge_overlapping(detection for found in seen for detection in found)
        return tuple(_scaled(detection, 1 / scale) for detection in merged)

    def _detect_in_tile(self, image: ByteArray, tile: Box, min_score: float) -> list[Detection]:
        pixels = cut_out(image, _to_input(tile), Size(INPUT_PX, INPUT_PX), border=cv2.BORDER_CONSTANT)
        faces = self._recent.of(pixels, lambda shown: self._faces(shown, min_score), min_score)
        return [_detection(row, tile) for row in faces]

    def _faces(self, pixels: ByteArray, min_score: float) -> FloatArray:
        """(n, 17) as `weighted_nms` gives them, of an input of the graph."""
        regressions, logits = self._graph.run(pixels / np.float32(127.5) - 1, _ANCHORS * _VALUES, _ANCHORS)
        scores = 1 / (1 + np.exp(-np.clip(logits.astype(np.float64), -100, 100)))
        kept = scores >= min_score
        values = regressions.reshape(_ANCHORS, _VALUES)[kept].astype(np.float64)
        candidates = decode(values, self._anchors[kept], scores[kept])
        solid = (candidates[:, 2:4] > candidates[:, :2]).all(axis=1)
        return weighted_nms(candidates[solid])


def anchor_centers() -> FloatArray:
    """Centres of the anchors, float64 (896, 2), as fractions of the input, row by row."""
    layers = []
    for stride, per_cell in _LAYERS:
        cells = INPUT_PX // stride
        rows, columns = np.divmod(np.arange(cells * cells), cells)
        centers = (np.column_stack([columns, rows]) + 0.5) / cells
        layers.append(np.repeat(centers, per_cell, axis=0))
    return np.concatenate(layers)


def decode(values: FloatArray, anchors: FloatArray, scores: FloatArray) -> FloatArray:
    """Candidates (n, 17) as fractions of the input: x1, y1, x2, y2, six (x, y), score.

    `values` (n, 16) are the graph's regressions at `anchors` (n, 2).
    """
    points = values.reshape(-1, 8, 2) / INPUT_PX
    center, extent = points[:, 0] + anchors, points[:, 1]
    keypoints = points[:, 2:] + anchors[:, None]
    corners = [center - extent / 2, center + extent / 2, keypoints.reshape(-1, 12)]
    return np.column_stack([*corners, scores])


def weighted_nms(candidates: FloatArray) -> FloatArray:
    """Candidates (k, 17), best first: each the score-weighted mean of a cluster, with its best score.

    A cluster is what overlaps its best member by more than 0.3 (intersection over union).
    Source: MediaPipe's non-maximum suppression, WEIGHTED.
    """
    remaining = candidates[np.argsort(-candidates[:, 16], kind="stable")]
    kept = []
    while len(remaining):
        near = intersection_over_union(remaining[0], remaining) > NMS_IOU
        near[0] = True
        cluster = remaining[near]
        mean = np.average(cluster[:, :16], axis=0, weights=cluster[:, 16])
        kept.append(np.append(mean, cluster[0, 16]))
        remaining = remaining[~near]
    return np.array(kept).reshape(-1, 17)


def intersection_over_union(one: FloatArray, many: FloatArray) -> FloatArray:
    """Overlap 0..1 of box `one` (x1, y1, x2, y2, ...) with each row of `many` (n, 4 or more)."""
    low, high = np.maximum(one[:2], many[:, :2]), np.minimum(one[2:4], many[:, 2:4])
    intersection = np.prod(np.clip(high - low, 0, None), axis=1)
    areas = np.prod(many[:, 2:4] - many[:, :2], axis=1)
    return intersection / np.maximum(np.prod(one[2:4] - one[:2]) + areas - intersection, 1e-12)


def merge_overlapping(found: Iterable[_FoundT]) -> list[_FoundT]:
    """Best first, without those that lie by more than half in a better one (or around it).

    Measured over the smaller box: a tile's border cuts a face, and the stump lies inside the whole.
    """
    kept: list[_FoundT] = []
    for one in sorted(found, key=lambda candidate: -candidate.score):
        if all(one.box.overlap_over_smaller(other.box) <= SAME_FACE_OVERLAP for other in kept):
            kept.append(one)
    return kept


def tiles(size: Size) -> Iterator[Box]:
    """Square windows that cover a picture of `size`, the whole of it first."""
    longest = max(size.width, size.height)
    for split in SPLITS:
        side = longest if split == 1 else longest / split * TILE_OVERLAP
        for top in _starts(size.height, side):
            for left in _starts(size.width, side):
                yield Box(left, top, left + side, top + side)


def _starts(length: int, side: float) -> FloatArray:
    if side >= length:
        return np.array([(length - side) / 2])
    count = math.ceil((length - side) / (side * 0.75)) + 1
    return np.linspace(0, length - side, count)


def _to_input(tile: Box) -> Similarity:
    scale = INPUT_PX / tile.width
    # Pixel centres are at .0, tile borders at -.5 of the first pixel.
    x, y = (0.5 - tile.x1) * scale - 0.5, (0.5 - tile.y1) * scale - 0.5
    return Similarity(np.array([[scale, 0, x], [0, scale, y]]))


def _detection(row: FloatArray, tile: Box) -> Detection:
    points = row[:16].reshape(8, 2) * tile.width + (tile.x1, tile.y1)
    (x1, y1), (x2, y2) = points[:2]
    return Detection(Box(x1, y1, x2, y2), points[2:], float(row[16]))


def _scaled(detection: Detection, factor: float) -> Detection:
    box = detection.box
    scaled = Box(box.x1 * factor, box.y1 * factor, box.x2 * factor, box.y2 * factor)
    return Detection(scaled, detection.keypoints * factor, detection.score)
