import json
import struct

import numpy as np
import pytest

from facechain.errors import AssetCorrupt
from facechain.providers.dlib_file import fold, safetensors_from_dlib

WIDTHS = (32, *([32] * 6), *([64] * 8), *([128] * 6), *([256] * 8))
"""Output channels of the 29 convolutions."""


def number(value):
    """A whole number as dlib writes it: a control byte, then little-endian bytes."""
    size = max((abs(value).bit_length() + 7) // 8, 1)
    return bytes([size | (0x80 if value < 0 else 0)]) + abs(value).to_bytes(size, "little")


def layer(tag, values, *, before=b""):
    sizes = b"".join(number(size) for size in (2, values.size, 1, 1, 1))
    return b"\x01" + bytes([len(tag)]) + tag + before + sizes + values.astype("<f4").tobytes() + number(-7)


def dlib_network(gamma=2.0, beta=3.0):
    """A .dat with the real layout; every weight 0.5, every bias 1."""
    layers, inputs = [b"\x01\x01loss_metric_2"], 3
    for index, width in enumerate(WIDTHS):
        kernel = 7 if index == 0 else 3
        weights = np.full(width * inputs * kernel * kernel, 0.5)
        layers.append(layer(b"con_4", np.append(weights, np.ones(width))))
        layers.append(layer(b"affine_", np.append(np.full(width, gamma), np.full(width, beta))))
        inputs = width
    head = layer(b"fc_2", np.arange(256 * 128) % 100, before=number(128) + number(256))
    return b"".join([*layers, head])


def read(file):
    """Tensors of a safetensors file by name."""
    (size,) = struct.unpack("<Q", file[:8])
    header, body = json.loads(file[8 : 8 + size]), file[8 + size :]
    header.pop("__metadata__")
    return {
        name: np.frombuffer(body[slice(*entry["data_offsets"])], "<f2").reshape(entry["shape"])
        for name, entry in header.items()
    }


@pytest.fixture(scope="module")
def network():
    return dlib_network()


def test_every_layer_gets_its_name_and_shape(network):
    tensors = read(safetensors_from_dlib(network))
    assert len(tensors) == 2 * 29 + 1
    assert tensors["stem.weight"].shape == (32, 3, 7, 7)
    assert tensors["blocks.0.first.weight"].shape == (32, 32, 3, 3)
    assert tensors["blocks.3.first.weight"].shape == (64, 32, 3, 3)
    assert tensors["blocks.13.second.bias"].shape == (256,)
    assert tensors["head.weight"].shape == (128, 256)


def test_the_affine_layer_is_folded_into_the_convolution_before_it(network):
    tensors = read(safetensors_from_dlib(network))
    assert (tensors["stem.weight"] == 1.0).all(), "0.5 x 2"
    assert (tensors["blocks.7.second.bias"] == 5.0).all(), "1 x 2 + 3"


def test_the_head_is_transposed_to_outputs_first(network):
    head = read(safetensors_from_dlib(network))["head.weight"]
    assert head[:3, 0].tolist() == [0, 1, 2]
    assert head[0, 1] == 28, "128 % 100: the next input's first output"


def test_folding_does_the_work_of_both_layers():
    weights, biases = np.arange(18, dtype=np.float32), np.array([1.0, -1.0], np.float32)
    factors, offsets = np.array([2.0, -3.0], np.float32), np.array([0.5, 0.25], np.float32)
    weight, bias = fold(np.append(weights, biases), np.append(factors, offsets))
    patch = np.linspace(-1, 1, 9, dtype=np.float32)
    convolved = weights.reshape(2, 9) @ patch + biases
    assert weight.reshape(2, 9) @ patch + bias == pytest.approx(convolved * factors + offsets)


def test_the_bytes_are_the_same_every_time(network):
    assert safetensors_from_dlib(network) == safetensors_from_dlib(network)


def test_a_truncated_file_is_refused(network):
    with pytest.raises(AssetCorrupt, match=r"ends inside a tensor. Delete it and fetch it again"):
        safetensors_from_dlib(network[:100_000])


def test_another_network_is_refused_with_the_number_of_its_layers(network):
    with pytest.raises(AssetCorrupt, match=r"holds 58 layers where the face network has 59"):
        safetensors_from_dlib(network[: network.rindex(b"\x01\x04fc_2")])
