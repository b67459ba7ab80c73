"""Identity embeddings by dlib's face recognition ResNet, as a torch module.

Network and weights: Davis King, dlib face recognition v1 (2017), CC0; 99.38 % on LFW by its author.
Layers after He et al. 2016, with half the filters and without a projection on the skip path.
"""

from __future__ import annotations

import numpy as np
import safetensors.torch
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..geometry import ByteArray, FloatArray, Landmarks, Size, estimate_similarity
from ..interfaces import DeviceLease
from .sampling import cut_out

CHIP_PX = 150
CHIP_TEMPLATE = np.array([(47.549, 46.599), (100.476, 46.599), (74.013, 76.562), (50.415, 103.023), (97.610, 103.023)])
"""Where the five landmarks lie in the 150 px chip: dlib's mean face at its padding of 0.25."""

_MEAN_RGB = np.array([122.782, 117.001, 104.298], np.float32)
_WIDTHS = (32, 32, 32, 64, 64, 64, 64, 128, 128, 128, 256, 256, 256, 256)
_HALVING_BLOCKS = (3, 7, 10, 13)


class FaceEmbedder:
    """The embedding model on a borrowed device."""

    def __init__(self, weights: bytes, lease: DeviceLease) -> None:
        self._net = load_network(weights)
        self._lease = lease

    def embed(self, image: ByteArray, landmarks: Landmarks) -> FloatArray:
        """float32 (128,), not normalised; the Euclidean distance of two tells people apart.

        Raises DegenerateLandmarks if the points coincide.
        """
        chip = cut_out(image, estimate_similarity(landmarks.points, CHIP_TEMPLATE), Size(CHIP_PX, CHIP_PX))
        pixels = (chip.astype(np.float32) - _MEAN_RGB) / 256
        batch = torch.from_numpy(pixels.transpose(2, 0, 1)[None].copy())  # HWC -> BCHW
        with torch.inference_mode(), self._lease.hold(self._net) as device:
            return self._net(batch.to(device))[0].float().cpu().numpy()


class FaceResNet(nn.Module):
    """dlib's network: 29 convolutions and a linear head, affine layers folded into the convolutions."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 32, kernel_size=7, stride=2)
        inputs = (32, *_WIDTHS[:-1])
        self.blocks = nn.Sequential(
            *(
                _Block(before, width, halves=index in _HALVING_BLOCKS)
                for index, (before, width) in enumerate(zip(inputs, _WIDTHS, strict=True))
            )
        )
        self.head = nn.Linear(256, 128, bias=False)

    def forward(self, batch: Tensor) -> Tensor:
        """Embeddings (b, 128) of chips (b, 3, 150, 150), RGB minus mean, over 256."""
        features = functional.max_pool2d(functional.relu(self.stem(batch)), kernel_size=3, stride=2)
        return self.head(self.blocks(features).mean(dim=(2, 3)))


class _Block(nn.Module):
    def __init__(self, inputs: int, outputs: int, *, halves: bool) -> None:
        super().__init__()
        stride, padding = (2, 0) if halves else (1, 1)
        self.first = nn.Conv2d(inputs, outputs, kernel_size=3, stride=stride, padding=padding)
        self.second = nn.Conv2d(outputs, outputs, kernel_size=3, padding=1)
        self.halves = halves

    def forward(self, features: Tensor) -> Tensor:
        changed = self.second(functional.relu(self.first(features)))
        kept = functional.avg_pool2d(features, kernel_size=2, stride=2) if self.halves else features
        return functional.relu(_padded_sum(changed, kept))


def _padded_sum(one: Tensor, other: Tensor) -> Tensor:
    """Sum in the larger size of both: zeros stand for missing channels, columns and rows."""
    channels, height, width = (max(sizes) for sizes in zip(one.shape[1:], other.shape[1:], strict=True))

    def grown(features: Tensor) -> Tensor:
        _, own_channels, own_height, own_width = features.shape
        missing = (0, width - own_width, 0, height - own_height, 0, channels - own_channels)
        return functional.pad(features, missing)

    return grown(one) + grown(other)


def load_network(weights: bytes) -> FaceResNet:
    """The network with the weights of a safetensors file, float32, ready to run."""
    tensors = {name: tensor.float() for name, tensor in safetensors.torch.load(weights).items()}
    network = FaceResNet()
    network.load_state_dict(tensors, strict=True)
    return network.eval().requires_grad_(False)
