"""Parsing networks as ONNX graphs: a square RGB picture in, logits of 19 classes out."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from .. import opencv as cv2
from ..faces import Face
from ..geometry import ByteArray, FloatArray
from ..interfaces import DeviceLease
from ..parsing import FaceRegions, Region
from .face_surroundings import parse_surroundings
from .model_files import FoundFile, ModelFile, ModelLocations
from .onnx_contract import require_tensors
from .onnx_engine import open_graph
from .pickled_weights import refuse_pickle
from .region_classes import region_probabilities

INPUT_PX = 512
_MEAN, _DEVIATION = np.array([0.485, 0.456, 0.406], np.float32), np.array([0.229, 0.224, 0.225], np.float32)
"""Of ImageNet, for RGB 0..1."""


class OnnxFaceParser:
    """A parser whose file, classes and id its children say. No mesh is needed."""

    id: ClassVar[str]
    file: ClassVar[ModelFile]
    classes: ClassVar[tuple[Region, ...]]
    output_px: ClassVar[int]
    """Side of the logits."""

    def __init__(self, locations: ModelLocations, lease: DeviceLease) -> None:
        found = locations.found(self.file)
        refuse_pickle(found)
        self._graph = open_graph(found, lease)
        logits = (None, len(self.classes), self.output_px, self.output_px)
        # What follows the first output helps in training only.
        further = [(None, len(self.classes), None, None)] * (len(self._graph.outputs) - 1)
        require_tensors(self._graph, found, inputs=[(None, 3, INPUT_PX, INPUT_PX)], outputs=[logits, *further])
        self.engine = f"{self._graph.engine}{weights_text(found)}"

    def parse(self, image: ByteArray, face: Face) -> FaceRegions:
        """The regions of the person around `face`, in pixels of `image`."""
        return parse_surroundings(self._look, INPUT_PX, image, face)

    def _look(self, picture: ByteArray) -> FloatArray:
        outputs = self._graph.run({self._graph.inputs[0].name: network_input(picture)})
        return region_probabilities(enlarged(outputs[self._graph.outputs[0].name][0]), self.classes)


def network_input(picture: ByteArray) -> FloatArray:
    """float32 (1, 3, side, side) of RGB `picture`, normalised as for ImageNet."""
    values = (picture.astype(np.float32) / 255 - _MEAN) / _DEVIATION
    return values.transpose(2, 0, 1)[None]  # HWC -> BCHW


def enlarged(logits: FloatArray) -> FloatArray:
    """`logits` (classes, height, width) at the size of the network's input; edges run between its cells."""
    target = (INPUT_PX, INPUT_PX)
    if logits.shape[1:] == target:
        return logits
    return np.stack([cv2.resize(plane, target, interpolation=cv2.INTER_LINEAR) for plane in logits])


def weights_text(found: FoundFile) -> str:
    """For people: that a file with a known hash holds other weights; empty for the published one."""
    is_other = found.model.sha256 and not found.is_published
    return f", other weights ({found.sha256[:8]})" if is_other else ""
