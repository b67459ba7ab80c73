"""Which part of a person each pixel shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

import numpy as np

from .errors import InvalidSetting
from .geometry import ByteArray, FloatArray


class Region(Enum):
    """Parts that a parser tells apart. Values are stable codes; names as in CelebAMask-HQ, sides joined."""

    BACKGROUND = "background"
    SKIN = "skin"
    """Of the face, with nose, ears and beard."""
    BROWS = "brows"
    EYES = "eyes"
    LIPS = "lips"
    MOUTH = "mouth"
    """Between the lips."""
    HAIR = "hair"
    NECK = "neck"
    CLOTHES = "clothes"
    """The rest of the person: clothes, jewellery, hands."""
    GLASSES = "glasses"
    """Spectacles; some parsers see the frame only, others the lenses with the eyes behind them too."""
    HAT = "hat"


REGIONS = tuple(Region)
"""Index in a label map -> region."""
_SEPARATORS = re.compile(r"[\s,;，、；]+")


def regions_named(text: str) -> tuple[Region, ...]:
    """The regions that `text` names, for example "skin, hair", each once and in the order of REGIONS.

    Names stand apart by spaces or commas, Chinese ones too. Raises InvalidSetting for other names, and for none.
    """
    names = [name for name in _SEPARATORS.split(text.lower()) if name]
    known = {region.value: region for region in REGIONS}
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        fact = f"There is no region {', '.join(unknown)}" if unknown else "No region is named"
        raise InvalidSetting(f"{fact}. Write one or more of: {', '.join(known)}.")
    return tuple(region for region in REGIONS if region.value in names)


@dataclass(frozen=True, slots=True, eq=False)
class FaceRegions:
    """The regions around one face."""

    labels: ByteArray
    """Index into REGIONS per pixel, (height, width). Read-only."""
    person: FloatArray
    """Share of the person at each pixel, float32 (height, width) 0..1, soft at the edge. Read-only."""

    def __post_init__(self) -> None:
        if self.labels.ndim != 2 or self.labels.shape != self.person.shape:
            raise InvalidSetting(f"Labels {self.labels.shape} and person {self.person.shape} differ in shape.")
        for array in (self.labels, self.person):
            array.setflags(write=False)

    def mask(self, *regions: Region) -> FloatArray:
        """1 where a pixel shows one of `regions`, else 0; float32 (height, width)."""
        wanted = np.zeros(len(REGIONS), np.float32)
        wanted[[REGIONS.index(region) for region in regions]] = 1
        return wanted[self.labels]

    def __repr__(self) -> str:
        return f"FaceRegions({self.labels.shape[1]}x{self.labels.shape[0]})"
