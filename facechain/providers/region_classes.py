"""Classes of parsing networks and our regions: each network counts the parts of a head in an order of its own."""

from __future__ import annotations

import numpy as np

from ..geometry import FloatArray
from ..parsing import REGIONS, Region

BISENET_CLASSES = (
    Region.BACKGROUND,
    Region.SKIN,
    Region.BROWS,
    Region.BROWS,
    Region.EYES,
    Region.EYES,
    Region.GLASSES,
    Region.SKIN,  # both ears
    Region.SKIN,
    Region.CLOTHES,  # earrings
    Region.SKIN,  # nose
    Region.MOUTH,
    Region.LIPS,  # upper, lower
    Region.LIPS,
    Region.NECK,
    Region.CLOTHES,  # necklace
    Region.CLOTHES,
    Region.HAIR,
    Region.HAT,
)
"""Source: face-parsing.PyTorch, `prepropess_data.py`, whose order its descendants kept."""
SEGFORMER_CLASSES = (
    Region.BACKGROUND,
    Region.SKIN,
    Region.SKIN,  # nose
    Region.GLASSES,
    Region.EYES,
    Region.EYES,
    Region.BROWS,
    Region.BROWS,
    Region.SKIN,  # both ears
    Region.SKIN,
    Region.MOUTH,
    Region.LIPS,  # upper, lower
    Region.LIPS,
    Region.HAIR,
    Region.HAT,
    Region.CLOTHES,  # earrings
    Region.CLOTHES,  # necklace
    Region.NECK,
    Region.CLOTHES,
)
"""Source: the order of CelebAMask-HQ's own tools, in the model's configuration."""
SELFIE_CLASSES = (
    Region.BACKGROUND,
    Region.HAIR,
    Region.NECK,  # all skin of the body
    Region.SKIN,  # of the face, with eyes, brows and lips
    Region.CLOTHES,
    Region.CLOTHES,  # what is carried or worn besides
)
"""Source: MediaPipe, the model's card."""


def region_probabilities(scores: FloatArray, classes: tuple[Region, ...]) -> FloatArray:
    """Probability of each region, float32 (len(REGIONS), height, width), from `scores` (classes, height, width).

    Scores are logits. The probabilities of classes that are one region to us are added before anything
    is compared, so that a nose between two classes of skin stays skin.
    """
    shares = np.exp(scores - scores.max(0))
    shares /= shares.sum(0)
    probabilities = np.zeros((len(REGIONS), *scores.shape[1:]), np.float32)
    for region, share in zip(classes, shares, strict=True):
        probabilities[REGIONS.index(region)] += share
    return probabilities
