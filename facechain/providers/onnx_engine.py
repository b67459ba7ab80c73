"""Opening of ONNX models: onnxruntime where it works, else OpenCV."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..geometry import FloatArray
from ..interfaces import DeviceLease
from .model_files import FoundFile
from .onnx_graph import OnnxGraph, TensorInfo


class _OrtGraph:
    def __init__(self, found: FoundFile) -> None:
        import onnxruntime

        self._session = onnxruntime.InferenceSession(str(found.path), providers=["CPUExecutionProvider"])
        self.inputs = tuple(TensorInfo(one.name, tuple(one.shape)) for one in self._session.get_inputs())
        self.outputs = tuple(TensorInfo(one.name, tuple(one.shape)) for one in self._session.get_outputs())
        self.engine = f"onnxruntime {onnxruntime.__version__} on the CPU"

    def run(self, values: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        names = [one.name for one in self.outputs]
        return dict(zip(names, map(np.asarray, self._session.run(names, dict(values))), strict=True))


def open_graph(found: FoundFile, lease: DeviceLease) -> OnnxGraph:
    """The graph of a file, ready to run."""
    return _OrtGraph(found)
