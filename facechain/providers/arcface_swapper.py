"""Networks that give an aligned face the identity of an ArcFace embedding."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ..crops import ARCFACE_POINTS
from ..face_crop import FaceCrop
from ..faces import Face
from ..geometry import ByteArray, FloatArray, Similarity, estimate_similarity
from ..interfaces import DeviceLease
from .arcface import VALUES, ArcFace
from .face_models import BUFFALO_EMBEDDER
from .insightface_crops import sample
from .model_files import ModelFile, ModelLocations
from .onnx_weights import last_weights
from .picture_network import PictureContract, PictureNetwork

TEMPLATE_SIDE_PX = 128
TEMPLATE_POINTS = ARCFACE_POINTS + np.array([8, 0])
"""Pixels of a 128 px crop: ArcFace's template with 8 px more at the left and right and 16 px below.

Source: insightface, `face_align.py`, for sides that are multiples of 128; there larger ones are multiples
of these, without regard to where in a pixel its centre lies.
"""


class ArcFaceSwapper:
    """A swapper whose id, file and contract its children say. One instance may serve several threads."""

    id: ClassVar[str]
    file: ClassVar[ModelFile]
    contract: ClassVar[PictureContract]

    def __init__(self, locations: ModelLocations, lease: DeviceLease) -> None:
        """Raises AssetMissing or AssetCorrupt for its files, ModelUnavailable if one is another model."""
        self._found = locations.found(self.file)
        self._network = PictureNetwork(self._found, lease, self.contract)
        self._arcface = ArcFace(locations.found(BUFFALO_EMBEDDER), lease)
        self.engine = self._network.engine

    def identity(self, image: ByteArray, face: Face) -> FloatArray:
        """What the network takes for `face`: float32 (512,) of length 1.

        Raises DegenerateLandmarks if the points coincide.
        """
        return self._arcface.embed(image, face)

    def swap(self, image: ByteArray, face: Face, identity: FloatArray) -> FaceCrop:
        """The surroundings of `face` in `image`, black beyond its edge, with the face of `identity`.

        Raises DegenerateLandmarks if the points coincide.
        """
        side = self.contract.side_px
        to_crop = swap_transform(face, side)
        swapped, mask = self._network.run(sample(image, to_crop, side), identity)
        return FaceCrop(swapped, to_crop, mask)


class MappedSwapper(ArcFaceSwapper):
    """One whose file ends with a matrix that turns ArcFace's embeddings into its own."""

    def __init__(self, locations: ModelLocations, lease: DeviceLease) -> None:
        """Raises as its parent does, and ModelUnavailable if the file lacks the matrix."""
        super().__init__(locations, lease)
        self._map = last_weights(self._found, (VALUES, VALUES))

    def identity(self, image: ByteArray, face: Face) -> FloatArray:
        """What the network takes for `face`: float32 (512,) of length 1.

        Raises DegenerateLandmarks if the points coincide.
        """
        mapped = super().identity(image, face) @ self._map
        return mapped / max(float(np.linalg.norm(mapped)), 1e-12)


def swap_transform(face: Face, side_px: int) -> Similarity:
    """Photo pixels -> pixels of the crop that swappers see. Raises DegenerateLandmarks if the points coincide."""
    return estimate_similarity(face.landmarks.points, TEMPLATE_POINTS * (side_px / TEMPLATE_SIDE_PX))
