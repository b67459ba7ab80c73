"""A square of a template around one face, to be redrawn: the picture, and where it goes back to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .crops import FaceSquare
from .errors import InvalidSetting
from .face_ovals import BoolArray, distance_to, face_oval, oval_pixels
from .faces import Face
from .geometry import Box, ByteArray, FloatArray, Similarity, Size
from .warp import Outside, warp

BELOW_EYES = 0.1 / 0.06
"""How much the mask grows once more below the eyes, in growths: chin and jaw change shape with the
person. Source: FaceChain's inpainting, which grows by 0.06 and then by 0.1."""
_SIDES_PX, _SIDE_STEP_PX = (64, 2048), 8
_FACE_RATIOS = (0.1, 0.9)
_MOST_GROWTH = 0.5


@dataclass(frozen=True, slots=True)
class RegionOptions:
    """How much a region shows, and how much of it may be redrawn."""

    face_ratio: float = 0.45
    """Longer side of the face box over side of the region, 0.1..0.9. Default: FaceChain."""
    side_px: int = 512
    """Side of the picture to redraw, 64..2048, a multiple of 8."""
    mask_growth: float = 0.06
    """Of the root of the face's area, 0..0.5; 0: the face alone. Default: FaceChain."""

    def __post_init__(self) -> None:
        low, high = _FACE_RATIOS
        if not low <= self.face_ratio <= high:
            raise InvalidSetting(f"A face cannot fill {self.face_ratio} of its region. Use {low} to {high}.")
        low, high = _SIDES_PX
        if not low <= self.side_px <= high or self.side_px % _SIDE_STEP_PX:
            raise InvalidSetting(
                f"A region of {self.side_px} px cannot be redrawn. Use {low} to {high} px in steps of {_SIDE_STEP_PX}."
            )
        if not 0 <= self.mask_growth <= _MOST_GROWTH:
            raise InvalidSetting(f"The mask cannot grow by {self.mask_growth}. Use 0 to {_MOST_GROWTH}.")


@dataclass(frozen=True, slots=True, eq=False)
class TemplateRegion:
    """Where a region was cut, and what of it may change."""

    template: Size
    box: Box
    """Square of whole pixels in the template; may leave it."""
    picture: ByteArray
    """The square as it was cut, RGB (side, side, 3), read-only; beyond the template its edge goes on."""
    mask: FloatArray
    """What may be redrawn, float32 (side, side), 0 or 1, read-only, in pixels of the picture."""
    others: tuple[FloatArray, ...]
    """Outlines (n, 2) of every other face, in pixels of the template: they never change."""

    @property
    def side_px(self) -> int:
        """Side of the picture to redraw."""
        return len(self.picture)

    @property
    def scale(self) -> float:
        """Pixels of the picture per pixel of the template; below 1 the redrawn face is softer than the template."""
        return self.side_px / self.box.width

    @property
    def window(self) -> tuple[int, int, int, int]:
        """left, top, right, bottom of the part inside the template, in its pixels."""
        box = self.box.clipped(self.template)
        return int(box.x1), int(box.y1), int(box.x2), int(box.y2)

    def to_picture(self, side_px: int) -> Similarity:
        """Pixels of the template -> pixels of a picture of the region with `side_px`."""
        return _to_picture(self.box, side_px)

    def __repr__(self) -> str:
        return f"TemplateRegion({self.box.width:.0f} px at {self.side_px} px)"


def cut_region(image: ByteArray, face: Face, others: Sequence[Face], options: RegionOptions) -> TemplateRegion:
    """The region of `image` (RGB uint8) around `face`. `others`, its other faces, are no part of the mask.

    Faces are in pixels of the image.
    """
    box = _square_around(face.box, options.face_ratio)
    outlines = tuple(face_oval(other) for other in others)
    to_picture, size = _to_picture(box, options.side_px), Size(options.side_px, options.side_px)
    picture = warp(image, to_picture, size, Outside.REPLICATE)
    mask = _mask(face, outlines, to_picture, options).astype(np.float32)
    for array in (picture, mask):
        array.setflags(write=False)
    return TemplateRegion(Size.of(image), box, picture, mask, outlines)


def _to_picture(box: Box, side_px: int) -> Similarity:
    # The box counts pixels by their corners, a Similarity by their centres.
    center = (box.center[0] - 0.5, box.center[1] - 0.5)
    return FaceSquare(center, box.width, (1.0, 0.0)).to_crop(side_px)


def _square_around(face: Box, ratio: float) -> Box:
    # Whole pixels, so that a region at the template's own scale is cut and pasted without resampling.
    side = max(round(max(face.width, face.height) / ratio), 1)
    left, top = (math.ceil(middle - side / 2) for middle in face.center)
    return Box(left, top, left + side, top + side)


def _mask(face: Face, others: Sequence[FloatArray], to_picture: Similarity, options: RegionOptions) -> BoolArray:
    size = Size(options.side_px, options.side_px)
    mask = oval_pixels([to_picture.apply(face_oval(face))], size)
    mask = distance_to(mask) <= options.mask_growth * np.sqrt(mask.sum())
    further = BELOW_EYES * options.mask_growth * np.sqrt(mask.sum())
    # At the eyes the second growth starts from nothing: a step in the mask would be seen at the temples.
    below = _below_eyes(to_picture.apply(face.landmarks.points), size)
    mask |= distance_to(mask) <= np.minimum(below / 2, further)
    return mask & ~oval_pixels([to_picture.apply(other) for other in others], size)


def _below_eyes(landmarks: FloatArray, size: Size) -> FloatArray:
    """Pixels below the line through both eyes as the head is turned, (height, width); negative above."""
    right = landmarks[1] - landmarks[0]
    down = np.array([-right[1], right[0]]) / max(float(np.linalg.norm(right)), 1e-6)
    x, y = np.meshgrid(np.arange(size.width), np.arange(size.height))
    middle = (landmarks[0] + landmarks[1]) / 2
    return (x - middle[0]) * down[0] + (y - middle[1]) * down[1]
