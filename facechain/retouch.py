"""Skin without blemishes: spots and blotches evened, pores, shape and tone kept."""

from __future__ import annotations

import math

import numpy as np

from . import opencv as cv2
from .errors import InvalidSetting
from .face_light import smoothstep
from .geometry import ByteArray, FloatArray, Size

DEFAULT_STRENGTH = 0.6
_WORKING_PX = 256
"""Face width at which spots are looked for; a blemish of 1 % is then 3 px."""
FINE_RATIO = 0.004
"""Of the face width, as a blur's sigma: pores and hairs are finer."""
SHAPE_RATIO = 0.05
"""Of the face width, as a blur's sigma: light, shape and blush are slower."""
SPOT_RATIO = 0.07
"""Of the face width: a dip longer than this, in any direction, is a wrinkle, a hair or a shadow, and stays."""
_DIRECTIONS = 8
MOLE_BRIGHTNESS = 0.65
"""Of the skin around: what is darker is a mole, a nostril or a shadow, and stays."""
_NOTICED, _CERTAIN = 2.0, 3.5
"""Usual depths of this skin's dips from which, and by which, a dip is a spot."""
USUAL_DEPTHS = (0.02, 0.04)
"""Of the brightness around: skin that is even to within the first is still one skin. Wrinkled and freckled skin is
judged more mildly, up to the second: else a face full of spots would count as free of them."""
RIM_RATIO = 0.03
"""Of the face width: how far a spot reaches beyond where it is certain."""
AROUND_RATIO = 0.026
"""Of the face width, as a blur's sigma: where the skin around a spot is looked at."""
BLOTCH_SHARE = 0.5
"""Of the strength: evened more, a face looks like wax."""
_MOST_BLOTCHY = 2.0
"""Usual depths beyond which a slow change is shape."""
_NEGLIGIBLE = 1e-3


def retouch_skin(image: ByteArray, skin: FloatArray, strength: float, face_width_px: float) -> ByteArray:
    """`image` (height, width, 3) with its blemishes evened where `skin` (height, width) is above 0.

    `strength` 0 returns the picture bit by bit, 0.6 takes most of a spot, 1 all. Between the finest
    detail and the slow changes of light and shape lie the blemishes; there, dips that are small in
    every direction are filled up to the skin around, and faint blotches flattened. Wrinkles, hairs
    and moles stay, and a freckled face keeps its freckles, because a dip is judged by how uneven the
    skin is elsewhere. Every channel keeps its mean over the skin: the tone stays.

    Raises InvalidSetting for a strength outside of 0..1 or a mask of another size.
    """
    _check(image, skin, strength)
    touched = skin > _NEGLIGIBLE
    if strength == 0 or not touched.any():
        return image.copy()
    rows, columns = _span(touched.max(1)), _span(touched.max(0))
    part, weight = image[rows, columns].astype(np.float32), skin[rows, columns].astype(np.float32)
    change = _change(part, weight, strength, face_width_px) * weight[..., None]
    retouched = image.copy()
    evened = np.rint(part + change).clip(0, 255).astype(np.uint8)
    retouched[rows, columns] = np.where(touched[rows, columns, None], evened, image[rows, columns])
    return retouched


def _change(image: FloatArray, skin: FloatArray, strength: float, face_width_px: float) -> FloatArray:
    """What is to be added to `image`, float32 (height, width, 3), without fine detail."""
    size = Size.of(image)
    scale = min(1.0, _WORKING_PX / face_width_px)
    width = face_width_px * scale
    small = (max(round(size.width * scale), 1), max(round(size.height * scale), 1))
    image, skin = (cv2.resize(array, small, interpolation=cv2.INTER_AREA) for array in (image, skin))
    fine = _blurred(image, skin, FINE_RATIO * width)
    relief = fine / np.maximum(_blurred(fine, skin, SHAPE_RATIO * width), 1)
    dips = _dips(np.where(skin[..., None] > 0.5, relief, 0), width)
    usual = _usual_depth(dips[skin > 0.5])
    spot = _certainty(dips / usual, width) * (1 - _moles(relief, width))
    # The skin around a spot, which the spot does not darken.
    clear = skin * (1 - spot)
    around = _blurred(fine, clear, AROUND_RATIO * width)
    # A second time on what is left: a blur alone lies too low on a cheek that bulges.
    around += _blurred(fine - around, clear, AROUND_RATIO * width)
    filling = (around - fine).clip(0, 1.5 * _spread(dips, RIM_RATIO * width) * around) * spot[..., None]
    even = _blurred(fine + filling, skin, SHAPE_RATIO * width)
    blotches = even - fine - filling
    blotches *= np.exp(-((blotches / (_MOST_BLOTCHY * usual * np.maximum(even, 1))) ** 2))
    # A spot is what people see: at the default strength little of it is left.
    change = (1 - (1 - strength) ** 3) * filling + strength * BLOTCH_SHARE * blotches
    # Filled spots would make the face paler as a whole.
    change -= (change * skin[..., None]).sum((0, 1)) / max(float(skin.sum()), 1)
    return cv2.resize(change, (size.width, size.height), interpolation=cv2.INTER_LINEAR)


def _blurred(image: FloatArray, skin: FloatArray, sigma: float) -> FloatArray:
    """Blur of the skin alone; what lies beside it lends no colour."""
    weight = cv2.GaussianBlur(skin, (0, 0), max(sigma, 0.5))
    blurred = cv2.GaussianBlur(image * skin[..., None], (0, 0), max(sigma, 0.5))
    return blurred / np.maximum(weight, _NEGLIGIBLE)[..., None]


def _dips(relief: FloatArray, width: float) -> FloatArray:
    """How deep each pixel lies in a dip of `relief` (height, width, 3) that is short in every direction.

    Closing by a line fills what is shorter along that line; a wrinkle is not filled along itself.
    """
    lines = _lines(max(round(SPOT_RATIO * width), 3))
    return np.minimum.reduce([cv2.morphologyEx(relief, cv2.MORPH_CLOSE, line) for line in lines]) - relief


def _usual_depth(dips: FloatArray) -> FloatArray:
    """Where the deepest twentieth of the dips (n, 3) begins, per channel (3,); single spots do not count."""
    deep = np.percentile(dips, 95, axis=0) if len(dips) else np.zeros(3)
    return deep.clip(*USUAL_DEPTHS).astype(np.float32)


def _certainty(depth: FloatArray, width: float) -> FloatArray:
    """Whether a pixel belongs to a spot, float32 (height, width) 0..1; `depth` in usual depths (height, width, 3)."""
    # One channel that shows a spot is enough, and its faint rim belongs to it.
    deepest = _spread(depth.max(-1), RIM_RATIO * width)
    return cv2.GaussianBlur(smoothstep((deepest - _NOTICED) / (_CERTAIN - _NOTICED)).astype(np.float32), (0, 0), 1)


def _lines(length: int) -> list[ByteArray]:
    middle = length // 2
    lines = []
    for step in range(_DIRECTIONS):
        angle = math.pi * step / _DIRECTIONS
        across, down = round(middle * math.cos(angle)), round(middle * math.sin(angle))
        line = np.zeros((2 * middle + 1, 2 * middle + 1), np.uint8)
        cv2.line(line, (middle - across, middle - down), (middle + across, middle + down), 1)
        lines.append(line)
    return lines


def _moles(relief: FloatArray, width: float) -> FloatArray:
    """1 on and around what is much darker than the skin around it, else 0; float32 (height, width), soft."""
    dark = (relief.mean(-1) < MOLE_BRIGHTNESS).astype(np.float32)
    return cv2.GaussianBlur(_spread(dark, RIM_RATIO * width), (0, 0), 1)


def _spread(values: FloatArray, radius: float) -> FloatArray:
    """The largest of `values` (height, width) within `radius` px of each pixel."""
    side = 2 * max(round(radius), 1) + 1
    return cv2.dilate(values, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))


def _span(occupied: np.ndarray) -> slice:
    """From the first to the last place that is true."""
    places = np.flatnonzero(occupied)
    return slice(int(places[0]), int(places[-1]) + 1)


def _check(image: ByteArray, skin: FloatArray, strength: float) -> None:
    if not 0 <= strength <= 1:
        raise InvalidSetting(f"Retouching strength {strength} is not between 0 and 1.")
    if skin.shape != image.shape[:2]:
        here, there = Size.of(skin), Size.of(image)
        raise InvalidSetting(
            f"The mask has {here.width}x{here.height} px, the picture {there.width}x{there.height} px. "
            "Connect a mask of the picture's size."
        )
