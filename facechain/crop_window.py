"""An aligned crop seen from its photo: where it lies there, and how its pixels come back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import opencv as cv2
from .geometry import ByteArray, FloatArray, Similarity, Size
from .warp import Outside, warp

_MIXED_PX = 1.5
"""Pixels of the crop along the photo's edge that show some of what the crop has beyond it."""


@dataclass(frozen=True, slots=True)
class CropWindow:
    """The upright rectangle of a photo that holds what a crop shows of it."""

    photo: Size
    crop: Size
    to_crop: Similarity
    """Photo pixels -> crop pixels."""

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns of the photo; empty when the crop misses it."""
        corners = np.array([[x, y] for x in (-0.5, self.crop.width - 0.5) for y in (-0.5, self.crop.height - 0.5)])
        seen = self.to_crop.inverse().apply(corners)
        (left, top), (right, bottom) = np.floor(seen.min(0)).astype(int), np.ceil(seen.max(0)).astype(int) + 1
        rows = slice(max(top, 0), min(bottom, self.photo.height))
        return rows, slice(max(left, 0), min(right, self.photo.width))

    def cut(self, photo: ByteArray) -> ByteArray:
        """The crop out of `photo`, RGB, drawn out beyond the photo's edge."""
        return self.drawn_out(warp(photo, self.to_crop, self.crop))

    def drawn_out(self, picture: ByteArray) -> ByteArray:
        """`picture`, the crop in any size, with what is inside the photo drawn out over what is not."""
        to_picture = self._to_picture(Size.of(picture))
        x, y = np.meshgrid(np.arange(picture.shape[1], dtype=np.float32), np.arange(picture.shape[0], dtype=np.float32))
        at_x, at_y = _moved(to_picture.inverse(), x, y)
        margin = _MIXED_PX / self.to_crop.scale
        near_x = at_x.clip(margin, max(self.photo.width - 1 - margin, margin))
        near_y = at_y.clip(margin, max(self.photo.height - 1 - margin, margin))
        beyond = (near_x != at_x) | (near_y != at_y)
        if not beyond.any():
            return picture
        edge = cv2.remap(
            picture, *_moved(to_picture, near_x, near_y), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        return np.where(beyond[..., None], edge, picture)

    def carried(self, picture: ByteArray) -> ByteArray:
        """`picture`, the crop in any size, on the pixels of `slices`; RGB."""
        return warp(picture, self._to_window(Size.of(picture)), self._size(), Outside.REPLICATE)

    def carried_shares(self, shares: FloatArray) -> FloatArray:
        """`shares` (height, width, n) of the crop's own size on the pixels of `slices`; 0 outside of the crop."""
        size = self._size()
        matrix = self._to_window(self.crop).matrix
        return cv2.warpAffine(shares, matrix, (size.width, size.height), flags=cv2.INTER_LINEAR)

    def _size(self) -> Size:
        rows, columns = self.slices
        return Size(columns.stop - columns.start, rows.stop - rows.start)

    def _to_picture(self, picture: Size) -> Similarity:
        """Photo pixels -> pixels of the crop in another size."""
        scale = picture.width / self.crop.width
        shift = (scale - 1) / 2
        return self.to_crop.then(Similarity(np.array([[scale, 0.0, shift], [0.0, scale, shift]])))

    def _to_window(self, picture: Size) -> Similarity:
        rows, columns = self.slices
        shift = Similarity(np.array([[1.0, 0.0, -columns.start], [0.0, 1.0, -rows.start]]))
        return self._to_picture(picture).inverse().then(shift)


def _moved(transform: Similarity, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    (a, b, c), (d, e, f) = transform.matrix.astype(np.float32)
    return a * x + b * y + c, d * x + e * y + f
