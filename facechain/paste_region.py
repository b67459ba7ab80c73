"""A redrawn region put back into its template, without a seam and without touching other faces."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from . import opencv as cv2
from .errors import InvalidSetting
from .face_ovals import distance_to, oval_pixels
from .geometry import ByteArray, FloatArray, Similarity, Size
from .seams import MOST_FEATHER, ROUNDING, change, rise
from .template_region import TemplateRegion
from .warp import Outside, warp


class PasteArea(Enum):
    """What of the redrawn picture goes back. Values are stable codes."""

    MASK = "mask"
    """What changed inside the mask: the face."""
    REGION = "region"
    """All that changed: hair and shoulders too, for a picture that was redrawn without the mask."""


@dataclass(frozen=True, slots=True)
class PasteOptions:
    """How a region is put back."""

    feather: float = 0.04
    """Width of the seam over the side of the region, 0..0.25. Default: FaceChain."""
    area: PasteArea = PasteArea.MASK

    def __post_init__(self) -> None:
        if not 0 <= self.feather <= MOST_FEATHER:
            raise InvalidSetting(f"A feather of {self.feather} leaves no face. Use 0 to {MOST_FEATHER}.")


@dataclass(frozen=True, slots=True, eq=False)
class Pasted:
    """A template with one region redrawn."""

    image: ByteArray
    """RGB of the template's size; where `mask` is 0 it is the template, bit by bit."""
    mask: FloatArray
    """Share of the redrawn picture at each pixel, float32 (height, width) 0..1; 0 on every other face."""

    def __repr__(self) -> str:
        return f"Pasted({self.image.shape[1]}x{self.image.shape[0]})"


def paste_region(template: ByteArray, redrawn: ByteArray, region: TemplateRegion, options: PasteOptions) -> Pasted:
    """`template` with the `redrawn` region in its place; both RGB uint8.

    `redrawn` is square, of any size. What it left as it was cut stays the template's, and so keeps
    its sharpness. `template` may have changed since, for example by another paste, but not its size.

    Raises InvalidSetting if a size does not fit.
    """
    _refuse_other_sizes(Size.of(template), Size.of(redrawn), region)
    left, top, right, bottom = region.window
    here = template[top:bottom, left:right]
    there = warp(redrawn, _to_window(region, len(redrawn)), Size.of(here), Outside.REPLICATE)
    share = _share(_redrawn_part(redrawn, region, options.area), region, options.feather)
    image, mask = template.copy(), np.zeros(template.shape[:2], np.float32)
    image[top:bottom, left:right] = np.rint(there * share[..., None] + here * (1 - share[..., None]))
    mask[top:bottom, left:right] = share
    return Pasted(image, mask)


def _refuse_other_sizes(template: Size, redrawn: Size, region: TemplateRegion) -> None:
    if template != region.template:
        raise InvalidSetting(
            f"The region was cut from a picture of {_text(region.template)} px, but the template has "
            f"{_text(template)} px. Connect the picture that the region was cut from."
        )
    if redrawn.width != redrawn.height:
        raise InvalidSetting(
            f"The redrawn picture has {_text(redrawn)} px, but a region is a square. "
            f"Redraw it with {region.side_px}x{region.side_px} px."
        )


def _to_window(region: TemplateRegion, side_px: int) -> Similarity:
    """Pixels of a square picture of the region -> pixels of the region's part inside the template."""
    left, top, _, _ = region.window
    shift = Similarity(np.array([[1.0, 0.0, -left], [0.0, 1.0, -top]]))
    return region.to_picture(side_px).inverse().then(shift)


def _redrawn_part(redrawn: ByteArray, region: TemplateRegion, area: PasteArea) -> FloatArray:
    """1 where `redrawn` takes the template's place, else 0; float32 (side, side) in pixels of the region."""
    allowed = region.mask if area is PasteArea.MASK else np.ones_like(region.mask)
    if len(redrawn) != region.side_px:
        return allowed  # resampled, every pixel changed a little
    return allowed * (change(redrawn, region.picture) > ROUNDING)


def _share(part: FloatArray, region: TemplateRegion, feather_ratio: float) -> FloatArray:
    """Share of the redrawn picture in the part of the region inside the template, float32 (height, width)."""
    left, top, right, bottom = region.window
    size, feather = Size(right - left, bottom - top), feather_ratio * region.box.width
    matrix = _to_window(region, region.side_px).matrix
    inside = cv2.warpAffine(part, matrix, (size.width, size.height), flags=cv2.INTER_LINEAR) >= 0.5
    others = oval_pixels([outline - np.array([left, top]) for outline in region.others], size)
    shares = [
        1 - rise(distance_to(inside), feather),
        rise(_distance_to_edge(region), feather),
        rise(distance_to(others), feather),
    ]
    return np.minimum.reduce(shares).astype(np.float32)


def _distance_to_edge(region: TemplateRegion) -> FloatArray:
    """Pixels to the template outside of the region; where the template itself ends there is no seam to hide."""
    left, top, right, bottom = region.window
    above, below = int(top > 0), int(bottom < region.template.height)
    before, after = int(left > 0), int(right < region.template.width)
    inside = np.zeros((bottom - top, right - left), bool)
    framed = np.pad(inside, ((above, below), (before, after)), constant_values=True)
    return distance_to(framed)[above : above + bottom - top, before : before + right - left]


def _text(size: Size) -> str:
    return f"{size.width}x{size.height}"
