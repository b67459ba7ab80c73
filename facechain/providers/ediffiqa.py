"""Face quality by eDifFIQA(T): how well a recognition network will know this face again.

Paper: Babnik et al. 2024, eDifFIQA. Weights: OpenCV's model zoo, CC-BY-4.0.
"""

from __future__ import annotations

from ..crops import ARCFACE_SIDE_PX
from ..faces import Face
from ..geometry import ByteArray
from ..interfaces import DeviceLease
from .crop_network import CropNetwork
from .face_models import EDIFFIQA
from .insightface_crops import arcface_crop
from .model_files import ModelLocations


class EdiffiqaScorer:
    """The quality model. One instance may serve several threads."""

    id = "ediffiqa"

    def __init__(self, locations: ModelLocations, lease: DeviceLease) -> None:
        self._network = CropNetwork(locations.found(EDIFFIQA), lease, side_px=ARCFACE_SIDE_PX, values=1)
        self.engine = self._network.engine

    def score(self, image: ByteArray, face: Face) -> float:
        """0..1, larger is better. Most photos of LFW reach more than 0.5, says its publisher.

        Raises DegenerateLandmarks if the points of `face` coincide.
        """
        (value,) = self._network.run(arcface_crop(image, face), mean=127.5, scale=1 / 127.5)
        return min(max(float(value), 0.0), 1.0)
