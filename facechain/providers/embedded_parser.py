"""The parser that every installation can have: mesh, selfie segmentation and colours."""

from __future__ import annotations

from .. import opencv as cv2
from ..face_regions import label_regions
from ..faces import Face
from ..geometry import ByteArray
from ..interfaces import DeviceLease
from ..parsing import FaceRegions
from ..person_outline import person_matte, regions_with_matte
from ..person_views import person_around
from .assets import PERSON_SEGMENTER
from .model_files import ModelLocations
from .selfie import SelfieSegmenter


class EmbeddedFaceParser:
    """Regions around a face with a mesh."""

    id = "embedded"
    engine = f"OpenCV {cv2.__version__} on the CPU"

    def __init__(self, locations: ModelLocations, lease: DeviceLease) -> None:
        self._segmenter = SelfieSegmenter(locations.verified(PERSON_SEGMENTER))

    def parse(self, image: ByteArray, face: Face) -> FaceRegions:
        """The regions of the person around `face`, in pixels of `image`. Raises ModelUnavailable without a mesh."""
        face_px = max(face.box.width, face.box.height)
        person = person_around(self._segmenter, image, face)
        matte = person_matte(image, person, face_px)
        return regions_with_matte(label_regions(image, face, matte), matte, person, face_px)
