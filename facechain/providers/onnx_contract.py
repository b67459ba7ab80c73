"""What a graph must take and give: checked against its file once, and against the values of every run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..errors import ModelUnavailable
from ..geometry import FloatArray
from .model_files import FoundFile
from .onnx_graph import OnnxGraph, Shape, TensorInfo, shape_text


def require_tensors(graph: OnnxGraph, found: FoundFile, *, inputs: Sequence[Shape], outputs: Sequence[Shape]) -> None:
    """Nothing if `graph` has inputs and outputs of these shapes, in the order of its file.

    Number and rank must fit, and every size that both sides name. None fits any size.

    Raises ModelUnavailable with what the file has, what is needed, and the file that has it.
    """
    if _all_fit(graph.inputs, inputs) and _all_fit(graph.outputs, outputs):
        return
    contract = f" ({found.model.contract})" if found.model.contract else ""
    raise ModelUnavailable(
        f"{found.model.file} in {found.path.parent} is another model than this role needs. "
        f"It has {_side_text([one.shape for one in graph.inputs])} -> "
        f"{_side_text([one.shape for one in graph.outputs])}; "
        f"needed: {_side_text(inputs)} -> {_side_text(outputs)}{contract}. "
        f"Put the published file there: {found.model}."
    )


def contiguous_values(
    file: str, inputs: Sequence[TensorInfo], values: Mapping[str, FloatArray]
) -> dict[str, FloatArray]:
    """`values` as contiguous float32. Raises ModelUnavailable if names or shapes are not those of `inputs`."""
    fits = values.keys() == {one.name for one in inputs} and all(
        _fits(one.shape, values[one.name].shape) for one in inputs
    )
    if not fits:
        given = ", ".join(f"{name} {shape_text(value.shape)}" for name, value in values.items())
        raise ModelUnavailable(f"{file} expects {', '.join(map(str, inputs))}; given: {given or 'nothing'}.")
    return {name: np.ascontiguousarray(value, np.float32) for name, value in values.items()}


def _all_fit(tensors: Sequence[TensorInfo], shapes: Sequence[Shape]) -> bool:
    return len(tensors) == len(shapes) and all(
        _fits(tensor.shape, shape) for tensor, shape in zip(tensors, shapes, strict=True)
    )


def _fits(declared: Shape, shape: Shape) -> bool:
    if not declared:  # the file does not say
        return True
    return len(declared) == len(shape) and all(
        None in (here, there) or here == there for here, there in zip(declared, shape, strict=True)
    )


def _side_text(shapes: Sequence[Shape]) -> str:
    return " ".join(map(shape_text, shapes)) or "nothing"
