"""What InsightFace's networks see of a photo: crops exactly as its package cuts them.

Plain bilinear samples, also where a large photo shrinks to a crop, because the published weights and the
thresholds for them come from such crops. Nearer to the photo, and black beyond its edge.
"""

from __future__ import annotations

import numpy as np

from .. import opencv as cv2
from ..crops import ARCFACE_SIDE_PX, CropPreset, crop_transform
from ..faces import Face
from ..geometry import Box, ByteArray, Similarity

BOX_OVER_FACE = 1.5
"""Side of a crop by the face box over the longer side of the box. Source: insightface, `attribute.py`."""
LARGEST_WARP_PX = 32766
"""OpenCV 4 warps no picture with a longer side."""


def arcface_crop(image: ByteArray, face: Face) -> ByteArray:
    """The face of 112 px, eyes, nose and mouth at the places that ArcFace was trained with.

    Raises DegenerateLandmarks if the points coincide.
    """
    return sample(image, crop_transform(face, CropPreset.ARCFACE, ARCFACE_SIDE_PX), ARCFACE_SIDE_PX)


def box_transform(box: Box, side_px: int) -> Similarity:
    """Photo pixels -> pixels of a square around `box`, not turned; the middle of the box comes to side_px / 2."""
    scale = side_px / (max(box.width, box.height) * BOX_OVER_FACE)
    x, y = box.center
    return Similarity(np.array([[scale, 0, side_px / 2 - x * scale], [0, scale, side_px / 2 - y * scale]]))


def sample(image: ByteArray, transform: Similarity, side_px: int) -> ByteArray:
    """A square of `side_px` that `transform` (photo pixels -> crop pixels) leads to."""
    if max(image.shape[:2]) > LARGEST_WARP_PX:
        image, transform = _part_seen(image, transform, side_px)
    crop = cv2.warpAffine(image, transform.matrix, (side_px, side_px))
    return np.asarray(crop, np.uint8)


def _part_seen(image: ByteArray, transform: Similarity, side_px: int) -> tuple[ByteArray, Similarity]:
    """The part of `image` under the crop, one pixel at least, and the transform from its pixels."""
    corners = np.array([[x, y] for x in (-1, side_px) for y in (-1, side_px)], np.float64)
    seen = transform.inverse().apply(corners)
    last = np.array([image.shape[1] - 1, image.shape[0] - 1])
    left, top = np.clip(np.floor(seen.min(0)).astype(int) - 1, 0, last)
    right, bottom = np.clip(np.ceil(seen.max(0)).astype(int) + 1, [left, top], last)
    to_photo = Similarity(np.array([[1, 0, left], [0, 1, top]]))
    return image[top : bottom + 1, left : right + 1], to_photo.then(transform)
