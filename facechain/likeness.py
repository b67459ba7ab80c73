"""How alike one face is to a person of whom several references are known."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from .embeddings import Embedding, compare


def median_comparison(references: Sequence[Embedding], embedding: Embedding) -> float:
    """Raw comparison of one face with a person, in the model's metric: the median over `references`.

    The median, not the best: one blurred or foreign reference can then neither lift a stranger nor
    sink the person, and more references make the number steadier instead of better.

    Raises DifferentEmbeddingModels if the two come from different models.
    """
    return statistics.median(compare(known, embedding) for known in references)


def median_distance(references: Sequence[Embedding], embedding: Embedding) -> float:
    """`median_comparison` with a sign that makes smaller more alike in every metric."""
    raw = median_comparison(references, embedding)
    return raw if embedding.metric == "euclidean" else -raw
