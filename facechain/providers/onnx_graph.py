"""An ONNX graph that can be run, whatever runs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ..geometry import FloatArray

Shape = tuple[int | None, ...]
"""Sizes of a tensor; None stands for any size."""


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """One input or output of a graph."""

    name: str
    shape: Shape
    """Empty when the file names none; a scalar then looks the same."""

    def __str__(self) -> str:
        return f"{self.name} {shape_text(self.shape)}"


class OnnxGraph(Protocol):
    """One graph. Calls from several threads are allowed."""

    inputs: tuple[TensorInfo, ...]
    outputs: tuple[TensorInfo, ...]
    """In the order of the file."""
    engine: str
    """For people, for example "onnxruntime 1.31.1 on CUDA"."""

    def run(self, values: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
        """Every output by name, float32 and contiguous, for one array per input name.

        Raises ModelUnavailable for other names or shapes than `inputs`, or if the engine fails.
        """
        ...


def shape_text(shape: tuple[int | None, ...]) -> str:
    """For people, for example "[1,3,?,?]"."""
    return f"[{','.join('?' if size is None else str(size) for size in shape)}]"
