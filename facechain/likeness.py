"""How alike one face is to a person of whom several references are known."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from .embeddings import Calibration, Embedding, Metric, compare
from .errors import InvalidSetting

_TYPICAL_SPREADS = 2.5
"""From the border between two people to a usual comparison of two good photos of one person, in spreads of the
model: 0.35 for the embedded network, 0.5 for ArcFace, 0.56 for SFace, which are what these see."""
_LEAST_SPREADS = 1.0
"""So far beyond the border at least the own photos count, or a person whose photos hardly match each other
would make everybody alike."""
_MOST_SPREADS = 4.0
"""So far at most, 0.23 for the embedded network: only copies of one photo come nearer (0.21 is its mean of one
face under blur, turn and JPEG), and no portrait is as alike to a photo as its copy."""


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
    limited: bool = False
    """True: the photos are hardly alike, or nearly copies, and `own` is the model's limit instead."""

    @staticmethod
    def of(references: Sequence[Embedding], calibration: Calibration) -> LikenessScale:
        """The scale of the person with these embeddings.

        `own` is the median over the references of each one's median comparison with the others.

        Raises InvalidSetting without a reference.
        """
        if not references:
            raise InvalidSetting("There is nobody to compare with. Connect a person or a reference photo.")
        metric, border = references[0].metric, calibration.same_person
        step = -calibration.spread if metric == "euclidean" else calibration.spread
        if len(references) < 2:
            return LikenessScale(border + _TYPICAL_SPREADS * step, border, metric, measured=False)
        others = [[*references[:place], *references[place + 1 :]] for place in range(len(references))]
        own = statistics.median(median_comparison(rest, one) for rest, one in zip(others, references, strict=True))
        spreads = (own - border) / step
        # In this order NaN becomes the least.
        within = min(max(_LEAST_SPREADS, spreads), _MOST_SPREADS)
        if within == spreads:
            return LikenessScale(own, border, metric, measured=True)
        return LikenessScale(border + within * step, border, metric, measured=True, limited=True)

    def likeness(self, raw: float) -> float:
        """0..1: 1 for as alike as the person's own photos are, 0.5 at the border to other people, linear between.

        A comparison that is no number has the likeness 0.
        """
        return min(max(0.0, 0.5 + 0.5 * (raw - self.border) / (self.own - self.border)), 1.0)


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
