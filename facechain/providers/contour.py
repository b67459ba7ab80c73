"""Outline and features of a face by InsightFace's 106 points."""

from __future__ import annotations

import numpy as np

from ..geometry import Box, ByteArray, FloatArray
from ..interfaces import DeviceLease
from .crop_network import CropNetwork
from .insightface_crops import box_transform, sample
from .model_files import FoundFile

INPUT_PX = 192
POINTS = 106


class ContourFinder:
    """The network. One instance may serve several threads."""

    def __init__(self, found: FoundFile, lease: DeviceLease) -> None:
        """Raises ModelUnavailable if the file is another model, AssetCorrupt if it is none."""
        self._network = CropNetwork(found, lease, side_px=INPUT_PX, values=2 * POINTS)

    def locate(self, image: ByteArray, box: Box) -> FloatArray:
        """float32 (106, 2), pixels of the photo; there are always points, also where no face is."""
        to_input = box_transform(box, INPUT_PX)
        # Mean and scale are the first two nodes of the graph.
        values = self._network.run(sample(image, to_input, INPUT_PX)).reshape(POINTS, 2)
        points = (values.astype(np.float64) + 1) * (INPUT_PX // 2)
        return to_input.inverse().apply(points).astype(np.float32)
