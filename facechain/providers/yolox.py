"""People in a photo by YOLOX, the detector that DWPose begins with.

Paper: Ge et al. 2021, YOLOX: Exceeding YOLO Series in 2021. Input, thresholds and rounding are those of DWPose's
own ONNX pipeline (github.com/IDEA-Research/DWPose, onnxdet.py), so that one photo gives the same boxes in all
tools that use these weights.
"""

from __future__ import annotations

import numpy as np

from .. import opencv as cv2
from ..geometry import Box, ByteArray, FloatArray
from ..interfaces import DeviceLease
from .crop_network import batch
from .model_files import FoundFile
from .onnx_contract import require_tensors
from .onnx_engine import open_graph

SIDE_PX = 640
MIN_SCORE = 0.3
SAME_PERSON_IOU = 0.45

_STRIDES = (8, 16, 32)
_ANSWERS = sum((SIDE_PX // stride) ** 2 for stride in _STRIDES)
_PADDING = 114
_COLUMNS = 85
"""Middle x and y, width, height, objectness, then the 80 classes of COCO."""
_OBJECTNESS, _PERSON = 4, 5


class YoloX:
    """The detector. One instance may serve several threads."""

    def __init__(self, found: FoundFile, lease: DeviceLease) -> None:
        """Raises ModelUnavailable if the file is another model, AssetCorrupt if it is none."""
        self._graph = open_graph(found, lease)
        require_tensors(self._graph, found, inputs=[(1, 3, SIDE_PX, SIDE_PX)], outputs=[(1, _ANSWERS, _COLUMNS)])

    def detect(self, image: ByteArray) -> tuple[Box, ...]:
        """People, the surest first, each once; `image` is RGB (height, width, 3), boxes may leave it."""
        canvas, scale = letterbox(image)
        bgr = canvas[..., ::-1]
        values = self._graph.run({self._graph.inputs[0].name: batch(bgr, 0, 1)})
        candidates = decode(values[self._graph.outputs[0].name][0])
        candidates[:, :4] /= scale
        return best_of_each(candidates)


def letterbox(image: ByteArray) -> tuple[ByteArray, float]:
    """`image` fitted into the top left of a grey square of 640 px, and its pixels there per pixel of the photo."""
    height, width = image.shape[:2]
    scale = min(SIDE_PX / height, SIDE_PX / width)
    # One pixel at least, where a thin strip would have none left.
    inner = (max(int(width * scale), 1), max(int(height * scale), 1))
    canvas = np.full((SIDE_PX, SIDE_PX, 3), _PADDING, np.uint8)
    canvas[: inner[1], : inner[0]] = cv2.resize(image, inner, interpolation=cv2.INTER_LINEAR)
    return canvas, scale


def decode(rows: FloatArray) -> FloatArray:
    """x1, y1, x2, y2 in pixels of the input and score, (n, 5), of every person above MIN_SCORE.

    `rows` (8400, 85) go through the cells of the three strides row by row. Middles are counted in cells from the
    cell's own corner; of width and height in cells the logarithm is given.
    """
    scores = rows[:, _OBJECTNESS] * rows[:, _PERSON]
    kept = scores > MIN_SCORE
    corners, strides = _grid()
    with np.errstate(over="ignore", invalid="ignore"):  # what is beyond all numbers is left out below
        middles = (rows[kept, :2] + corners[kept]) * strides[kept]
        halves = np.exp(rows[kept, 2:4]) * strides[kept] / 2
        found = np.column_stack([middles - halves, middles + halves, scores[kept]])
    solid = np.isfinite(found).all(axis=1) & (found[:, :2] < found[:, 2:4]).all(axis=1)
    return found[solid]


def best_of_each(candidates: FloatArray) -> tuple[Box, ...]:
    """Boxes of `candidates` (n, 5), best first, without those that overlap a better one by more than 0.45.

    Overlap is intersection over union of boxes whose last pixel counts, hence the 1.
    """
    corners, sides = candidates[:, :2], candidates[:, 2:4] - candidates[:, :2]
    boxes = np.column_stack([corners, sides + 1]).tolist()
    kept = cv2.dnn.NMSBoxes(boxes, candidates[:, 4].tolist(), MIN_SCORE, SAME_PERSON_IOU)
    return tuple(Box(*candidates[number, :4].tolist()) for number in np.array(kept, int).ravel())


def _grid() -> tuple[FloatArray, FloatArray]:
    """Column and row of every cell (8400, 2), and its stride in pixels (8400, 1), all float32."""
    corners, strides = [], []
    for stride in _STRIDES:
        side = SIDE_PX // stride
        rows, columns = np.divmod(np.arange(side * side), side)
        corners.append(np.column_stack([columns, rows]))
        strides.append(np.full((side * side, 1), stride))
    return np.concatenate(corners).astype(np.float32), np.concatenate(strides).astype(np.float32)
