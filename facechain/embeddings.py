"""Identity embeddings and the likeness between them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .errors import DifferentEmbeddingModels
from .geometry import FloatArray

Metric = Literal["euclidean", "cosine"]


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """One face as a vector of one model. Its repr never shows the vector."""

    vector: FloatArray
    """float32 (n,), read-only; not normalised unless the model does."""
    model_id: str
    """Catalogue id of the model; only vectors of the same id are comparable."""
    metric: Metric
    """"euclidean": smaller is more alike; "cosine": larger is more alike."""

    def __post_init__(self) -> None:
        vector = np.array(self.vector, dtype=np.float32)
        vector.setflags(write=False)
        object.__setattr__(self, "vector", vector)

    def __repr__(self) -> str:
        return f"Embedding({self.model_id}, {self.vector.size} values)"


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a model's raw comparison means."""

    same_person: float
    """Raw value at which two faces are as likely the same person as not; likeness 0.5."""
    spread: float
    """Raw distance from `same_person` at which likeness reaches 0.73 (one logistic unit)."""

    def likeness(self, raw: float, metric: Metric) -> float:
        """0..1, 0.5 at `same_person`, rising with resemblance."""
        margin = self.same_person - raw if metric == "euclidean" else raw - self.same_person
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, margin / self.spread))))


def compare(first: Embedding, second: Embedding) -> float:
    """Raw comparison in the metric of the model: Euclidean distance, or cosine -1..1.

    Raises DifferentEmbeddingModels if the two come from different models.
    """
    if first.model_id != second.model_id:
        raise DifferentEmbeddingModels(
            f"Embeddings of {first.model_id} and {second.model_id} cannot be compared. "
            "Connect one Face Analyzer to all nodes of the graph."
        )
    if first.metric == "euclidean":
        return float(np.linalg.norm(first.vector - second.vector))
    norms = np.linalg.norm(first.vector) * np.linalg.norm(second.vector)
    return float(first.vector @ second.vector / max(norms, 1e-12))
