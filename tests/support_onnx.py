"""ONNX files drawn node by node, for stand-ins of models whose weights are not here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

Shape = Sequence[int | str]
"""Sizes; a word stands for any size."""
IR_VERSION, OPSET = 8, 17
"""Old enough for every onnxruntime since 1.18."""


class Drawing:
    """A graph under construction. Every method that adds a node gives the name of its output."""

    def __init__(self, **inputs: Shape) -> None:
        self._inputs = inputs
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def add(self, operator: str, *inputs: str, output: str = "", name: str = "", **attributes: object) -> str:
        """One node; `output` and `name` are made up where none is given."""
        output = output or f"value_{len(self._nodes)}"
        name = name or f"node_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, list(inputs), [output], name=name, **attributes))
        return output

    def constant(self, values: object, dtype: type = np.float32) -> str:
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values, dtype), name))
        return name

    def convolve(self, value: str, kernels: np.ndarray, biases: Sequence[float] = (), **attributes: object) -> str:
        """`kernels` (outputs, inputs, height, width) over `value`."""
        operands = [self.constant(kernels)] + ([self.constant(biases)] if len(biases) else [])
        return self.add("Conv", value, *operands, kernel_shape=kernels.shape[2:], **attributes)

    def mix(self, value: str, weights: np.ndarray, biases: Sequence[float] = ()) -> str:
        """Sums of channels, `weights` (outputs, inputs)."""
        return self.convolve(value, np.asarray(weights, np.float32)[:, :, None, None], biases)

    def stack(self, *values: str) -> str:
        """The channels of `values`, one after the other."""
        return self.add("Concat", *values, axis=1)

    def average(self, value: str, kernel_px: int, stride_px: int, padding_px: int = 0) -> str:
        return self.add(
            "AveragePool",
            value,
            kernel_shape=[kernel_px, kernel_px],
            strides=[stride_px, stride_px],
            pads=[padding_px] * 4,
        )

    def rows(self, value: str, columns: int, output: str, *, batch: bool = False) -> str:
        """(1, channels, height, width) as (n, columns), position after position; with `batch` (1, n, columns)."""
        last = self.add("Transpose", value, perm=[0, 2, 3, 1])
        shape = [1, -1, columns] if batch else [-1, columns]
        return self.add("Reshape", last, self.constant(shape, np.int64), output=output)

    def save(self, file: Path, outputs: Mapping[str, Shape]) -> Path:
        """The checked graph as a file, with `outputs` in this order."""
        graph = helper.make_graph(
            self._nodes,
            "stand_in",
            [_tensor(name, shape) for name, shape in self._inputs.items()],
            [_tensor(name, shape) for name, shape in outputs.items()],
            self._constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        onnx.checker.check_model(model, full_check=True)
        file.parent.mkdir(parents=True, exist_ok=True)
        onnx.save(model, str(file))
        return file


def _tensor(name: str, shape: Shape) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))
