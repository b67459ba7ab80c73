"""The models that every installation can have: no hub, no licence to accept."""

from __future__ import annotations

from .assets import FACE_DETECTOR, FACE_EMBEDDER, FACE_MESH, IRIS_LANDMARKS, PERSON_SEGMENTER, POSE_LANDMARKS
from .model_entry import ModelEntry, Proof, Role

EMBEDDED_MODELS = (
    ModelEntry(
        role=Role.ANALYZER,
        id="embedded",
        files=(FACE_DETECTOR, FACE_MESH, PERSON_SEGMENTER, FACE_EMBEDDER),
        licence="Apache-2.0 AND CC0-1.0",
        commercial_use="yes",
        proof=Proof.PHOTOS,
        module=".embedded",
        class_name="EmbeddedFaceAnalyzer",
    ),
    ModelEntry(
        role=Role.PARSER,
        id="embedded",
        files=(PERSON_SEGMENTER,),
        licence="Apache-2.0",
        commercial_use="yes",
        proof=Proof.PHOTOS,
        module=".embedded_parser",
        class_name="EmbeddedFaceParser",
    ),
    ModelEntry(
        role=Role.POSE_ESTIMATOR,
        id="embedded",
        files=(FACE_DETECTOR, FACE_MESH, PERSON_SEGMENTER, POSE_LANDMARKS),
        licence="Apache-2.0",
        commercial_use="yes",
        proof=Proof.PHOTOS,
        module=".blazepose",
        class_name="BlazePoseEstimator",
    ),
    ModelEntry(
        role=Role.GAZE_ESTIMATOR,
        id="embedded",
        files=(IRIS_LANDMARKS,),
        licence="Apache-2.0",
        commercial_use="yes",
        proof=Proof.PHOTOS,
        module=".iris",
        class_name="IrisGazeEstimator",
    ),
)
