"""The tone of the hair, the colour of the clothes, and whether the photo has colours at all."""

from __future__ import annotations

import math

import numpy as np

from .color_names import color_shares
from .face_light import SHADED_SKIN, skin_weight
from .face_view import BoolArray, FaceView
from .mesh_regions import CHIN, FOREHEAD
from .parsing import Region
from .tags import Band, Scale, Tag, TagKind

HAIR_TONE = Scale(
    TagKind.HAIR_TONE,
    "lightness",
    (Band(0, 26, "dark hair"), Band(30, 52, "medium-toned hair"), Band(56, math.inf, "light hair")),
)
"""Median lightness. It is that of the photo: the same hair is lighter in the sun."""
GREY_HAIR = Scale(TagKind.HAIR_TONE, "lightness", (Band(42, math.inf, "grey hair"),))
GREY_CHROMA = 8.0
"""Median chroma below which hair of this lightness is grey."""
LEAST_HAIR = 0.01
"""Share of the crop. Less is a rim, with what is behind shining through."""
SAME_HAIR = 20.0
"""Distance in Lab by which hair above the forehead may differ from hair beside the face. More is a hat, or not all
of it is hair. Measured: 11 to 16 for hair alone."""
_SHADE_WEIGHT = 0.5
"""Of the lightness in that distance: hair beside the face lies in its shade."""
_FEW_STRANDS = 0.001
"""Share of the crop below which there is nothing to compare."""

ONE_COLOR, NO_COLOR = 0.4, 0.3
"""Share of the most frequent colour: from the first on it names the clothes, below the second they have several."""
AHEAD_OF_NEXT = 1.5
"""The most frequent colour covers this many times as much as the next one, or it names nothing."""
MOST_BARE = 0.4
"""Share of what is below the chin that may have the colour of the face's skin: with more it may be bare."""
LEAST_CLOTHES = 0.04
"""Share of the crop."""
_MOST_SAMPLES = 20_000
"""More pixels give the same shares more slowly."""

MONOCHROME = Scale(TagKind.MONOCHROME, "chroma", (Band(0, 5, "black and white photo"),))
"""Chroma that 1 % of the photo exceeds. JPEG adds up to 3 to a photo without colours."""


def hair_tag(view: FaceView) -> Tag | None:
    """The tone of the hair; nothing when little is seen or a hat is on it."""
    hair = view.pixels(Region.HAIR)
    if view.share(hair) < LEAST_HAIR or _is_covered(view, hair):
        return None
    lightness, chroma = np.median(view.lab[hair][:, 0]), np.median(_chroma(view, hair))
    if chroma < GREY_CHROMA and monochrome_tag(view) is None and (grey := GREY_HAIR.tag(float(lightness))):
        return grey
    return HAIR_TONE.tag(float(lightness))


def clothing_tag(view: FaceView) -> Tag | None:
    """The colour of what is worn below the chin; nothing when little of it is seen."""
    clothes = view.pixels(Region.CLOTHES)
    clothes[: math.ceil(_height_of(view, CHIN, view.face.box.y2))] = False
    dressed = clothes & (skin_weight(view.lab, view.regions.mask(Region.SKIN), SHADED_SKIN) < 0.5)
    if view.share(dressed) < max(LEAST_CLOTHES, (1 - MOST_BARE) * view.share(clothes)) or monochrome_tag(view):
        return None
    pixels = view.lab[dressed]
    (name, share), (_, next_share), *_ = color_shares(pixels[:: len(pixels) // _MOST_SAMPLES + 1]).items()
    if ONE_COLOR <= share < AHEAD_OF_NEXT * next_share:
        return None
    bands = (Band(0, NO_COLOR, "multicoloured clothes"), Band(ONE_COLOR, math.inf, f"{name} clothes"))
    return Scale(TagKind.CLOTHING_COLOR, "share", bands).tag(share)


def monochrome_tag(view: FaceView) -> Tag | None:
    """Whether the photo has no colours."""
    return MONOCHROME.tag(float(np.percentile(_chroma(view, view.photo), 99))) if view.photo.any() else None


def _is_covered(view: FaceView, hair: BoolArray) -> bool:
    """Whether what is above the forehead is no hair: it differs from the hair beside the face."""
    top = round(_height_of(view, FOREHEAD, view.face.box.y1))
    above, beside = hair.copy(), hair.copy()
    above[max(top, 0) :] = False
    beside[: max(top, 0)] = False
    if min(view.share(above), view.share(beside)) < _FEW_STRANDS:
        return False
    difference = np.median(view.lab[above], axis=0) - np.median(view.lab[beside], axis=0)
    return bool(np.linalg.norm(difference * [_SHADE_WEIGHT, 1, 1]) > SAME_HAIR)


def _height_of(view: FaceView, point: int, otherwise: float) -> float:
    """y of a point of the mesh, in pixels of the crop."""
    mesh = view.face.mesh
    return otherwise if mesh is None else float(mesh[point, 1])


def _chroma(view: FaceView, pixels: BoolArray) -> np.ndarray:
    return np.hypot(view.lab[pixels][:, 1], view.lab[pixels][:, 2])
