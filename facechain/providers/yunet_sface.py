"""The analyzer of OpenCV's model zoo: small, on the CPU, free for any use."""

from __future__ import annotations

from .. import opencv as cv2
from ..embeddings import Calibration, Embedding
from ..faces import Face
from ..geometry import ByteArray
from ..interfaces import DeviceLease
from .assets import FACE_MESH
from .face_models import SFACE, YUNET
from .facemesh import FaceMesh
from .meshed_face import with_mesh
from .model_files import ModelLocations
from .opencv_faces import SFace, YuNet

SURE_SCORE = 0.9
"""Of a detection that needs no second opinion: OpenCV's default threshold."""
MIN_SCORE = 0.6
"""Of a detection that stays if the mesh sees a face there too. Turned and half-covered faces score so."""


class YuNetSFaceAnalyzer:
    """YuNet and SFace through OpenCV, and the embedded mesh. One instance may serve several threads."""

    id = "yunet_sface"
    calibration = Calibration(same_person=0.363, spread=0.08)
    """The threshold is the one that OpenCV publishes for this recognizer; the spread follows it. Neither was
    measured here. Cosine 0.73: 0.99. 0.1: 0.04."""

    def __init__(self, locations: ModelLocations, lease: DeviceLease) -> None:
        recognizer = locations.found(SFACE)
        self.model_id = recognizer.weights_id("sface_2021dec")
        self.engine = f"OpenCV {cv2.__version__} on the CPU"
        self._detector = YuNet(locations.found(YUNET), MIN_SCORE)
        self._recognizer = SFace(recognizer)
        self._mesh = FaceMesh(locations.verified(FACE_MESH))

    def detect(self, image: ByteArray) -> tuple[Face, ...]:
        """Every face, left to right by box centre; empty when there is none."""
        faces = [with_mesh(self._mesh, image, face) for face in self._detector.detect(image)]
        kept = [face for face in faces if face.score >= SURE_SCORE or face.mesh is not None]
        return tuple(sorted(kept, key=lambda face: face.box.center))

    def embed(self, image: ByteArray, face: Face) -> Embedding:
        """Identity of `face`, which `detect` found in this image."""
        return Embedding(self._recognizer.embed(image, face), self.model_id, "cosine")
