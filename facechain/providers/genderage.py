"""What InsightFace's attribute network believes of a face."""

from __future__ import annotations

import math

from ..faces import FaceAttributes
from ..geometry import Box, ByteArray
from ..interfaces import DeviceLease
from .crop_network import CropNetwork
from .insightface_crops import box_transform, sample
from .model_files import FoundFile

INPUT_PX = 96
_LARGEST_LOGIT = 60.0
"""Beyond it a probability is 1 in float64, and further on the exponential overflows."""


class AttributeJudge:
    """The network. One instance may serve several threads."""

    def __init__(self, found: FoundFile, lease: DeviceLease) -> None:
        """Raises ModelUnavailable if the file is another model, AssetCorrupt if it is none."""
        self._network = CropNetwork(found, lease, side_px=INPUT_PX, values=3)

    def judge(self, image: ByteArray, box: Box) -> FaceAttributes:
        """Gender and age of the face in `box`."""
        # Mean and scale are the first two nodes of the graph.
        female, male, age = map(float, self._network.run(sample(image, box_transform(box, INPUT_PX), INPUT_PX)))
        margin = max(-_LARGEST_LOGIT, min(_LARGEST_LOGIT, female - male))
        return FaceAttributes(female=1 / (1 + math.exp(-margin)), age_years=age * 100)
