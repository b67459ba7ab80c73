"""What a fusion of pictures is to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from .errors import InvalidSetting
from .fusion_target import SpectaclesOf
from .which_face import FaceOrder


class WithoutFace(Enum):
    """What to do with a picture in which the face asked for does not exist. Values are stable codes."""

    KEEP = "keep"
    """It goes on unchanged, and the report says so: one bad picture must not stop the others."""
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class FuseOptions:
    """Which face of each picture is replaced, and how."""

    order: FaceOrder = FaceOrder.LIKENESS
    number: int = 1
    """Counted from 1 in that order."""
    without_face: WithoutFace = WithoutFace.KEEP
    spectacles: SpectaclesOf = SpectaclesOf.TARGET
    """A network leaves those of the target in any case."""
    blend: float = 1.0
    """Share of the fused face, 0..1; 0 leaves every picture as it is, bit by bit."""
    restorer_strength: float = 0.5
    """Share of what the restorer gives, 0..1; without a restorer unused."""
    keep_covering: bool = True
    """Hair, hats, hands and frames that a parser sees over a face stay there."""

    def __post_init__(self) -> None:
        shares = {"blend": self.blend, "restorer strength": self.restorer_strength}
        for name, share in shares.items():
            if not 0 <= share <= 1:
                raise InvalidSetting(f"A {name} of {share} is not possible. Use 0 (nothing) to 1 (all).")
