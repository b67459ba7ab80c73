"""The face that another one is laid onto, made ready once for any number of fusions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np

from . import opencv as cv2
from .donor import mesh_of
from .faces import Face
from .fusion_layers import Ground
from .geometry import Box, ByteArray, FloatArray, Size
from .mesh_warp import MeshRaster
from .spectacles import find_frame

_MARGIN_RATIO = 0.1
"""Of the mesh's larger side: room for the blurs."""
_PAINT_RADIUS_PX = 5
"""From how far around a removed frame its place is painted."""


class SpectaclesOf(Enum):
    """Whose spectacles a fused face wears. Values are stable codes."""

    TARGET = "target"
    """Those of the picture, or none: the person's eyes look through the picture's frame."""
    PERSON = "person"
    """Those of the person, or none: the picture's frame is painted over."""


@dataclass(frozen=True, slots=True, eq=False)
class FusionTarget:
    """A face in a picture, made ready for a fusion; serves any number of them."""

    image: ByteArray
    mesh: FloatArray
    """(468, 3) in pixels of the image."""
    left: int
    top: int
    """Corner of the part that can change."""
    base: ByteArray
    """That part, with its spectacles painted over if they go."""
    worn: FloatArray
    """1 on the frame of its spectacles, float32 (height, width) of the part."""
    ground: Ground
    spectacles: SpectaclesOf

    @staticmethod
    def of(image: ByteArray, face: Face, spectacles: SpectaclesOf) -> FusionTarget:
        """`face` of `image`. Raises ModelUnavailable if it has no mesh."""
        mesh, frame = mesh_of(face), find_frame(image, face)
        left, top, right, bottom = _region(mesh, Size.of(image))
        part = image[top:bottom, left:right]
        worn = np.zeros(part.shape[:2], np.float32) if frame is None else frame[top:bottom, left:right].clip(0, 1)
        base = _painted_over(part, worn) if spectacles is SpectaclesOf.PERSON else part
        raster = MeshRaster.of(mesh - np.array([left, top, 0], np.float32), Size.of(part))
        return FusionTarget(image, mesh, left, top, base, worn, Ground.of(base, raster), spectacles)


def _region(mesh: FloatArray, photo: Size) -> tuple[int, int, int, int]:
    """left, top, right, bottom of the part of the photo that can change."""
    (x1, y1), (x2, y2) = mesh[:, :2].min(0), mesh[:, :2].max(0)
    margin = _MARGIN_RATIO * max(x2 - x1, y2 - y1)
    box = Box(float(x1 - margin), float(y1 - margin), float(x2 + margin), float(y2 + margin)).clipped(photo)
    return math.floor(box.x1), math.floor(box.y1), math.ceil(box.x2), math.ceil(box.y2)


def _painted_over(part: ByteArray, worn: FloatArray) -> ByteArray:
    """The part with skin in the place of the frame."""
    if not worn.any():
        return part
    return cv2.inpaint(part, (worn > 0).astype(np.uint8), _PAINT_RADIUS_PX, cv2.INPAINT_TELEA)
