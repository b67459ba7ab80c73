"""ONNX networks that look at one square crop and answer with one vector."""

from __future__ import annotations

import numpy as np

from ..geometry import ByteArray, FloatArray
from ..interfaces import DeviceLease
from .model_files import FoundFile
from .onnx_contract import require_tensors
from .onnx_engine import open_graph


class CropNetwork:
    """One network. One instance may serve several threads."""

    def __init__(self, found: FoundFile, lease: DeviceLease, *, side_px: int, values: int) -> None:
        """Raises ModelUnavailable if the file takes or gives something else, AssetCorrupt if it is no model."""
        self._graph = open_graph(found, lease)
        self.engine = self._graph.engine
        # A vector of one picture is a row in some exports, and a row in a row in others.
        rank = len(self._graph.outputs[0].shape) if self._graph.outputs else 0
        answer = (*[None] * max(rank - 1, 0), values)
        require_tensors(self._graph, found, inputs=[(None, 3, side_px, side_px)], outputs=[answer])

    def run(self, crop: ByteArray, *, mean: float = 0, scale: float = 1) -> FloatArray:
        """Float32 vector for RGB pixels of which the network sees (pixels - mean) * scale."""
        values = self._graph.run({self._graph.inputs[0].name: batch(crop, mean, scale)})
        return values[self._graph.outputs[0].name].ravel()


def batch(pixels: ByteArray, mean: float, scale: float) -> FloatArray:
    """RGB (height, width, 3) as (pixels - mean) * scale, float32 (1, 3, height, width)."""
    values = (pixels.astype(np.float32) - np.float32(mean)) * np.float32(scale)
    return np.ascontiguousarray(values.transpose(2, 0, 1)[None])
