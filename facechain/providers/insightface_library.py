"""The insightface package itself, run on the files of buffalo_l, for those who want exactly its own faces."""

from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from .. import opencv as cv2
from ..embeddings import Embedding
from ..errors import ModelUnavailable
from ..faces import Face, FaceAttributes
from ..geometry import Box, ByteArray, FloatArray, Landmarks
from ..interfaces import DeviceLease
from .arcface import CALIBRATION
from .assets import FACE_MESH
from .face_models import BUFFALO_DETECTOR, BUFFALO_EMBEDDER, INSIGHTFACE_PACKAGE_NOTE
from .facemesh import FaceMesh
from .insightface_crops import arcface_crop
from .insightface_pack import BUFFALO
from .meshed_face import with_mesh
from .model_files import FoundFile, ModelLocations
from .onnx_file import read_onnx_file
from .onnxruntime_session import load_onnxruntime, reason, runtime_errors

_TASKS = ("detection", "recognition", "genderage", "landmark_2d_106")
"""The package's names for what a pack can do; the last two may be absent."""
_THINNEST = 128
"""Longer over shorter side from which the package stops: fitted into 128 px, the shorter one vanishes."""


class InsightFaceLibraryAnalyzer:
    """SCRFD, ArcFace, attributes and contour as the package runs them, and the embedded mesh."""

    id = "insightface"
    calibration = CALIBRATION

    def __init__(self, locations: ModelLocations, lease: DeviceLease) -> None:
        detector, embedder = locations.found(BUFFALO_DETECTOR), locations.found(BUFFALO_EMBEDDER)
        # The same id as without the package: the vectors are the same.
        self.model_id = embedder.weights_id(BUFFALO.weights)
        package = _package()
        self._app = _opened(package, detector, embedder, lease)
        self._record = package.app.common.Face
        self.engine = f"insightface {package.__version__} {_device(self._app.models['detection'].session)}"
        self._mesh = FaceMesh(locations.verified(FACE_MESH))

    def detect(self, image: ByteArray) -> tuple[Face, ...]:
        """Every face, left to right by box centre; empty when there is none."""
        if max(image.shape[:2]) >= _THINNEST * min(image.shape[:2]):
            return ()  # nobody is on so thin a strip
        bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
        boxes, points = self._app.models["detection"].detect(bgr)
        faces = (self._described(bgr, row, five) for row, five in zip(boxes, points, strict=True))
        meshed = (with_mesh(self._mesh, image, face) for face in faces)
        return tuple(sorted(meshed, key=lambda face: face.box.center))

    def embed(self, image: ByteArray, face: Face) -> Embedding:
        """Identity of `face`, which `detect` found in this image."""
        # Aligned by us, to the same pixels: the package's own alignment stops working with scikit-image 2.2.
        crop = cv2.cvtColor(arcface_crop(image, face), cv2.COLOR_RGB2BGR)
        vector = self._app.models["recognition"].get_feat(crop).ravel()
        return Embedding(vector / max(float(np.linalg.norm(vector)), 1e-12), self.model_id, "cosine")

    def _described(self, bgr: ByteArray, row: FloatArray, points: FloatArray) -> Face:
        x1, y1, x2, y2, score = map(float, row)
        face = Face(Box(x1, y1, x2, y2), Landmarks(points), score)
        models, record = self._app.models, self._record(bbox=row[:4])
        if "genderage" in models:
            male, age = models["genderage"].get(bgr, record)
            # The package says which of the two is likelier, not by how much.
            face = replace(face, attributes=FaceAttributes(female=float(1 - male), age_years=float(age)))
        if "landmark_2d_106" in models:
            face = replace(face, contour=models["landmark_2d_106"].get(bgr, record).astype(np.float32))
        return face


def _package() -> Any:
    load_onnxruntime()
    try:
        return importlib.import_module("insightface")
    except ImportError as error:
        raise ModelUnavailable(f"insightface cannot be loaded ({error}). {INSIGHTFACE_PACKAGE_NOTE}") from error


def _opened(package: Any, detector: FoundFile, embedder: FoundFile, lease: DeviceLease) -> Any:
    """Its FaceAnalysis on the folder of both files; as that folder is there, the package downloads nothing."""
    folder = detector.path.parent
    if embedder.path.parent != folder:
        raise ModelUnavailable(
            f"{detector.model.file} lies in {folder} and {embedder.model.file} in {embedder.path.parent}, "
            "but the insightface package reads one folder. Move all files of buffalo_l into one."
        )
    for found in (detector, embedder):
        read_onnx_file(found)
    device = lease.borrow(detector.path.stat().st_size + embedder.path.stat().st_size)
    providers = [*(["CUDAExecutionProvider"] if device == "cuda" else []), "CPUExecutionProvider"]
    try:
        app = package.app.FaceAnalysis(
            name=folder.name, root=str(folder.parents[1]), allowed_modules=list(_TASKS), providers=providers
        )
        app.prepare(ctx_id=0 if device == "cuda" else -1)
    except (AssertionError, *runtime_errors(load_onnxruntime())) as error:
        raise _unusable(folder, reason(error) or "it found no detection network") from error
    if "recognition" not in app.models:
        raise _unusable(folder, "it found no recognition network")
    return app


def _unusable(folder: Path, why: str) -> ModelUnavailable:
    needed = ", ".join(str(file) for file in (BUFFALO_DETECTOR, BUFFALO_EMBEDDER))
    return ModelUnavailable(
        f"The insightface package cannot use the files in {folder} ({why}). Put the published files there: {needed}."
    )


def _device(session: Any) -> str:
    """Where an onnxruntime session runs, for people."""
    return "on CUDA" if "CUDAExecutionProvider" in session.get_providers() else "on the CPU"
