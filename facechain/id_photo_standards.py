"""Sizes and head positions that ID photos must have, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .errors import InvalidSetting

PRINT_DPI = 300
"""Resolution of photo printers; the smallest that the authorities below ask for."""
_MM_PER_INCH = 25.4


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a standard allows for one measure, in mm, and what we aim at."""

    least: float
    target: float
    most: float

    def allows(self, value_mm: float) -> bool:
        """True inside the range, to within half of the tenth that is shown."""
        return self.least - 0.05 <= value_mm <= self.most + 0.05


@dataclass(frozen=True, slots=True)
class IdPhotoStandard:
    """One kind of ID photo. Exactly one of `eyes` and `top` says how high the head stands."""

    id: str
    title: Mapping[str, str]
    """By language, "en" and "zh"."""
    width_mm: float
    height_mm: float
    head: Allowed
    """Chin to crown."""
    eyes: Allowed | None
    """Eye line above the lower edge."""
    top: Allowed | None
    """Upper edge down to the crown."""
    background: str
    """What the authority asks for, one sentence."""
    head_width: Allowed | None = None
    """Cheek to cheek."""
    least_below_chin_mm: float = 0.0
    """Chin down to the lower edge."""

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of the print at 300 dpi."""
        return pixels_from_mm(self.width_mm), pixels_from_mm(self.height_mm)


def pixels_from_mm(length_mm: float) -> int:
    """Whole pixels of a length printed at 300 dpi."""
    return round(length_mm * PX_PER_MM)


PX_PER_MM = PRINT_DPI / _MM_PER_INCH

STANDARDS = (
    # ICAO 9303 and ISO/IEC 19794-5: head 70 to 80 % and eye line 50 to 70 % of the height; the German sample sheet
    # writes the first as 32 to 36 mm. Of the eye line only the lower part leaves room for hair above such a head.
    IdPhotoStandard(
        id="icao_35x45",
        title={
            "en": "35 x 45 mm, ICAO: Schengen, UK and most others",
            "zh": "35 x 45 毫米，ICAO：申根、英国等多数国家",
        },
        width_mm=35,
        height_mm=45,
        head=Allowed(32, 34, 36),
        eyes=Allowed(22.5, 23.5, 31.5),
        top=None,
        background="Plain and light: white or light grey.",
    ),
    # US Department of State: 2 x 2 inches, head 1 to 1 3/8 inches with the hair, eyes 1 1/8 to 1 3/8 inches.
    IdPhotoStandard(
        id="us_2x2",
        title={"en": "2 x 2 inches, United States", "zh": "2 x 2 英寸，美国"},
        width_mm=2 * _MM_PER_INCH,
        height_mm=2 * _MM_PER_INCH,
        head=Allowed(1 * _MM_PER_INCH, 1.1875 * _MM_PER_INCH, 1.375 * _MM_PER_INCH),
        eyes=Allowed(1.125 * _MM_PER_INCH, 1.25 * _MM_PER_INCH, 1.375 * _MM_PER_INCH),
        top=None,
        background="White or off-white.",
    ),
    # Chinese consulates, passport and visa: head 28 to 33 mm high and 15 to 22 mm wide, 3 to 5 mm above it, 7 mm
    # or more below the chin.
    IdPhotoStandard(
        id="china_33x48",
        title={"en": "33 x 48 mm, China", "zh": "33 x 48 毫米，中国"},
        width_mm=33,
        height_mm=48,
        head=Allowed(28, 31, 33),
        eyes=None,
        top=Allowed(3, 4, 5),
        background="White; light blue is taken for some papers.",
        head_width=Allowed(15, 18.5, 22),
        least_below_chin_mm=7,
    ),
)


def find_standard(id: str) -> IdPhotoStandard:
    """The standard with this id.

    Raises InvalidSetting if there is none.
    """
    for standard in STANDARDS:
        if standard.id == id:
            return standard
    known = ", ".join(standard.id for standard in STANDARDS)
    raise InvalidSetting(f'There is no ID photo standard "{id}". Choose one of: {known}.')
