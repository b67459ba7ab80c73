"""What lies over a face and is to stay there: hair, a hat, a hand, the frame of spectacles."""

from __future__ import annotations

import numpy as np

from .face_light import lab_from_rgb, smoothstep
from .face_ovals import distance_to
from .faces import Face
from .geometry import BoolArray, ByteArray, FloatArray
from .laid_crop import width_of
from .parsing import FaceRegions, Region
from .spectacles import find_frame

_OVER = (Region.HAIR, Region.HAT, Region.CLOTHES, Region.BACKGROUND)
"""Hands belong to the clothes, and a cup to the background. A neck is never before its face."""
_RIM_RATIO = 0.03
"""Of the face width: how softly the face begins beside what covers it; single hairs reach beyond what is found."""
_FRAME_RATIO = 0.035
"""Of the face width: thickness of a rim, where a parser takes the eyes behind the lenses for spectacles too."""
_DARK_GLASS = 0.45
"""Lightness of lenses over that of the skin below which no eye is seen through them."""


def things_over(regions: FaceRegions, face: Face) -> FloatArray:
    """1 on all but spectacles that lies over `face`, softly falling to 0 beside it; float32 (height, width) 0..1."""
    return _soft(regions.mask(*_OVER) > 0, face)


def frame_over(image: ByteArray, face: Face, regions: FaceRegions | None) -> FloatArray | None:
    """1 on the frame of the spectacles that `face` wears, soft, float32 (height, width); None without spectacles.

    Another person's eyes may look through clear lenses, so these are no part of it; dark ones are. The frame
    is found by the mesh, and without one in the `regions` of a parser.
    """
    worn = np.zeros(image.shape[:2], bool) if regions is None else regions.mask(Region.GLASSES) > 0
    if regions is not None and worn.any() and _hides_eyes(image, worn, regions):
        return _soft(worn, face)
    frame = find_frame(image, face)
    if frame is not None:
        return frame.clip(0, 1)
    return _soft(worn & (distance_to(~worn) <= _FRAME_RATIO * width_of(face)), face) if worn.any() else None


def left_in_front(fused: ByteArray, image: ByteArray, cover: FloatArray) -> ByteArray:
    """`fused` with what `cover` (height, width) 0..1 marks of `image` before it; both RGB uint8 of one size."""
    share = cover[..., None]
    return np.rint(share * image + (1 - share) * fused).astype(np.uint8)


def _hides_eyes(image: ByteArray, worn: BoolArray, regions: FaceRegions) -> bool:
    """Whether the spectacles are dark all over and the parser sees no eye behind them."""
    skin = regions.mask(Region.SKIN) > 0
    if regions.mask(Region.EYES).any() or not skin.any():
        return False
    lightness = lab_from_rgb(image)[..., 0]
    return bool(np.median(lightness[worn]) < _DARK_GLASS * np.median(lightness[skin]))


def _soft(pixels: BoolArray, face: Face) -> FloatArray:
    """1 on `pixels`, exactly, falling to 0 beside them."""
    return smoothstep(1 - distance_to(pixels) / (_RIM_RATIO * width_of(face))).astype(np.float32)
