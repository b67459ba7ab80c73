"""Networks that make a blurred, noisy or small face sharp. They invent what cannot be seen.

Tested by contract: the published weights were never run in this extension's own tests.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ..face_crop import FaceCrop
from ..faces import Face
from ..geometry import ByteArray, Similarity, Size, estimate_similarity
from ..interfaces import DeviceLease
from ..warp import Outside, warp
from .model_files import ModelFile, ModelLocations
from .picture_network import PictureContract, PictureNetwork
from .restoration_models import GFPGAN_1_4_ONNX, GPEN, RESTOREFORMER_ONNX

SIDE_PX = 512
FFHQ_POINTS = np.array(
    [
        (192.98138, 239.94708),
        (318.90277, 240.1936),
        (256.63416, 314.01935),
        (201.26117, 371.41043),
        (313.08905, 371.15118),
    ]
)
"""Pixels of a 512 px crop. Source: facexlib, `face_restoration_helper.py`: the mean landmarks of FFHQ, by which
all of these networks were trained. Not the crop that FFHQ itself was cut with (crops.py)."""


class OnnxRestorer:
    """A restorer whose id and file its children say. One instance may serve several threads."""

    id: ClassVar[str]
    file: ClassVar[ModelFile]

    def __init__(self, locations: ModelLocations, lease: DeviceLease) -> None:
        """Raises AssetMissing or AssetCorrupt for its file, ModelUnavailable if it is another model."""
        self._network = PictureNetwork(locations.found(self.file), lease, PictureContract(SIDE_PX, black=-1))
        self.engine = self._network.engine

    def restore(self, image: ByteArray, face: Face) -> FaceCrop:
        """The surroundings of `face` in `image`, restored; beyond its edge are its last pixels, drawn out.

        Raises DegenerateLandmarks if the points coincide.
        """
        to_crop = restorer_transform(face)
        crop = warp(image, to_crop, Size(SIDE_PX, SIDE_PX), Outside.REPLICATE)
        return FaceCrop(self._network.run(crop)[0], to_crop)


class Gfpgan(OnnxRestorer):
    """GFPGAN 1.4 (Wang et al. 2021)."""

    id = "gfpgan_1.4_onnx"
    file = GFPGAN_1_4_ONNX


class RestoreFormer(OnnxRestorer):
    """RestoreFormer++ (Wang et al. 2023)."""

    id = "restoreformer_onnx"
    file = RESTOREFORMER_ONNX


class Gpen(OnnxRestorer):
    """GPEN-BFR (Yang et al. 2021)."""

    id = "gpen_512"
    file = GPEN


def restorer_transform(face: Face) -> Similarity:
    """Photo pixels -> pixels of the crop that restorers see. Raises DegenerateLandmarks if the points coincide."""
    return estimate_similarity(face.landmarks.points, FFHQ_POINTS)
