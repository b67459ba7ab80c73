"""The analyzer whose weights every installation can have: no hub, no licence to accept."""

from __future__ import annotations

from pathlib import Path

from ..embeddings import Calibration, Embedding
from ..faces import Face
from ..geometry import ByteArray, FloatArray
from ..interfaces import DeviceLease
from .assets import FACE_DETECTOR, FACE_EMBEDDER, FACE_MESH, PERSON_SEGMENTER, read_asset, verified_path
from .blazeface import BlazeFace, Detection, merge_overlapping
from .dlib_resnet import FaceEmbedder
from .facemesh import FaceMesh, Mesh, face_box, five_landmarks, region_of_box, region_of_mesh
from .selfie import SelfieSegmenter

MIN_SCORE = 0.5
"""Of BlazeFace. Lower finds no more true faces, but more false ones."""
MIN_PRESENCE = 0.5
"""Of both looks of the mesh. Sharp true faces reach 0.99, false boxes mostly stay below 0.1."""


class EmbeddedFaceAnalyzer:
    """BlazeFace and FaceMesh on the CPU, dlib's ResNet on the borrowed device, and a person mask."""

    id = "embedded"
    model_id = "dlib_resnet_v1"
    calibration = Calibration(same_person=0.55, spread=0.08)
    """Distance 0.21, the mean of one face under blur, turn and JPEG: 0.99. 0.77, the mean of two
    people: 0.06."""

    def __init__(self, folder: Path, lease: DeviceLease) -> None:
        self._detector = BlazeFace(verified_path(folder, FACE_DETECTOR))
        self._mesh = FaceMesh(verified_path(folder, FACE_MESH))
        self._segmenter = SelfieSegmenter(verified_path(folder, PERSON_SEGMENTER))
        self._embedder = FaceEmbedder(read_asset(folder, FACE_EMBEDDER), lease)

    def detect(self, image: ByteArray) -> tuple[Face, ...]:
        """Every face, left to right by box centre; empty when there is none.

        The box is the smallest one around the mesh: hairline to chin, cheek to cheek, as in WIDER
        FACE, on which most detectors are trained. Faces are found down to 4 % of the longer side
        and turned in the picture by up to 30 degrees.
        """
        candidates = (self._face(image, detection) for detection in self._detector.detect(image, MIN_SCORE))
        # Two boxes too far apart to be merged may still lead the mesh to one face.
        faces = merge_overlapping(face for face in candidates if face is not None)
        return tuple(sorted(faces, key=lambda face: face.box.center))

    def embed(self, image: ByteArray, face: Face) -> Embedding:
        """Identity of `face`, which `detect` found in this image."""
        return Embedding(self._embedder.embed(image, face.landmarks), self.model_id, "euclidean")

    def segment(self, image: ByteArray) -> FloatArray:
        """Probability of "person" per pixel, float32 (height, width), 0..1."""
        return self._segmenter.segment(image)

    def _face(self, image: ByteArray, detection: Detection) -> Face | None:
        left_eye, right_eye = detection.keypoints[:2]
        first = self._mesh.locate(image, region_of_box(detection.box, left_eye, right_eye))
        if first.presence < MIN_PRESENCE:
            return None
        # The second look starts from the face itself, so that its points do not depend on the tile.
        mesh = self._mesh.locate(image, region_of_mesh(first.points))
        presence = min(first.presence, mesh.presence)
        return _face_of_mesh(mesh, detection.score, presence) if presence >= MIN_PRESENCE else None


def _face_of_mesh(mesh: Mesh, score: float, presence: float) -> Face:
    return Face(
        box=face_box(mesh.points),
        landmarks=five_landmarks(mesh.points),
        score=score,
        mesh=mesh.points,
        presence=presence,
    )
