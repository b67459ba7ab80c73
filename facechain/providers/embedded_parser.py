"""The parser that every installation can have: mesh, selfie segmentation and colours."""

from __future__ import annotations

import numpy as np

from .. import opencv as cv2
from ..face_regions import label_regions
from ..faces import Face
from ..geometry import ByteArray
from ..head_mask import FACE
from ..interfaces import DeviceLease
from ..matte import refine_matte
from ..parsing import FaceRegions
from ..person_views import person_around
from .assets import PERSON_SEGMENTER
from .model_files import ModelLocations
from .selfie import SelfieSegmenter

OUTLINE_REACH = 0.03
"""Of the face: how far the segmentation's outline may be off, four cells of the narrowest view."""


class EmbeddedFaceParser:
    """Regions around a face with a mesh."""

    id = "embedded"

    def __init__(self, locations: ModelLocations, lease: DeviceLease) -> None:
        self._segmenter = SelfieSegmenter(locations.verified(PERSON_SEGMENTER))

    def parse(self, image: ByteArray, face: Face) -> FaceRegions:
        """The regions of the person around `face`, in pixels of `image`. Raises ModelUnavailable without a mesh."""
        person = person_around(self._segmenter, image, face)
        reach_px = OUTLINE_REACH * max(face.box.width, face.box.height)
        matte = refine_matte(image, person, reach_px)
        labels = label_regions(image, face, matte)
        # The face is the person, whatever the matte says; its edge stays soft.
        inner = np.ones((2 * round(reach_px) + 1,) * 2, np.uint8)
        is_face = cv2.erode(FaceRegions(labels, matte).mask(*FACE) * (person > 0.5), inner)
        return FaceRegions(labels, np.maximum(matte, is_face).astype(np.float32))
