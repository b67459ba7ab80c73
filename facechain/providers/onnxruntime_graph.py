"""ONNX graphs, run by onnxruntime."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

import numpy as np

from ..errors import ModelUnavailable
from ..geometry import FloatArray
from .model_files import FoundFile
from .onnx_contract import contiguous_values
from .onnx_file import OnnxFile
from .onnxruntime_session import open_session, reason, runtime_errors


class OnnxRuntimeGraph:
    """One graph on an NVIDIA GPU or the CPU. Calls from several threads run side by side."""

    def __init__(self, runtime: ModuleType, found: FoundFile, file: OnnxFile, device: str) -> None:
        """`device`: "cuda", which falls back to the CPU, or "cpu". Raises ModelUnavailable if it cannot run."""
        self._file = found.path.name
        self._errors = runtime_errors(runtime)
        self.inputs, self.outputs = file.inputs, file.outputs
        self._output_names = [one.name for one in file.outputs]
        try:
            opened = open_session(runtime, found.path, device)
        except self._errors as error:
            raise ModelUnavailable(
                f"onnxruntime {runtime.__version__} cannot run {found.path.name} in {found.path.parent} "
                f'({file.versions}): "{reason(error)}". Put {found.model} there, or update onnxruntime.'
            ) from error
        self._session, self.engine = opened.session, opened.engine

    def run(self, values: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        """Every output by name, as OnnxGraph says."""
        inputs = contiguous_values(self._file, self.inputs, values)
        try:
            outputs = self._session.run(self._output_names, inputs)
        except self._errors as error:
            raise ModelUnavailable(
                f'{self._file} stopped in {self.engine}: "{reason(error)}". Free memory, or update onnxruntime.'
            ) from error
        arrays = (np.ascontiguousarray(output, np.float32) for output in outputs)
        return dict(zip(self._output_names, arrays, strict=True))
