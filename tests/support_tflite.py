"""TFLite files of one convolution, written field by field, as a stand-in for a model that is not here.

Numbers of fields, types and operators: tensorflow/lite/schema/schema.fbs. Everything takes four bytes,
which is allowed, and keeps every value aligned.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

Value = Any
"""An int, a str, bytes, a list of ints, a table, or a list of tables."""
_CONVOLUTION, _OPTIONS_OF_ONE = 3, 1


def mixing_file(file: Path, weights: np.ndarray, biases: np.ndarray, side_px: int) -> Path:
    """RGB (1, side, side, 3) -> (1, side, side, classes): at each pixel `weights` (classes, 3) and `biases`."""
    classes = len(weights)
    tensors = [
        {0: [1, side_px, side_px, 3], 2: 0, 3: "input"},
        {0: [classes, 1, 1, 3], 2: 1, 3: "weights"},
        {0: [classes], 2: 2, 3: "biases"},
        {0: [1, side_px, side_px, classes], 2: 0, 3: "output"},
    ]
    options = {1: 1, 2: 1, 4: 1, 5: 1}  # strides and dilations
    operator = {0: 0, 1: [0, 1, 2], 2: [3], 3: _OPTIONS_OF_ONE, 4: options}
    graph = {0: tensors, 1: [0], 2: [3], 3: [operator], 4: "stand_in"}
    buffers = [{}, *({0: np.float32(values).tobytes()} for values in (weights, biases))]
    code = {0: _CONVOLUTION, 2: 1, 3: _CONVOLUTION}
    model = {0: 3, 1: [code], 2: [graph], 3: "one convolution", 4: buffers}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_flatbuffer(model, b"TFL3"))
    return file


def _flatbuffer(root: Mapping[int, Value], identifier: bytes) -> bytes:
    out = bytearray(struct.pack("<I4s", 0, identifier))
    struct.pack_into("<I", out, 0, _append(out, root))
    return bytes(out)


def _append(out: bytearray, value: Value) -> int:
    """Where `value` begins after it was written to the end of `out`."""
    out.extend(bytes(-len(out) % 4))
    if isinstance(value, Mapping):
        return _append_table(out, value)
    place = len(out)
    if isinstance(value, str | bytes):
        content = value if isinstance(value, bytes) else value.encode()
        out.extend(struct.pack("<I", len(content)) + content + b"\0")
    elif all(isinstance(item, int) for item in value):
        out.extend(struct.pack(f"<I{len(value)}i", len(value), *value))
    else:
        out.extend(struct.pack("<I", len(value)) + bytes(4 * len(value)))
        for index, item in enumerate(value):
            _refer(out, place + 4 * (index + 1), item)
    return place


def _append_table(out: bytearray, table: Mapping[int, Value]) -> int:
    fields = sorted(table)
    count = fields[-1] + 1 if fields else 0
    sizes = [4 + 2 * count, 4 + 4 * len(fields)]
    offsets = [4 + 4 * fields.index(number) if number in table else 0 for number in range(count)]
    description = struct.pack(f"<{2 + count}H", *sizes, *offsets)
    out.extend(description + bytes(-len(description) % 4))
    place = len(out)
    out.extend(struct.pack("<i", len(description) + -len(description) % 4) + bytes(4 * len(fields)))
    for index, number in enumerate(fields):
        at = place + 4 * (index + 1)
        if isinstance(table[number], int):
            struct.pack_into("<i", out, at, table[number])
        else:
            _refer(out, at, table[number])
    return place


def _refer(out: bytearray, at: int, value: Value) -> None:
    """Writes `value` to the end of `out`, and its distance to `at`."""
    struct.pack_into("<I", out, at, _append(out, value) - at)
