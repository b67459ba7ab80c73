"""What became of pictures that were to be fused, and how it is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from .feature_zones import Kept
from .fusion import Fused
from .fusion_attempt import MESH
from .fusion_target import SpectaclesOf
from .geometry import ByteArray, FloatArray

_KEPT = {
    Kept.TEETH: "The mouths are open differently: what is between the lips stays the target's.",
    Kept.MOUTH: "The mouths differ too much: the target's stays.",
    Kept.EYES: "The eyes differ too much: the target's stay.",
}
_CANNOT_CHANGE_SPECTACLES = "A network knows no spectacles: those of the target, or none, stay."


@dataclass(frozen=True, slots=True, eq=False)
class FusedPicture:
    """One picture and what became of it."""

    image: ByteArray
    mask: FloatArray
    """Share of the person per pixel, float32 (height, width); all 0 when nothing was fused."""
    likeness_before: float | None
    """0..1; None without a face."""
    likeness_after: float | None
    """Equal to the one before when nothing was fused."""
    turn_deg: float | None
    """Angle between the two heads; None without a face."""
    note: str
    """Why nothing was fused; empty when the face was."""
    remarks: tuple[str, ...] = ()
    """What stays the target's, one sentence each."""
    shift: float | None = None
    """Largest way of a landmark, of the eye distance; None when nothing was fused or measured."""
    method: str = MESH
    """What fused, or would have: "mesh", or the id of a swapper."""
    restorer: str = ""
    """Id of the restorer that ran on it; empty when none did."""


class FuseReport(TypedDict):
    """One picture in JSON."""

    fused: bool
    likeness_before: float | None
    likeness_after: float | None
    turn_deg: float | None
    shift_ratio: float | None
    remarks: list[str]
    note: str
    method: str
    restorer: str
    engine: str


@dataclass(frozen=True, slots=True)
class FusedPictures:
    """All pictures in input order."""

    pictures: tuple[FusedPicture, ...]
    engine: str = ""
    """What ran the networks and where, for people."""

    def report(self) -> list[FuseReport]:
        """What became of each picture as JSON values; likeness and shift to four digits."""
        return [
            {
                "fused": not picture.note,
                "likeness_before": _rounded(picture.likeness_before, 4),
                "likeness_after": _rounded(picture.likeness_after, 4),
                "turn_deg": _rounded(picture.turn_deg, 1),
                "shift_ratio": _rounded(picture.shift, 4),
                "remarks": list(picture.remarks),
                "note": picture.note,
                "method": picture.method,
                "restorer": picture.restorer,
                "engine": self.engine,
            }
            for picture in self.pictures
        ]

    def __repr__(self) -> str:
        return f"FusedPictures({len(self.pictures)})"


def remarks_of(fused: Fused, spectacles: SpectaclesOf) -> tuple[str, ...]:
    """One sentence for each thing that the target keeps, and for spectacles."""
    kept = tuple(sentence for part, sentence in _KEPT.items() if part in fused.kept)
    return kept + _about_spectacles(fused, spectacles)


def network_remarks(fused: Fused, spectacles: SpectaclesOf) -> tuple[str, ...]:
    """One sentence for each thing that a network's result keeps of the target."""
    stays = ("The target wears spectacles: their frame stays.",) if fused.target_wears else ()
    asked = (_CANNOT_CHANGE_SPECTACLES,) if spectacles is SpectaclesOf.PERSON else ()
    return stays + asked


def _about_spectacles(fused: Fused, spectacles: SpectaclesOf) -> tuple[str, ...]:
    if spectacles is SpectaclesOf.PERSON:
        removed = ("The target's spectacles are painted over.",) if fused.target_wears else ()
        worn = ("The person's spectacles come along.",) if fused.person_wears else ()
        return removed + worn
    stays = ("The target wears spectacles: their frame stays.",) if fused.target_wears else ()
    left_out = ("The person wears spectacles: their frame is left out.",) if fused.person_wears else ()
    return stays + left_out


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
