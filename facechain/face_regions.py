"""The regions of a head without a parsing network: mesh, segmentation, and the colours of this one person."""

from __future__ import annotations

import numpy as np

from . import opencv as cv2
from .color_clusters import color_distance
from .faces import Face
from .geometry import BoolArray, ByteArray, FloatArray, Size
from .hats import hat_pixels
from .head_frame import FACE_PX, HeadFrame
from .mesh_pose import IntArray
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

SKIN_REACH = 2.5
"""Spreads that skin keeps to."""
COLOR_REACH = 14.0
"""Lab distance at which a pixel no longer has the colour of a thing."""
_MOST_COST = 3.0
_FACE_AREA = FACE_PX * FACE_PX
_LEAST_HAIR, _LEAST_FRAME = 0.0015 * _FACE_AREA, 0.004 * _FACE_AREA
"""Pixels: smaller pieces are shadows."""
_FEATURES = (IMAGE_LEFT_BROW, IMAGE_RIGHT_BROW, IMAGE_LEFT_EYE, IMAGE_RIGHT_EYE, OUTER_LIPS)


def label_regions(image: ByteArray, face: Face, person: FloatArray) -> ByteArray:
    """Index into REGIONS for each pixel of RGB `image`, uint8 (height, width).

    `person` (height, width) is the probability of "person". Hair and clothes are told apart by the
    colours of this picture: hair is what lies above the brows beyond the face, clothes what lies
    below the chin. Hair of the skin's own colour is found in part only, grey strands on a cheek not
    at all. In a grey picture only lightness speaks.

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
    skin = SkinColor.learn(frame.lab[_bare_face(frame)])
    distance = skin.distance(frame.lab)
    hat = hat_pixels(frame, skin, distance)
    is_person, in_oval = frame.person > 0.5, frame.oval > 0.5
    most_like = _cheapest(frame, distance, hat)
    # The blurred edge of a hat on skin has the colour of brown hair.
    brim = cv2.dilate(hat.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    hair = _hair(frame, is_person & (most_like == 1) & ~brim, distance)
    bare = is_person & ((most_like == 0) | (brim & ~hat & (distance < 2 * SKIN_REACH)))
    labels = np.zeros(frame.oval.shape, np.uint8)
    _paint(labels, Region.CLOTHES, is_person)
    _paint(labels, Region.NECK, bare & (frame.above(frame.heights.chin) > -0.8) & (frame.beyond < 0.9))
    _paint(labels, Region.HAIR, hair)
    ears = bare & (frame.beyond < 0.22) & (frame.above(frame.heights.mouth) > 0.03)
    _paint(labels, Region.SKIN, _touching((in_oval | ears) & ~hair, in_oval))
    _paint(labels, Region.CLOTHES, in_oval & (hat | _spectacle_frame(frame, skin)))
    _paint_features(labels, frame, skin)
    return labels


def _bare_face(frame: HeadFrame) -> BoolArray:
    return (frame.oval > 0.5) & ~frame.inside(FOREHEAD_RING, *_FEATURES)


def _cheapest(frame: HeadFrame, distance: FloatArray, hat: BoolArray) -> IntArray:
    """0 skin, 1 hair, 2 clothes or hat: what each pixel most likely is, by colour and place."""
    lab, heights, person = frame.lab, frame.heights, frame.person
    below_mouth, above_chin = -frame.above(heights.mouth), frame.above(heights.chin)
    is_other = distance > SKIN_REACH
    seeds = (person > 0.85) & (frame.beyond > 0.03) & (frame.beyond < 0.5) & (frame.above(heights.brows) > 0)
    seeds &= is_other & ~hat
    if seeds.sum() < 0.02 * _FACE_AREA:  # bald, or under a hat
        seeds = (person > 0.8) & (frame.beyond > 0) & (frame.beyond < 0.3) & (above_chin > 0) & is_other & ~hat
    clothes = ((person > 0.9) & (above_chin < -0.35) & (distance > 2)) | (hat & (person > 0.9))
    skin_cost = (distance / SKIN_REACH).clip(0, _MOST_COST) + ((frame.beyond - 0.25) / 0.2).clip(0, 1)
    hair_cost = (color_distance(lab, lab[seeds], 6) / COLOR_REACH).clip(0, _MOST_COST)
    hair_cost += 2 * ((frame.beyond - 0.45) / 0.3).clip(0, 1)  # far from the head
    hair_cost += 0.6 * (below_mouth / 0.2).clip(0, 1) * ((frame.beyond - 0.15) / 0.15).clip(0, 1)  # a collar
    hair_cost += 0.6 * (-above_chin / 0.2).clip(0, 1) + 1.2 * ((above_chin < 0.1) & (frame.aside < 0.42))  # the neck
    at_jaw = (1 - frame.beyond / 0.1).clip(0, 1) * (-frame.above(heights.eyes) / 0.1).clip(0, 1)
    hair_cost += 1.2 * at_jaw * (distance < 6)  # the shaded side of a face
    other_cost = (color_distance(lab, lab[clothes], 5) / COLOR_REACH).clip(0, _MOST_COST)
    other_cost += 2.5 * (above_chin / 0.5).clip(0, 1) * ~hat - 2 * hat
    costs = [_smooth(frame, cost.astype(np.float32)) for cost in (skin_cost, hair_cost, other_cost)]
    return np.argmin(costs, axis=0)


def _hair(frame: HeadFrame, candidates: BoolArray, distance: FloatArray) -> BoolArray:
    """Hair around the face, in pieces that touch it, and a fringe over the forehead."""
    in_face = (frame.oval > 0.5) & ~frame.inside(FOREHEAD_RING)
    around = candidates & ~in_face
    beside = around & (frame.beyond < 0.12) & (frame.above(frame.heights.chin) > 0)
    forehead = (frame.oval > 0.5) & (frame.inside(FOREHEAD_RING) | (frame.above(frame.heights.brows) > 0))
    fringe = forehead & (distance > 4.2) & (frame.person > 0.5)
    return _touching(around, beside, _LEAST_HAIR) | fringe


def _spectacle_frame(frame: HeadFrame, skin: SkinColor) -> BoolArray:
    """Dark, large pieces around the eyes that are no brow."""
    dark = frame.lab[..., 0] < 0.45 * skin.median[0]
    band = (frame.above(frame.heights.brows) < 0.05) & (frame.above(frame.heights.nose) > 0)
    pieces = dark & band & (frame.beyond < 0.12) & ~frame.inside(*_FEATURES)
    return _touching(pieces, pieces, _LEAST_FRAME)


def _paint_features(labels: ByteArray, frame: HeadFrame, skin: SkinColor) -> None:
    darker = frame.lab[..., 0] < skin.median[0] - 0.5 * skin.spread[0]
    brows = frame.inside(IMAGE_LEFT_BROW, IMAGE_RIGHT_BROW) & (labels == REGIONS.index(Region.SKIN))
    _paint(labels, Region.BROWS, brows & darker)
    _paint(labels, Region.EYES, frame.inside(IMAGE_LEFT_EYE, IMAGE_RIGHT_EYE))
    _paint(labels, Region.LIPS, frame.inside(OUTER_LIPS))
    _paint(labels, Region.MOUTH, frame.inside(INNER_LIPS))


def _paint(labels: ByteArray, region: Region, where: BoolArray) -> None:
    labels[where] = REGIONS.index(region)


def _touching(pixels: BoolArray, seed: BoolArray, least: float = 0) -> BoolArray:
    """The connected pieces of `pixels` that hold a pixel of `seed` and more than `least` pixels."""
    count, pieces = cv2.connectedComponents(pixels.astype(np.uint8))
    kept = np.zeros(count, bool)
    kept[pieces[seed & pixels]] = True
    kept &= np.bincount(pieces.ravel(), minlength=count) > least
    kept[0] = False
    return kept[pieces]


def _smooth(frame: HeadFrame, cost: FloatArray) -> FloatArray:
    """`cost` evened within things and kept at their edges. Method: guided filter, He et al. 2010."""
    guide = frame.lab[..., 0] / 100

    def mean(values: FloatArray) -> FloatArray:
        return cv2.blur(values, (7, 7))

    mean_guide, mean_cost = mean(guide), mean(cost)
    slope = (mean(guide * cost) - mean_guide * mean_cost) / (mean(guide * guide) - mean_guide**2 + 1e-3)
    return mean(slope) * guide + mean(mean_cost - slope * mean_guide)
