"""What is behind the person, and from which side the light comes."""

from __future__ import annotations

import math

import numpy as np

from . import opencv as cv2
from .color_names import color_shares
from .face_view import BoolArray, FaceView
from .mesh_regions import CHIN, FOREHEAD
from .parsing import Region
from .tags import Band, Scale, Tag, TagKind

PLAIN = Scale(TagKind.BACKGROUND, "lightness per px", (Band(0, 0.3, "plain background"),))
BUSY = Scale(TagKind.BACKGROUND, "lightness per px", (Band(0.6, math.inf, "busy background"),))
"""Mean gradient of the lightness, per pixel of a crop of 512 px."""
_GRADIENT_SIDE_PX = 512
LEAST_BACKGROUND = 0.05
"""Share of the crop."""
ONE_TONE, TONE_REACH = 0.9, 15.0
"""Share of a plain background that lies this near to its median, in Lab: an even wall in uneven light."""
_RIM_RATIO = 1 / 64
"""Of the crop: how far the person's soft edge reaches into the background."""

_SAMPLE_STEP = 7
"""Every so many pixels are named: a plain background has the same shares."""

BACKGROUND_TONE = (
    Scale(TagKind.BACKGROUND_TONE, "share", (Band(0.7, math.inf, "dark background"),)),
    Scale(TagKind.BACKGROUND_TONE, "share", (Band(0.7, math.inf, "light background"),)),
)
"""Share of the background that is darker than the first, or lighter than the second of these."""
DARK, LIGHT = 25.0, 75.0
"""Lightness."""

LIGHT_SIDE = Scale(
    TagKind.LIGHT_SIDE,
    "lightness difference",
    (
        Band(-math.inf, -6, "lit from the left"),
        Band(-3, 3, "even light"),
        Band(6, math.inf, "lit from the right"),
    ),
)
"""Skin right of the face's midline less skin left of it, medians. Six are what an eye sees as shade."""
LEAST_SKIN = 0.005
"""Share of the crop on either side."""
MOST_TURNED_DEG = 30.0
"""Beyond it the far cheek is too narrow to be a side."""


def background_tags(view: FaceView) -> tuple[Tag, ...]:
    """Plain or busy; of a plain background its colour, of another whether it is dark or light."""
    background = _background(view)
    if view.share(background) < LEAST_BACKGROUND:
        return ()
    gradient = float(_gradient(view)[background].mean())
    pixels = view.lab[background]
    even = float((np.linalg.norm(pixels - np.median(pixels, axis=0), axis=1) < TONE_REACH).mean())
    if even >= ONE_TONE and (plain := PLAIN.tag(gradient)):
        return _present(plain, _color(view, background))
    shares = (pixels[:, 0] < DARK).mean(), (pixels[:, 0] > LIGHT).mean()
    tones = [scale.tag(float(share)) for scale, share in zip(BACKGROUND_TONE, shares, strict=True)]
    return _present(BUSY.tag(gradient), *tones)


def light_tag(view: FaceView) -> Tag | None:
    """From which side of the picture the face is lit."""
    mesh = view.face.mesh
    if mesh is None or abs(view.quality.yaw_deg) > MOST_TURNED_DEG:
        return None
    (x, y), (dx, dy) = mesh[FOREHEAD, :2], mesh[CHIN, :2] - mesh[FOREHEAD, :2]
    rows, columns = np.indices(view.photo.shape)
    is_right = (columns - x) * dy > (rows - y) * dx
    skin = view.pixels(Region.SKIN)
    left, right = skin & ~is_right, skin & is_right
    if min(view.share(left), view.share(right)) < LEAST_SKIN:
        return None
    return LIGHT_SIDE.tag(float(np.median(view.lab[right][:, 0]) - np.median(view.lab[left][:, 0])))


def _background(view: FaceView) -> BoolArray:
    """Well outside of the person. White to the edge counts only when hardly anything else is there."""
    radius = max(round(_RIM_RATIO * view.height), 1)
    kernel = np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)

    def inner(pixels: BoolArray) -> BoolArray:
        return cv2.erode(pixels.astype(np.uint8), kernel) > 0

    behind = inner(view.pixels(Region.BACKGROUND))
    return behind if view.share(behind) >= LEAST_BACKGROUND else inner(view.regions.mask(Region.BACKGROUND) > 0)


def _gradient(view: FaceView) -> np.ndarray:
    # Noise and JPEG are no pattern: they are gone after this blur.
    scale = view.height / _GRADIENT_SIDE_PX
    lightness = cv2.GaussianBlur(view.lab[..., 0], (0, 0), max(scale, 0.5))
    across, down = (cv2.Sobel(lightness, cv2.CV_32F, *order) / 8 for order in ((1, 0), (0, 1)))
    return np.hypot(across, down) * scale


def _color(view: FaceView, background: BoolArray) -> Tag | None:
    name = next(iter(color_shares(np.median(view.lab[background], axis=0)[None])))
    share = color_shares(view.lab[background][::_SAMPLE_STEP])[name]
    return Scale(TagKind.BACKGROUND_COLOR, "share", (Band(0.6, math.inf, f"{name} background"),)).tag(share)


def _present(*tags: Tag | None) -> tuple[Tag, ...]:
    return tuple(tag for tag in tags if tag)
