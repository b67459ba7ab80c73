"""BiSeNet parsers of yakhyo/face-parsing. Code: MIT; weights: trained on CelebAMask-HQ, for research only.

Tested by contract: the published weights were never run in this extension's own tests.
"""

from __future__ import annotations

from .onnx_face_parser import OnnxFaceParser
from .parsing_models import BISENET_RESNET18, BISENET_RESNET34
from .region_classes import BISENET_CLASSES


class BiSeNetParser(OnnxFaceParser):
    """With ResNet-34."""

    id = "bisenet"
    file = BISENET_RESNET34
    classes = BISENET_CLASSES
    output_px = 512


class SmallBiSeNetParser(BiSeNetParser):
    """With ResNet-18: half as large, a little less exact."""

    id = "bisenet_small"
    file = BISENET_RESNET18
