"""dlib's face recognition network, read out of its .dat file and written as safetensors.

The .dat is a stream without an index: a type name stands before each layer, whole numbers have a
control byte (low nibble: number of bytes, 0x80: negative), tensors a version and four sizes.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from ..errors import AssetCorrupt

FloatTensor = npt.NDArray[np.float32]

BLOCKS = 14
"""Residual blocks of two convolutions each; with the stem 29 convolutions."""

_LAYER = re.compile(rb"\x01(?:\x05(con_4)|\x07(affine_)|\x04(fc_2))")


def safetensors_from_dlib(data: bytes) -> bytes:
    """The network as a safetensors file, float16, the same bytes on every machine.

    Every affine layer is folded into the convolution before it: `stem`, `blocks.<n>.first` and
    `blocks.<n>.second` with weight (out, in, k, k) and bias (out), and `head.weight` (128, 256).
    Half precision moves an embedding by about 0.001, against 0.5 between two people.

    Raises AssetCorrupt if `data` is no such network.
    """
    names = ["stem", *(f"blocks.{block}.{part}" for block in range(BLOCKS) for part in ("first", "second"))]
    layers = list(_layers(data))
    kinds = [kind for kind, _ in layers]
    if kinds != ["con_4", "affine_"] * len(names) + ["fc_2"]:
        raise AssetCorrupt(
            f"The dlib file holds {len(kinds)} layers where the face network has {2 * len(names) + 1}. "
            "Delete it and fetch it again."
        )
    tensors: dict[str, FloatTensor] = {}
    for name, (_, convolution), (_, affine) in zip(names, layers[:-1:2], layers[1::2], strict=True):
        tensors[f"{name}.weight"], tensors[f"{name}.bias"] = fold(convolution, affine)
    tensors["head.weight"] = layers[-1][1].reshape(-1, 128).T
    return _serialised(tensors)


def fold(convolution: FloatTensor, affine: FloatTensor) -> tuple[FloatTensor, FloatTensor]:
    """Weight (out, in, k, k) and bias (out) of one convolution that does the work of both layers.

    `convolution` is flat: weights, then biases; `affine` is flat: factors, then offsets.
    """
    channels = affine.size // 2
    factors, offsets = affine[:channels], affine[channels:]
    weights, biases = convolution[:-channels].reshape(channels, -1), convolution[-channels:]
    # Only the stem looks at 7x7 pixels of 3 colours; every other kernel is 3x3.
    kernel = 7 if weights.shape[1] == 3 * 7 * 7 else 3
    folded = (weights * factors[:, None]).reshape(channels, -1, kernel, kernel)
    return folded, biases * factors + offsets


def _layers(data: bytes) -> Iterator[tuple[str, FloatTensor]]:
    """Kind and flat values of each layer with weights, from input to output."""
    position = 0
    while match := _LAYER.search(data, position):
        kind, position = match[match.lastindex or 0].decode(), match.end()
        if kind == "fc_2":
            _, position = _integer(data, position)
            _, position = _integer(data, position)
        values, position = _tensor(data, position)
        yield kind, values


def _tensor(data: bytes, position: int) -> tuple[FloatTensor, int]:
    numbers = []
    for _ in range(5):
        number, position = _integer(data, position)
        numbers.append(number)
    count = math.prod(numbers[1:])  # the first number is the version
    if min(numbers) < 0 or position + 4 * count > len(data):
        raise AssetCorrupt("The dlib file ends inside a tensor. Delete it and fetch it again.")
    return np.frombuffer(data, "<f4", count, position), position + 4 * count


def _integer(data: bytes, position: int) -> tuple[int, int]:
    if position >= len(data):
        raise AssetCorrupt("The dlib file ends inside a number. Delete it and fetch it again.")
    control, start = data[position], position + 1
    end = start + (control & 0x0F)
    value = int.from_bytes(data[start:end], "little")
    return (-value if control & 0x80 else value), end


def _serialised(tensors: dict[str, FloatTensor]) -> bytes:
    # Written here and not by the library: its byte layout may change with its version, and the
    # sha256 in the catalogue must hold for all of them.
    header: dict[str, object] = {"__metadata__": {"licence": "CC0-1.0", "source": "dlib face recognition v1"}}
    chunks: list[bytes] = []
    offset = 0
    for name in sorted(tensors):
        chunk = np.ascontiguousarray(tensors[name], dtype="<f2").tobytes()
        header[name] = {
            "dtype": "F16",
            "shape": list(tensors[name].shape),
            "data_offsets": [offset, offset + len(chunk)],
        }
        chunks.append(chunk)
        offset += len(chunk)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + b"".join(chunks)
