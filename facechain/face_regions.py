"""The regions of a head without a parsing network: mesh, segmentation, and the colours of this one person."""

from __future__ import annotations

import numpy as np

from . import opencv as cv2
from .connected_pieces import touching
from .faces import Face
from .geometry import BoolArray, ByteArray, FloatArray, Size
from .hats import beside_hat, hat_pixels, with_brim
from .head_colors import Part, most_like
from .head_frame import FACE_PX, HeadFrame
from .mesh_regions import (
    FOREHEAD_RING,
    IMAGE_LEFT_BROW,
    IMAGE_LEFT_EYE,
    IMAGE_RIGHT_BROW,
    IMAGE_RIGHT_EYE,
    INNER_LIPS,
    OUTER_LIPS,
)
from .parsing import REGIONS, Region
from .skin_color import SkinColor

_FACE_AREA = FACE_PX * FACE_PX
_LEAST_HAIR, _LEAST_FRAME = 0.0015 * _FACE_AREA, 0.004 * _FACE_AREA
"""Pixels: smaller pieces are shadows."""
_CORE_PX = 13
"""Kept away from the oval's edge, where strands of hair and the background begin."""
_BRIM_SKIN = 5.0
"""Spreads from the skin's colour within that edge."""
_FEATURES = (IMAGE_LEFT_BROW, IMAGE_RIGHT_BROW, IMAGE_LEFT_EYE, IMAGE_RIGHT_EYE, OUTER_LIPS)


def label_regions(image: ByteArray, face: Face, person: FloatArray) -> ByteArray:
    """Index into REGIONS for each pixel of RGB `image`, uint8 (height, width).

    `person` (height, width) is the share or probability of "person". Skin, hair and clothes are told
    apart by where they lie around the face and by the colours of this one picture. Grey hair beside
    skin of its own colour is found in part only. In a grey picture only lightness speaks.

    Raises ModelUnavailable if the face has no mesh.
    """
    frame = HeadFrame.of(image, face, person)
    labels = _head(frame)
    found = frame.to_photo(labels, Size.of(image), len(REGIONS))
    outside = frame.to_photo(np.ones_like(labels), Size.of(image), 2) == 0
    found[outside & (person > 0.5)] = REGIONS.index(Region.CLOTHES)
    return found


def _head(frame: HeadFrame) -> ByteArray:
    """The labels in the frame; later ones lie over earlier ones."""
    skin = SkinColor.learn(frame.lab[_core(frame)])
    distance = skin.distance(frame.lab)
    hat = hat_pixels(frame, skin, distance)
    is_person, in_oval = frame.person > 0.5, frame.oval > 0.5
    part = most_like(frame, skin, hat)
    brim = with_brim(hat) & (frame.aside < 0.38)
    beside = (frame.beyond < 0.12) & (frame.above(frame.heights.mouth) > 0)
    hair = touching(is_person & (part == Part.HAIR) & ~brim, beside, _LEAST_HAIR)
    bare = (is_person & (part == Part.SKIN)) | (is_person & brim & ~hat & (distance < _BRIM_SKIN))
    bare |= in_oval & (part != Part.HAIR) & ~hat
    labels = np.zeros(frame.oval.shape, np.uint8)
    _paint(labels, Region.CLOTHES, is_person)
    _paint(labels, Region.NECK, touching(is_person & (part == Part.NECK), frame.beyond < 0.1))
    _paint(labels, Region.HAIR, hair)
    _paint(labels, Region.SKIN, touching(bare & ~hair, in_oval))
    _paint(labels, Region.HAT, hat & (in_oval | (labels == REGIONS.index(Region.CLOTHES))))
    # Not the head: the outline of the person, which in a dark background strays from the hat.
    _paint(labels, Region.HAT, hair & beside_hat(frame, hat))
    _paint(labels, Region.GLASSES, in_oval & _spectacle_frame(frame, skin))
    _paint_features(labels, frame, skin)
    return labels


def _core(frame: HeadFrame) -> BoolArray:
    """Cheeks, nose and chin, which show skin on nearly everybody."""
    inner = cv2.erode((frame.oval > 0.5).astype(np.uint8), np.ones((_CORE_PX, _CORE_PX), np.uint8)) > 0
    return inner & ~frame.inside(FOREHEAD_RING, *_FEATURES)


def _spectacle_frame(frame: HeadFrame, skin: SkinColor) -> BoolArray:
    """Dark, large pieces around the eyes that are no brow; nowhere when they are at one eye only, as shade is."""
    dark = frame.lab[..., 0] < 0.45 * skin.median[0]
    band = (frame.above(frame.heights.brows) < 0.05) & (frame.above(frame.heights.nose) > 0)
    pieces = dark & band & (frame.beyond < 0.12) & ~frame.inside(*_FEATURES)
    frames = touching(pieces, frame.aside < 0.3, _LEAST_FRAME)
    middle = round(frame.middle)
    return frames & (frames[:, :middle].any() and frames[:, middle:].any())


def _paint_features(labels: ByteArray, frame: HeadFrame, skin: SkinColor) -> None:
    darker = frame.lab[..., 0] < skin.median[0] - 0.5 * skin.spread[0]
    brows = frame.inside(IMAGE_LEFT_BROW, IMAGE_RIGHT_BROW) & (labels == REGIONS.index(Region.SKIN))
    _paint(labels, Region.BROWS, brows & darker)
    _paint(labels, Region.EYES, frame.inside(IMAGE_LEFT_EYE, IMAGE_RIGHT_EYE))
    _paint(labels, Region.LIPS, frame.inside(OUTER_LIPS))
    _paint(labels, Region.MOUTH, frame.inside(INNER_LIPS))


def _paint(labels: ByteArray, region: Region, where: BoolArray) -> None:
    labels[where] = REGIONS.index(region)
