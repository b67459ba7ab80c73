"""InsightFace's model packs on our own runner: buffalo_l and antelopev2.

The package itself is not needed, which would replace a GPU onnxruntime by the one for the CPU.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..embeddings import Embedding
from ..faces import Face
from ..geometry import ByteArray
from ..interfaces import DeviceLease
from .arcface import CALIBRATION, ArcFace
from .assets import FACE_MESH
from .contour import ContourFinder
from .face_models import (
    ANTELOPE_ATTRIBUTES,
    ANTELOPE_CONTOUR,
    ANTELOPE_DETECTOR,
    ANTELOPE_EMBEDDER,
    BUFFALO_ATTRIBUTES,
    BUFFALO_CONTOUR,
    BUFFALO_DETECTOR,
    BUFFALO_EMBEDDER,
)
from .facemesh import FaceMesh
from .genderage import AttributeJudge
from .meshed_face import with_mesh
from .model_files import FoundFile, ModelFile, ModelLocations
from .scrfd import Scrfd


@dataclass(frozen=True, slots=True)
class Pack:
    """The files of one pack."""

    weights: str
    """Id of the embedding network with its published weights."""
    detector: ModelFile
    embedder: ModelFile
    attributes: ModelFile
    """May be absent; faces are then not judged."""
    contour: ModelFile
    """May be absent; faces then have no contour."""


BUFFALO = Pack("arcface_w600k_r50", BUFFALO_DETECTOR, BUFFALO_EMBEDDER, BUFFALO_ATTRIBUTES, BUFFALO_CONTOUR)
ANTELOPE = Pack("arcface_glintr100", ANTELOPE_DETECTOR, ANTELOPE_EMBEDDER, ANTELOPE_ATTRIBUTES, ANTELOPE_CONTOUR)


class PackAnalyzer:
    """SCRFD, ArcFace, attributes and contour of one pack, and the embedded mesh. Serves several threads."""

    id: str
    calibration = CALIBRATION

    def __init__(self, pack: Pack, locations: ModelLocations, lease: DeviceLease) -> None:
        embedder = locations.found(pack.embedder)
        self.model_id = embedder.weights_id(pack.weights)
        self._detector = Scrfd(locations.found(pack.detector), lease)
        self._embedder = ArcFace(embedder, lease)
        attributes, contour = (_if_present(locations, file) for file in (pack.attributes, pack.contour))
        self._judge = AttributeJudge(attributes, lease) if attributes else None
        self._contour = ContourFinder(contour, lease) if contour else None
        self._mesh = FaceMesh(locations.verified(FACE_MESH))
        self.engine = ", ".join(dict.fromkeys([self._detector.engine, self._embedder.engine]))

    def detect(self, image: ByteArray) -> tuple[Face, ...]:
        """Every face, left to right by box centre, with what else the pack knows of it; empty when there is none.

        Attributes and contour are found for every face: their inputs of 96 and 192 px cost little beside the
        640 px of the detection.
        """
        faces = (self._described(image, face) for face in self._detector.detect(image))
        return tuple(sorted(faces, key=lambda face: face.box.center))

    def embed(self, image: ByteArray, face: Face) -> Embedding:
        """Identity of `face`, which `detect` found in this image."""
        return Embedding(self._embedder.embed(image, face), self.model_id, "cosine")

    def _described(self, image: ByteArray, face: Face) -> Face:
        known = replace(
            face,
            attributes=self._judge.judge(image, face.box) if self._judge else None,
            contour=self._contour.locate(image, face.box) if self._contour else None,
        )
        return with_mesh(self._mesh, image, known)


def _if_present(locations: ModelLocations, file: ModelFile) -> FoundFile | None:
    return locations.found(file) if locations.path(file) else None


class BuffaloAnalyzer(PackAnalyzer):
    """buffalo_l: SCRFD-10G and a ResNet-50 trained on WebFace600K."""

    id = "buffalo_l"

    def __init__(self, locations: ModelLocations, lease: DeviceLease) -> None:
        super().__init__(BUFFALO, locations, lease)


class AntelopeAnalyzer(PackAnalyzer):
    """antelopev2: SCRFD-10G and a ResNet-100 trained on Glint360K, which InstantID compares with."""

    id = "antelopev2"

    def __init__(self, locations: ModelLocations, lease: DeviceLease) -> None:
        super().__init__(ANTELOPE, locations, lease)
