"""The parser that every installation can have: mesh, selfie segmentation and colours."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..face_regions import label_regions
from ..faces import Face
from ..geometry import ByteArray
from ..head_mask import FACE
from ..interfaces import DeviceLease
from ..matte import refine_matte
from ..parsing import FaceRegions
from ..person_views import person_around
from .assets import PERSON_SEGMENTER, verified_path
from .selfie import SelfieSegmenter

OUTLINE_REACH = 0.03
"""Of the face: how far the segmentation's outline may be off, four cells of the narrowest view."""


class EmbeddedFaceParser:
    """Regions around a face with a mesh."""

    id = "embedded"

    def __init__(self, folder: Path, lease: DeviceLease) -> None:
        self._segmenter = SelfieSegmenter(verified_path(folder, PERSON_SEGMENTER))

    def parse(self, image: ByteArray, face: Face) -> FaceRegions:
        """The regions of the person around `face`, in pixels of `image`. Raises ModelUnavailable without a mesh."""
        person = person_around(self._segmenter, image, face)
        matte = refine_matte(image, person, OUTLINE_REACH * max(face.box.width, face.box.height))
        labels = label_regions(image, face, matte)
        # The face is the person, whatever the segmentation says.
        is_face = FaceRegions(labels, matte).mask(*FACE) * (person > 0.5)
        return FaceRegions(labels, np.maximum(matte, is_face).astype(np.float32))
