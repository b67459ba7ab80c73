"""What is asked of a ranking."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from .errors import InvalidSetting


class PortraitFilter(Enum):
    """Which portraits are dropped however alike they are."""

    NONE = "none"
    FACECHAIN = "facechain"
    """Those without exactly one face, and those whose face is too small or too large."""


SMALLEST_FACE_RATIO, LARGEST_FACE_RATIO = 120 / 512, 300 / 512
"""FaceChain keeps a face whose box has a longer side between 120 and 300 px (`post_process_fn` in inference.py).
Its pictures are squares of 512 px; of others the shorter side counts, because it limits how large a face can be:
a portrait that is made taller keeps its ratio."""


@dataclass(frozen=True, slots=True)
class RankOptions:
    """How many of the most alike portraits are kept, and which are not."""

    keep: int = 4
    """At most so many are kept."""
    threshold: float = 0.0
    """Likeness 0..1 below which a portrait is dropped."""
    filter: PortraitFilter = PortraitFilter.NONE

    def __post_init__(self) -> None:
        if self.keep < 1:
            raise InvalidSetting(f"Keeping {self.keep} portraits leaves none. Keep at least 1.")
        if not 0 <= self.threshold <= 1:
            raise InvalidSetting(
                f"Threshold {self.threshold} is no likeness. Use 0 to 1; 0.5 is the border to other people."
            )
