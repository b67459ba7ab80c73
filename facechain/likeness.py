"""How alike one face is to a person of whom several references are known."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from .embeddings import Calibration, Embedding, Metric, compare

_TYPICAL_SPREADS = 2.5
"""From the border between two people to a usual comparison of two good photos of one person, in spreads of the
model: 0.35 for the embedded network, 0.5 for ArcFace, 0.56 for SFace, which are what these see."""
_LEAST_SPREADS = 1.0
"""So far beyond the border at least the own photos count, or a person whose photos hardly match each other
would make everybody alike."""


@dataclass(frozen=True, slots=True)
class LikenessScale:
    """What a raw comparison with one person means, measured on that person's own photos."""

    own: float
    """Raw comparison that the person's photos reach among each other; likeness 1."""
    border: float
    """Raw comparison at which another person becomes as likely; likeness 0.5."""
    metric: Metric
    measured: bool
    """False: there were not two photos to compare, and `own` is what is usual for the model."""

    @staticmethod
    def of(references: Sequence[Embedding], calibration: Calibration) -> LikenessScale:
        """The scale of the person with these embeddings.

        `own` is the median over the references of each one's median comparison with the others.
        """
        metric = references[0].metric
        towards = -1 if metric == "euclidean" else 1
        if len(references) < 2:
            own = calibration.same_person + towards * _TYPICAL_SPREADS * calibration.spread
            return LikenessScale(own, calibration.same_person, metric, measured=False)
        others = [[*references[:place], *references[place + 1 :]] for place in range(len(references))]
        own = statistics.median(median_comparison(rest, one) for rest, one in zip(others, references, strict=True))
        least = calibration.same_person + towards * _LEAST_SPREADS * calibration.spread
        own = min(own, least) if metric == "euclidean" else max(own, least)
        return LikenessScale(own, calibration.same_person, metric, measured=True)

    def likeness(self, raw: float) -> float:
        """0..1: 1 for as alike as the person's own photos are, 0.5 at the border to other people, linear between."""
        return min(max(0.5 + 0.5 * (raw - self.border) / (self.own - self.border), 0.0), 1.0)


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
