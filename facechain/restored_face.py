"""A face made sharp by a network, in the picture that it belongs to."""

from __future__ import annotations

import numpy as np

from .errors import InvalidSetting
from .face_light import LIGHT_RATIO, slow_changes
from .faces import Face
from .geometry import ByteArray, FloatArray, Size
from .interfaces import FaceRestorer
from .laid_crop import LaidCrop, width_of


def restored(
    image: ByteArray, face: Face, restorer: FaceRestorer, *, strength: float, share: FloatArray | None = None
) -> ByteArray:
    """`image` (RGB uint8) with `face` restored by `strength` 0..1; what is no part of it stays bit by bit.

    `share` (height, width) 0..1 says where; None: inside the face's oval, softly. The restored face has the
    light and the tint of the picture: networks drift towards the colours that they were trained on, and a
    face of other colours than its neck is seen at once. Grain is not put back, for noise and blur are what
    a restorer is asked to remove; less strength leaves more of it.

    Raises InvalidSetting for a strength outside of 0..1 or a share of another size.
    """
    _check(image, strength, share)
    if strength == 0:
        return image.copy()
    laid = LaidCrop.of(restorer.restore(image, face), Size.of(image))
    here = laid.rows, laid.columns
    weight = laid.share * (laid.oval(face) if share is None else share[here])
    before = image[here].astype(np.float32)
    sharp = laid.image + slow_changes(before - laid.image, weight, LIGHT_RATIO * width_of(face))
    weight = strength * weight[..., None]
    changed = image.copy()
    changed[here] = np.rint(weight * sharp + (1 - weight) * before).clip(0, 255)
    return changed


def _check(image: ByteArray, strength: float, share: FloatArray | None) -> None:
    if not 0 <= strength <= 1:
        raise InvalidSetting(f"A restoring strength of {strength} is not possible. Use 0 (nothing) to 1 (all).")
    if share is not None and share.shape != image.shape[:2]:
        raise InvalidSetting(
            f"The mask has {share.shape[1]}x{share.shape[0]} px, the picture {image.shape[1]}x{image.shape[0]} px. "
            "Use a mask of the picture's size."
        )
