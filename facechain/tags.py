"""What was measured of a photo, in the words of a caption."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import Literal

Unit = Literal["ratio", "share", "degrees", "lightness", "lightness difference", "lightness per px", "chroma"]
"""Of a measured number. Lightness and chroma are those of CIE Lab, 0..100."""

_SHOWN: dict[Unit, tuple[int, str]] = {
    "ratio": (2, "{:.2f}"),
    "share": (2, "{:.0%}"),
    "degrees": (0, "{:+.0f}°"),
    "lightness": (0, "L {:.0f}"),
    "lightness difference": (0, "{:+.0f} L"),
    "lightness per px": (2, "{:.2f} L/px"),
    "chroma": (1, "chroma {:.1f}"),
}
"""Decimals, and how the number reads."""


class TagKind(Enum):
    """What a tag speaks of. Values are stable codes, in the order of a caption."""

    FRAMING = "framing"
    HEAD_TURN = "head_turn"
    HEAD_TILT = "head_tilt"
    GAZE = "gaze"
    EYES = "eyes"
    SMILE = "smile"
    TEETH = "teeth"
    MOUTH = "mouth"
    HAIR_TONE = "hair_tone"
    CLOTHING_COLOR = "clothing_color"
    BACKGROUND = "background"
    BACKGROUND_COLOR = "background_color"
    BACKGROUND_TONE = "background_tone"
    LIGHT_SIDE = "light_side"
    MONOCHROME = "monochrome"


@dataclass(frozen=True, slots=True)
class Tag:
    """One measured fact."""

    kind: TagKind
    words: str
    """As in a caption. Left and right are those of the picture."""
    value: float
    """The measured number."""
    unit: Unit
    low: float | None
    """The words hold from here; None: however small the value is."""
    high: float | None
    """The words hold below this; None: however large the value is."""

    @property
    def number(self) -> str:
        """`value` to be read by people, for example "-35°"."""
        decimals, text = _SHOWN[self.unit]
        return text.format(round(self.value, decimals) + 0.0)  # the sum turns -0.0 into 0.0

    def to_json(self) -> dict[str, object]:
        """JSON values, the measured number with 3 decimals."""
        return {
            "kind": self.kind.value,
            "words": self.words,
            "value": round(self.value, 3),
            "unit": self.unit,
            "low": self.low,
            "high": self.high,
        }


@dataclass(frozen=True, slots=True)
class Band:
    """Values from `low` to below `high` that one wording fits."""

    low: float
    high: float
    words: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Which words fit which values. Between the bands lies what is not clear enough to be said."""

    kind: TagKind
    unit: Unit
    bands: tuple[Band, ...]

    def tag(self, value: float) -> Tag | None:
        """The tag of `value`; None when no band holds it."""
        for band in self.bands:
            if band.low <= value < band.high:
                low, high = (limit if math.isfinite(limit) else None for limit in (band.low, band.high))
                return Tag(self.kind, band.words, value, self.unit, low, high)
        return None
