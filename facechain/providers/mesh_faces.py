"""Faces with their mesh: BlazeFace says where to look, FaceMesh says whether a face is there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from ..faces import Face
from ..geometry import ByteArray
from .assets import FACE_DETECTOR, FACE_MESH
from .blazeface import BlazeFace, Detection, merge_overlapping
from .facemesh import FaceMesh, Mesh, face_box, five_landmarks, region_of_box
from .meshed_face import look_twice
from .model_files import ModelLocations
from .tflite import THREADS

MIN_SCORE = 0.5
"""Of BlazeFace. Lower finds no more true faces, but more false ones."""


class MeshFaceFinder:
    """The embedded detector and mesh, on the CPU. One instance may serve several threads."""

    def __init__(self, locations: ModelLocations) -> None:
        self._detector = BlazeFace(locations.verified(FACE_DETECTOR))
        self._mesh = FaceMesh(locations.verified(FACE_MESH))

    def detect(self, image: ByteArray) -> tuple[Face, ...]:
        """Every face, left to right by box centre; empty when there is none.

        The box is the smallest one around the mesh: hairline to chin, cheek to cheek, as in WIDER
        FACE, on which most detectors are trained. Faces are found down to 4 % of the longer side
        and turned in the picture by up to 30 degrees.
        """
        detections = self._detector.detect(image, MIN_SCORE)
        with ThreadPoolExecutor(THREADS) as pool:
            seen = pool.map(partial(self._face, image), detections)
            # Two boxes too far apart to be merged may still lead the mesh to one face.
            faces = merge_overlapping(face for face in seen if face is not None)
        return tuple(sorted(faces, key=lambda face: face.box.center))

    def _face(self, image: ByteArray, detection: Detection) -> Face | None:
        left_eye, right_eye = detection.keypoints[:2]
        mesh = look_twice(self._mesh, image, region_of_box(detection.box, left_eye, right_eye))
        return _face_of_mesh(mesh, detection.score) if mesh else None


def _face_of_mesh(mesh: Mesh, score: float) -> Face:
    return Face(
        box=face_box(mesh.points),
        landmarks=five_landmarks(mesh.points),
        score=score,
        mesh=mesh.points,
        presence=mesh.presence,
    )
