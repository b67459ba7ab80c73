"""What is behind a person, and the person's own colours where both mix."""

from __future__ import annotations

import re
from enum import Enum

import numpy as np

from . import opencv as cv2
from .errors import InvalidSetting
from .face_light import slow_changes
from .geometry import ByteArray, FloatArray

Color = tuple[int, int, int]

ROUNDS = ((0.03, 8), (0.006, 1))
"""How far colours are carried into the soft edge, of the picture's longer side, and how much purer pixels count
more: first pure ones across the widest hair, then all from next to it. Two rounds: Forte, "Approximate Fast
Foreground Colour Estimation", 2021; counting pure ones more leaves an eighth of the old background's error."""
BLUR_RATIO = 0.025
"""Blur of the background, of the picture's longer side: as a portrait lens wide open does."""
_FINEST_BLUR_PX = 6.0
"""A wider blur is computed in a picture shrunk until it is this wide, to the same to within one level."""


class Background(Enum):
    """What is behind the person. Values are stable codes."""

    KEPT = "kept"
    WHITE = "white"
    BLACK = "black"
    BLURRED = "blurred"
    COLOR = "color"
    TRANSPARENT = "transparent"
    """The picture keeps its background; `cut_out` makes the version without it."""

    @property
    def is_new(self) -> bool:
        """True if the pixels behind the person are replaced."""
        return self not in (Background.KEPT, Background.TRANSPARENT)


_PLAIN: dict[Background, Color] = {Background.WHITE: (255, 255, 255), Background.BLACK: (0, 0, 0)}


def with_background(image: ByteArray, person: FloatArray, background: Background, color: str) -> ByteArray:
    """RGB `image` before `background`, itself when that is KEPT or TRANSPARENT; `color` counts for COLOR only.

    `person` is the share of the person at each pixel, (height, width) 0..1.
    Raises InvalidSetting if `color` is none, or `person` has another size.
    """
    if not background.is_new:
        return image
    if background is Background.BLURRED:
        return blur_background(image, person)
    plain = parse_color(color) if background is Background.COLOR else _PLAIN[background]
    return replace_background(image, person, plain)


def replace_background(image: ByteArray, person: FloatArray, color: Color) -> ByteArray:
    """RGB uint8 of `image`: the person before one `color`, without a rim of the old background.

    Pixels where `person` (height, width) is 1 stay as they are, where it is 0 they become `color`.
    Raises InvalidSetting if `person` has another size.
    """
    foreground, _ = _separate(image, person)
    return _laid_over(foreground, person, np.array(color, np.float32))


def blur_background(image: ByteArray, person: FloatArray) -> ByteArray:
    """RGB uint8 of `image`: the person sharp, what is behind out of focus and free of the person's colours.

    Raises InvalidSetting if `person` has another size.
    """
    foreground, behind = _separate(image, person)
    blurred = _spread(behind, 1 - person, BLUR_RATIO * max(person.shape))
    return _laid_over(foreground, person, blurred)


def cut_out(image: ByteArray, person: FloatArray) -> ByteArray:
    """RGBA uint8 (height, width, 4) of RGB `image`: the person, with `person` (height, width) 0..1 as alpha.

    Colours are not multiplied by alpha. Those of the person go on where alpha is 0, so that resizing draws
    nothing else into the edge; of the background nothing is left.
    Raises InvalidSetting if `person` has another size.
    """
    foreground, _ = _separate(image, person)
    return np.dstack([foreground, person * 255]).round().clip(0, 255).astype(np.uint8)


def parse_color(text: str) -> Color:
    """RGB of a colour that is written #RRGGBB or #RGB; the # may be left out.

    Raises InvalidSetting for another spelling.
    """
    spelled = re.fullmatch(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})", text.strip())
    if spelled is None:
        raise InvalidSetting(f'"{text}" is no colour. Write it as #RRGGBB, for example #438EDB.')
    digits = spelled[1] if len(spelled[1]) == 6 else "".join(2 * digit for digit in spelled[1])
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue


def _separate(image: ByteArray, person: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Colours of the person and of what is behind, each float32 (height, width, 3) 0..255.

    Each is the picture itself where nothing of the other mixes in.
    """
    if person.shape != image.shape[:2]:
        raise InvalidSetting(
            f"The mask has {person.shape[1]}x{person.shape[0]} px, the picture {image.shape[1]}x{image.shape[0]} px. "
            "Use the mask of this very picture."
        )
    pixels = image.astype(np.float32)
    share = person[..., None]
    foreground, behind = pixels, pixels
    for ratio, purity in ROUNDS:
        sigma = ratio * max(person.shape)
        near = _spread(foreground, person**purity, sigma)
        far = _spread(behind, (1 - person) ** purity, sigma)
        unexplained = pixels - share * near - (1 - share) * far
        foreground = (near + share * unexplained).clip(0, 255)
        behind = (far + (1 - share) * unexplained).clip(0, 255)
    return foreground, behind


def _spread(colors: FloatArray, weight: FloatArray, sigma: float) -> FloatArray:
    """Blur of `colors` (height, width, 3) weighted by `weight`, so that they reach beyond where it ends."""
    height, width = weight.shape
    scale = min(_FINEST_BLUR_PX / sigma, 1.0)
    small = (max(round(width * scale), 1), max(round(height * scale), 1))
    weights = cv2.resize(weight, small, interpolation=cv2.INTER_AREA)
    weighted = cv2.resize(colors * weight[..., None], small, interpolation=cv2.INTER_AREA)
    blurred = slow_changes(weighted / np.maximum(weights, 1e-6)[..., None], weights, sigma * scale)
    return cv2.resize(blurred, (width, height), interpolation=cv2.INTER_LINEAR)


def _laid_over(foreground: FloatArray, person: FloatArray, behind: FloatArray) -> ByteArray:
    share = person[..., None]
    return (share * foreground + (1 - share) * behind).round().clip(0, 255).astype(np.uint8)
