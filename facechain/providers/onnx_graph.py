"""An ONNX graph that can be run, whatever runs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ..geometry import FloatArray


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """One input or output of a graph."""

    name: str
    shape: tuple[int | None, ...]
    """None: any size."""


class OnnxGraph(Protocol):
    """One graph. Calls from several threads are allowed."""

    inputs: tuple[TensorInfo, ...]
    outputs: tuple[TensorInfo, ...]
    """In the order of the file."""
    engine: str
    """For people, for example "onnxruntime 1.31.1 on CUDA"."""

    def run(self, values: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        """Every output by name, float32, for one array per input name."""
        ...
