"""OpenCV's own face classes on the CPU: YuNet, a detector, and SFace, which tells people apart.

YuNet: Wu et al. 2023. SFace: Zhong et al. 2021. Weights: OpenCV's model zoo, MIT and Apache-2.0.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import numpy as np

from .. import opencv as cv2
from ..errors import ModelUnavailable
from ..faces import Face
from ..geometry import Box, ByteArray, FloatArray, Landmarks
from .blazeface import merge_overlapping
from .insightface_crops import arcface_crop
from .model_files import FoundFile
from .onnx_file import read_onnx_file
from .sampling import fit_within

SIDES_PX = (1280, 320)
"""Longer sides that a photo is searched at. The network sees faces of 10 to 300 px, says its publisher: at
1280 px those of 1 to 23 % of the longer side, at 320 px those of 3 to 94 %."""
SAME_FACE_IOU, MOST_CANDIDATES = 0.3, 5000
"""OpenCV's defaults."""
_YUNET_COLUMNS = {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}
_YUNET_OUTPUTS = {f"{kind}_{stride}": columns for kind, columns in _YUNET_COLUMNS.items() for stride in (8, 16, 32)}
_SFACE_OUTPUTS = {"fc1": 128}
"""Name -> last size of the outputs."""


class YuNet:
    """The detector. Calls from several threads wait for each other."""

    def __init__(self, found: FoundFile, min_score: float) -> None:
        """Raises ModelUnavailable if the file is another model, AssetCorrupt if it is none."""
        _require_outputs(found, _YUNET_OUTPUTS)
        settings = ((SIDES_PX[0], SIDES_PX[0]), min_score, SAME_FACE_IOU, MOST_CANDIDATES)
        self._found = found
        self._detector = _opened(found, cv2.FaceDetectorYN, settings)
        # It keeps the size of its input between two calls, so a second thread would exchange it.
        self._lock = threading.Lock()

    def detect(self, image: ByteArray) -> tuple[Face, ...]:
        """Faces with box, landmarks and score, best first, each once; `image` is RGB (height, width, 3)."""
        found = [face for side in SIDES_PX for face in self._detect_at(image, side)]
        return tuple(merge_overlapping(found))

    def _detect_at(self, image: ByteArray, longest_px: int) -> list[Face]:
        working, scale = fit_within(image, longest_px)
        try:
            with self._lock:
                self._detector.setInputSize((working.shape[1], working.shape[0]))
                _, rows = self._detector.detect(cv2.cvtColor(working, cv2.COLOR_RGB2BGR))
        except cv2.error as error:
            raise _unusable(self._found) from error
        # None when there is no face. Columns: x, y, width, height, five (x, y), score.
        rows = np.empty((0, 15)) if rows is None else rows.astype(np.float64)
        solid = np.isfinite(rows).all(axis=1) & (rows[:, 2:4] > 0).all(axis=1)
        return [_face(row, scale) for row in rows[solid]]


class SFace:
    """The recognizer. Calls from several threads wait for each other."""

    def __init__(self, found: FoundFile) -> None:
        """Raises ModelUnavailable if the file is another model, AssetCorrupt if it is none."""
        _require_outputs(found, _SFACE_OUTPUTS)
        self._found = found
        self._recognizer = _opened(found, cv2.FaceRecognizerSF, ())
        self._lock = threading.Lock()

    def embed(self, image: ByteArray, face: Face) -> FloatArray:
        """float32 (128,), not normalised; the cosine of two tells people apart.

        Raises DegenerateLandmarks if the points coincide.
        """
        # What the recognizer's alignCrop would cut, but from photos of any size.
        crop = cv2.cvtColor(arcface_crop(image, face), cv2.COLOR_RGB2BGR)
        try:
            with self._lock:
                return self._recognizer.feature(crop)[0].copy()
        except cv2.error as error:
            raise _unusable(self._found) from error


def _require_outputs(found: FoundFile, needed: Mapping[str, int]) -> None:
    """Nothing if the file has the outputs that OpenCV asks it for, by their names."""
    shapes = {one.name: one.shape for one in read_onnx_file(found).outputs}
    # A file may leave sizes out: then there is nothing to compare.
    if not all(name in shapes and shapes[name][-1:] in ((), (None,), (size,)) for name, size in needed.items()):
        raise _unusable(found)


def _opened(found: FoundFile, kind: Any, settings: tuple[object, ...]) -> Any:
    content, nothing = np.fromfile(found.path, np.uint8), np.empty(0, np.uint8)
    try:
        # From its bytes: OpenCV opens a path by a narrow string, which fails on Windows beyond its code page.
        return kind.create("onnx", content, nothing, *settings)
    except TypeError:  # OpenCV 4.9 and 4.10 read a recognizer only by its path
        return kind.create(str(found.path), "", *settings)
    except cv2.error as error:
        raise _unusable(found) from error


def _unusable(found: FoundFile) -> ModelUnavailable:
    return ModelUnavailable(
        f"OpenCV {cv2.__version__} cannot use {found.model.file} in {found.path.parent}; "
        f"needed: {found.model.contract}. Put the published file there: {found.model}."
    )


def _face(row: FloatArray, scale: float) -> Face:
    x, y, width, height = map(float, row[:4] / scale)
    return Face(Box(x, y, x + width, y + height), Landmarks(row[4:14].reshape(5, 2) / scale), float(row[14]))
