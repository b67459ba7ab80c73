"""Wide layers over few pixels, multiplied instead of convolved: the same values and the same gradients."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from facechain.training.few_pixels import FewPixelsConv2d, multiply_where_pixels_are_few


def conv(inputs, outputs, kernel, **options):
    """A frozen convolution of random weights in float64, where the order of sums is not seen."""
    layer = nn.Conv2d(inputs, outputs, kernel, dtype=torch.float64, **options).requires_grad_(False)
    return nn.Sequential(layer)


def answer(module, picture):
    """Values, and the gradient at the picture."""
    asked = picture.clone().requires_grad_(True)
    told = module(asked)
    told.backward(torch.cos(torch.arange(told.numel(), dtype=told.dtype)).view(told.shape))
    return told.detach(), asked.grad


@pytest.fixture
def convolutions(monkeypatch):
    """Counts what is convolved."""
    counted = []
    original = nn.Conv2d._conv_forward

    def forward(layer, *arguments):
        counted.append(layer)
        return original(layer, *arguments)

    monkeypatch.setattr(nn.Conv2d, "_conv_forward", forward)
    return counted


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize(
    ("kernel", "options", "size"),
    [
        (3, {"padding": 1}, (2, 3)),
        (3, {"padding": 1, "stride": 2}, (4, 4)),
        (3, {"padding": 1, "stride": 2}, (5, 3)),
        (1, {}, (3, 2)),
        ((3, 1), {"padding": (1, 0)}, (2, 2)),
    ],
)
def test_values_and_gradients_are_those_of_the_convolution(kernel, options, size, batch, convolutions):
    module = conv(96, 5, kernel, **options)
    picture = torch.randn(batch, 96, *size, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    expected = answer(module, picture)
    assert convolutions
    convolutions.clear()
    multiply_where_pixels_are_few(module)
    for found, right in zip(answer(module, picture), expected, strict=True):
        assert found.shape == right.shape
        assert torch.allclose(found, right, rtol=1e-12, atol=1e-12)
    assert not convolutions


def test_where_pixels_are_many_it_stays_a_convolution(convolutions):
    module = conv(20, 4, 3, padding=1)
    multiply_where_pixels_are_few(module)
    module(torch.zeros(1, 20, 2, 2, dtype=torch.float64))
    assert not convolutions  # 20 channels for 4 pixels
    module(torch.zeros(1, 20, 2, 3, dtype=torch.float64))
    module(torch.zeros(2, 20, 2, 2, dtype=torch.float64))
    assert len(convolutions) == 2


def test_the_parameters_are_the_very_same():
    module = conv(8, 8, 3, padding=1)
    weight, bias = module[0].weight, module[0].bias
    multiply_where_pixels_are_few(module)
    assert isinstance(module[0], FewPixelsConv2d)
    assert module[0].weight is weight
    assert module[0].bias is bias


@pytest.mark.parametrize(
    "options", [{"groups": 2}, {"dilation": 2}, {"bias": False}, {"padding_mode": "circular"}, {"padding": "same"}]
)
def test_other_convolutions_are_left_alone(options):
    module = nn.Sequential(nn.Conv2d(8, 8, 3, **options))
    multiply_where_pixels_are_few(module)
    assert type(module[0]) is nn.Conv2d


def test_subclasses_are_left_alone():
    class Own(nn.Conv2d):
        def forward(self, picture):
            return functional.relu(super().forward(picture))

    module = nn.Sequential(Own(8, 8, 3))
    multiply_where_pixels_are_few(module)
    assert type(module[0]) is Own
