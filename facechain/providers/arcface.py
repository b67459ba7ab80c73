"""Identity embeddings by ArcFace networks of InsightFace.

Paper: Deng et al. 2019, ArcFace. Weights: w600k_r50 (trained on WebFace600K), glintr100 (on Glint360K).
"""

from __future__ import annotations

import numpy as np

from ..crops import ARCFACE_SIDE_PX
from ..embeddings import Calibration
from ..faces import Face
from ..geometry import ByteArray, FloatArray
from ..interfaces import DeviceLease
from .crop_network import CropNetwork
from .insightface_crops import arcface_crop
from .model_files import FoundFile

VALUES = 512
CALIBRATION = Calibration(same_person=0.33, spread=0.07)
"""Published practice, not measured here with these weights. ArcFace networks accept one false pair of LFW in
a thousand at a cosine of 0.28; the authors' entry to NIST's test, one in a million, stood at 0.36. 0.33 lies
between. Cosine 0.65, usual for two good photos of one person: 0.99. 0.05, usual for two people: 0.02."""


class ArcFace:
    """An embedding network. One instance may serve several threads."""

    def __init__(self, found: FoundFile, lease: DeviceLease) -> None:
        """Raises ModelUnavailable if the file is another model, AssetCorrupt if it is none."""
        self._network = CropNetwork(found, lease, side_px=ARCFACE_SIDE_PX, values=VALUES)
        self.engine = self._network.engine

    def embed(self, image: ByteArray, face: Face) -> FloatArray:
        """float32 (512,) of length 1, the package's `normed_embedding`; the cosine of two tells people apart.

        Raises DegenerateLandmarks if the points coincide.
        """
        vector = self._network.run(arcface_crop(image, face), mean=127.5, scale=1 / 127.5)
        return vector / max(float(np.linalg.norm(vector)), 1e-12)
