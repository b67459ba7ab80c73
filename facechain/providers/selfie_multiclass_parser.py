"""The parser of MediaPipe's multiclass selfie segmentation. Weights: Apache-2.0.

Tested by contract: the published file was never here. Whether OpenCV can read it is known only where it lies.
"""

from __future__ import annotations

import numpy as np

from .. import opencv as cv2
from ..faces import Face
from ..fusion_mask import filled
from ..geometry import ByteArray, FloatArray, Size
from ..interfaces import DeviceLease
from ..mesh_regions import IMAGE_LEFT_BROW, IMAGE_LEFT_EYE, IMAGE_RIGHT_BROW, IMAGE_RIGHT_EYE, INNER_LIPS, OUTER_LIPS
from ..parsing import REGIONS, FaceRegions, Region
from .face_surroundings import parse_surroundings
from .model_files import ModelLocations
from .onnx_face_parser import weights_text
from .parsing_models import SELFIE_MULTICLASS
from .region_classes import SELFIE_CLASSES, region_probabilities
from .tflite import TfliteGraph

INPUT_PX = 256
_FEATURES = (
    (Region.BROWS, (IMAGE_LEFT_BROW, IMAGE_RIGHT_BROW)),
    (Region.EYES, (IMAGE_LEFT_EYE, IMAGE_RIGHT_EYE)),
    (Region.LIPS, (OUTER_LIPS,)),
    (Region.MOUTH, (INNER_LIPS,)),
)
"""In the order painted."""


class SelfieMulticlassParser:
    """Hair, skin and clothes by the network; brows, eyes and lips by the mesh, and as skin without one."""

    id = "selfie_multiclass"

    def __init__(self, locations: ModelLocations, lease: DeviceLease) -> None:
        found = locations.found(SELFIE_MULTICLASS)
        self._graph = TfliteGraph(found.path)
        self.engine = f"OpenCV {cv2.__version__} on the CPU{weights_text(found)}"

    def parse(self, image: ByteArray, face: Face) -> FaceRegions:
        """The regions of the person around `face`, in pixels of `image`."""
        found = parse_surroundings(self._look, INPUT_PX, image, face)
        return found if face.mesh is None else _with_features(found, face.mesh)

    def _look(self, picture: ByteArray) -> FloatArray:
        count = len(SELFIE_CLASSES)
        (values,) = self._graph.run(picture / np.float32(255), count * INPUT_PX * INPUT_PX)
        return region_probabilities(_logits(values.reshape(count, INPUT_PX, INPUT_PX)), SELFIE_CLASSES)


def _logits(values: FloatArray) -> FloatArray:
    """`values` (classes, height, width) as they are, or their logarithms when they are probabilities already."""
    is_share = values.min() >= 0 and np.allclose(values.sum(0), 1, atol=1e-2)
    return np.log(np.maximum(values, 1e-6)) if is_share else values


def _with_features(regions: FaceRegions, mesh: FloatArray) -> FaceRegions:
    """`regions` with brows, eyes and lips where the mesh has them and the network saw skin."""
    labels = regions.labels.copy()
    is_skin = labels == REGIONS.index(Region.SKIN)
    for region, rings in _FEATURES:
        inside = np.maximum.reduce([filled(mesh[list(ring), :2], Size.of(labels)) for ring in rings]) > 0.5
        labels[inside & is_skin] = REGIONS.index(region)
    return FaceRegions(labels, regions.person)
