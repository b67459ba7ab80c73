"""The analyzer whose weights every installation can have: no hub, no licence to accept."""

from __future__ import annotations

from .. import opencv as cv2
from ..embeddings import Calibration, Embedding
from ..faces import Face
from ..geometry import ByteArray, FloatArray
from ..interfaces import DeviceLease
from .assets import FACE_EMBEDDER, PERSON_SEGMENTER
from .dlib_resnet import FaceEmbedder
from .mesh_faces import MeshFaceFinder
from .model_files import ModelLocations
from .selfie import SelfieSegmenter


class EmbeddedFaceAnalyzer:
    """BlazeFace and FaceMesh on the CPU, dlib's ResNet on the borrowed device, and a person mask."""

    id = "embedded"
    model_id = "dlib_resnet_v1"
    calibration = Calibration(same_person=0.55, spread=0.08)
    """Distance 0.21, the mean of one face under blur, turn and JPEG: 0.99. 0.77, the mean of two
    people: 0.06."""

    engine = f"OpenCV {cv2.__version__} on the CPU, PyTorch"

    def __init__(self, locations: ModelLocations, lease: DeviceLease) -> None:
        self._faces = MeshFaceFinder(locations)
        self._segmenter = SelfieSegmenter(locations.verified(PERSON_SEGMENTER))
        self._embedder = FaceEmbedder(locations.read(FACE_EMBEDDER), lease)

    def detect(self, image: ByteArray) -> tuple[Face, ...]:
        """Every face as `MeshFaceFinder` sees it, left to right by box centre; empty when there is none."""
        return self._faces.detect(image)

    def embed(self, image: ByteArray, face: Face) -> Embedding:
        """Identity of `face`, which `detect` found in this image."""
        return Embedding(self._embedder.embed(image, face.landmarks), self.model_id, "euclidean")

    def segment(self, image: ByteArray) -> FloatArray:
        """Probability of "person" per pixel, float32 (height, width), 0..1."""
        return self._segmenter.segment(image)
