"""SegFormer parsers of jonathandinu/face-parsing. Licence: unknown; its base and its data are for research only.

Tested by contract: the published weights were never run in this extension's own tests.
"""

from __future__ import annotations

import torch

from ..faces import Face
from ..geometry import ByteArray, FloatArray
from ..interfaces import DeviceLease
from ..parsing import FaceRegions
from .face_surroundings import parse_surroundings
from .model_files import ModelLocations
from .onnx_face_parser import INPUT_PX, OnnxFaceParser, enlarged, network_input
from .parsing_models import SEGFORMER, SEGFORMER_ONNX
from .pickled_weights import refuse_pickle
from .region_classes import SEGFORMER_CLASSES, region_probabilities
from .segformer_file import load_segformer


class SegformerParser:
    """The torch network, on the borrowed device. No mesh is needed."""

    id = "segformer"

    def __init__(self, locations: ModelLocations, lease: DeviceLease) -> None:
        found = locations.found(SEGFORMER)
        refuse_pickle(found)
        self._network = load_segformer(found, len(SEGFORMER_CLASSES))
        self._lease = lease
        self.engine = f"PyTorch {torch.__version__}"

    def parse(self, image: ByteArray, face: Face) -> FaceRegions:
        """The regions of the person around `face`, in pixels of `image`."""
        return parse_surroundings(self._look, INPUT_PX, image, face)

    def _look(self, picture: ByteArray) -> FloatArray:
        batch = torch.from_numpy(network_input(picture).copy())
        with torch.inference_mode(), self._lease.hold(self._network) as device:
            logits = self._network(batch.to(device)).logits[0].float().cpu().numpy()
        self.engine = f"PyTorch {torch.__version__} on {device}"
        return region_probabilities(enlarged(logits), SEGFORMER_CLASSES)


class OnnxSegformerParser(OnnxFaceParser):
    """The same network exported to ONNX."""

    id = "segformer_onnx"
    file = SEGFORMER_ONNX
    classes = SEGFORMER_CLASSES
    output_px = 128
