"""ONNX graphs, run by OpenCV where there is no onnxruntime."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import numpy as np

from .. import opencv as cv2
from ..errors import ModelUnavailable
from ..geometry import FloatArray
from .model_files import FoundFile
from .onnx_contract import contiguous_values
from .onnx_file import OnnxFile


class OpenCvGraph:
    """One graph on the CPU. Calls from several threads wait for each other."""

    def __init__(self, found: FoundFile, file: OnnxFile) -> None:
        """Raises ModelUnavailable if OpenCV cannot run the graph."""
        self._file = found.path.name
        self.inputs, self.outputs = file.inputs, file.outputs
        self.engine = f"OpenCV {cv2.__version__} on the CPU"
        self._net = _read(found, file)
        # A cv2.dnn.Net keeps its inputs between two calls, so a second thread would exchange them.
        self._lock = threading.Lock()

    def run(self, values: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        """Every output by name, as OnnxGraph says."""
        inputs = contiguous_values(self._file, self.inputs, values)
        names = [one.name for one in self.outputs]
        try:
            with self._lock:
                for name, value in inputs.items():
                    self._net.setInput(value, name)
                outputs = self._net.forward(names)
        except cv2.error as error:
            raise ModelUnavailable(
                f'{self._file} stopped in {self.engine}: "{_reason(error)}". '
                "Install onnxruntime, which runs more models."
            ) from error
        return {name: np.ascontiguousarray(output, np.float32) for name, output in zip(names, outputs, strict=True)}


def _read(found: FoundFile, file: OnnxFile) -> Any:
    try:
        # From its bytes: OpenCV opens a path by a narrow string, which fails on Windows beyond its code page.
        return cv2.dnn.readNetFromONNX(np.fromfile(found.path, np.uint8))
    except cv2.error as error:
        raise ModelUnavailable(
            f"OpenCV {cv2.__version__} cannot run {found.path.name} in {found.path.parent} ({file.versions}): "
            f'"{_reason(error)}". Install onnxruntime, which runs more models, or put {found.model} there.'
        ) from error


def _reason(error: cv2.error) -> str:
    """What OpenCV says, as one line."""
    return " ".join(error.err.replace("> ", " ").split()).strip(" .>")
