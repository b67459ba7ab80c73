"""What the pipeline needs from models. Images are upright RGB uint8 (height, width, 3)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Protocol

from .embeddings import Calibration, Embedding
from .face_crop import FaceCrop
from .faces import Face, Gaze
from .geometry import ByteArray, FloatArray
from .parsing import FaceRegions
from .poses import BodyPose


class FaceAnalyzer(Protocol):
    """Finds faces and tells people apart."""

    id: str
    """Catalogue id, for example "embedded"."""
    model_id: str
    """Id of the embedding model and of its weights; goes into every Embedding."""
    calibration: Calibration
    engine: str
    """What runs the networks and where, for people, for example "onnxruntime 1.31.1 on CUDA"."""

    def detect(self, image: ByteArray) -> tuple[Face, ...]:
        """Every face, left to right by box centre; empty when there is none."""
        ...

    def embed(self, image: ByteArray, face: Face) -> Embedding:
        """Identity of `face`, which `detect` found in this image."""
        ...


class FaceQualityScorer(Protocol):
    """Predicts how useful a face is for recognition."""

    id: str
    """Catalogue id."""

    def score(self, image: ByteArray, face: Face) -> float:
        """0..1, larger is better."""
        ...


class FaceSwapper(Protocol):
    """A network that gives a face another identity."""

    id: str
    """Catalogue id."""
    engine: str
    """What runs it and where, for people."""

    def identity(self, image: ByteArray, face: Face) -> FloatArray:
        """What the network has to know of `face`, which an analyzer found in this image: float32 (n,)."""
        ...

    def swap(self, image: ByteArray, face: Face, identity: FloatArray) -> FaceCrop:
        """The surroundings of `face` in `image`, with the face of `identity`."""
        ...


class FaceRestorer(Protocol):
    """A network that sharpens faces."""

    id: str
    """Catalogue id."""
    engine: str
    """What runs it and where, for people."""

    def restore(self, image: ByteArray, face: Face) -> FaceCrop:
        """The surroundings of `face` in `image`, restored."""
        ...


class PersonSegmenter(Protocol):
    """Separates people from what is behind them."""

    def segment(self, image: ByteArray) -> FloatArray:
        """Probability of "person" per pixel, float32 (height, width), 0..1."""
        ...


class FaceParser(Protocol):
    """Tells the parts of a person apart."""

    id: str
    """Catalogue id."""
    engine: str
    """What runs it and where, for people."""

    def parse(self, image: ByteArray, face: Face) -> FaceRegions:
        """The regions of the person around `face`, in pixels of `image`."""
        ...


class PoseEstimator(Protocol):
    """Finds bodies."""

    id: str
    """Catalogue id."""

    def estimate(self, image: ByteArray) -> tuple[BodyPose, ...]:
        """Every body, left to right by neck, in pixels of `image`; empty when there is none."""
        ...


class GazeEstimator(Protocol):
    """Sees where the eyes look."""

    id: str
    """Catalogue id."""

    def gaze(self, image: ByteArray, face: Face) -> Gaze | None:
        """Where the eyes of `face` look; None without a mesh."""
        ...


class DeviceLease(Protocol):
    """Borrows the compute device of the host."""

    has_lent: bool
    """True once `borrow` gave a GPU."""

    def borrow(self, bytes: int) -> str:
        """Where a graph of `bytes` outside of torch may run: "cuda", with room made for it, or "cpu"."""
        ...

    def hold(self, module: Any) -> AbstractContextManager[Any]:
        """Moves `module` to the device and gives that torch.device; the host may evict it afterwards."""
        ...
