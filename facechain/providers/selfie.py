"""Person or background, by MediaPipe's selfie segmentation. Weights: Apache-2.0."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .. import opencv as cv2
from ..geometry import ByteArray, FloatArray
from .tflite import TfliteGraph

INPUT_PX = 256


class SelfieSegmenter:
    """The segmentation model. One instance may serve several threads."""

    def __init__(self, file: Path) -> None:
        self._graph = TfliteGraph(file)

    def segment(self, image: ByteArray) -> FloatArray:
        """Probability of "person" per pixel, float32 (height, width), 0..1.

        The model sees 256x256 px, so that edges are soft to 1/256 of each side.
        """
        # Squeezed, not letterboxed: the model was trained so.
        small = cv2.resize(image, (INPUT_PX, INPUT_PX), interpolation=cv2.INTER_AREA)
        (values,) = self._graph.run(small / np.float32(255), INPUT_PX * INPUT_PX)
        height, width = image.shape[:2]
        mask = cv2.resize(values.reshape(INPUT_PX, INPUT_PX), (width, height), interpolation=cv2.INTER_LINEAR)
        return mask.clip(0, 1)
