"""Weights out of an ONNX file that its graph does not use, but whoever runs it needs."""

from __future__ import annotations

import numpy as np

from ..errors import ModelUnavailable
from ..geometry import FloatArray
from .model_files import FoundFile
from .onnx_graph import shape_text
from .protobuf import Message, open_message

# Field numbers of ModelProto, GraphProto and TensorProto; types of TensorProto.
# Source: onnx/onnx.proto3, https://github.com/onnx/onnx.
_GRAPH, _INITIALIZER = 7, 5
_DIMENSIONS, _TYPE, _FLOATS, _INTEGERS, _RAW = 1, 2, 4, 5, 9
_FLOAT, _HALF = 1, 10


def last_weights(found: FoundFile, shape: tuple[int, int]) -> FloatArray:
    """The weights that stand last in an ONNX file that was read before, float32 of `shape`.

    Raises ModelUnavailable if the last ones have another shape, are no floats, or lie in another file.
    """
    with open_message(found.path) as model:
        weights = model.message(_GRAPH).messages(_INITIALIZER)
        there = tuple(weights[-1].numbers(_DIMENSIONS)) if weights else ()
        content, kind = _content(weights[-1]) if there == shape else (b"", "<f4")
    if len(content) != shape[0] * shape[1] * np.dtype(kind).itemsize:
        last = f"weights {shape_text(there)}" if weights else "no weights"
        raise ModelUnavailable(
            f"{found.path.name} in {found.path.parent} ends with {last}; needed: {shape_text(shape)} as float32 or "
            f"float16, in the file itself. Put the published file there: {found.model}."
        )
    return np.frombuffer(content, kind).astype(np.float32).reshape(shape)


def _content(weights: Message) -> tuple[bytes, str]:
    """Bytes and type of a tensor, from any of the places that the format has for them; none if it has no floats."""
    raw, kind = weights.content(_RAW), weights.number(_TYPE)
    if kind == _HALF:
        # Where they are not raw, they are numbers of 16 bits each.
        return raw or np.array(weights.numbers(_INTEGERS), "<u2").tobytes(), "<f2"
    return raw or weights.content(_FLOATS) if kind == _FLOAT else b"", "<f4"
