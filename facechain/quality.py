"""How good one face is for training and as a reference."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from . import opencv as cv2
from .crops import ARCFACE_SIDE_PX, CropPreset, crop_transform
from .faces import Face, Quality
from .geometry import BoolArray, ByteArray, FloatArray, Landmarks, Size
from .interfaces import FaceQualityScorer
from .occlusion import Cover, find_cover
from .sharpness import sharpness
from .warp import warp

FULL_EYE_DISTANCE_PX = 70.0
"""Eye distance in a 512 px training crop; from here on the crop need not be enlarged."""
FULL_SHARPNESS = 200.0
"""Sharpness of a face in focus; more of it comes from beards, freckles and glasses."""
FULL_LIGHT = (0.16, 0.80)
"""Mean luma between which light is not judged: skin of every colour in fair light lies here."""
NO_LIGHT = (0.04, 1.0)
"""Mean luma at which nothing can be seen any more."""
COVER_SHARPNESS = 40.0
"""In a more blurred face lips and lashes are gone: whether something covers them cannot be told."""

_rows, _columns = np.mgrid[:ARCFACE_SIDE_PX, :ARCFACE_SIDE_PX]
_SKIN = ((_columns - 56) / 36) ** 2 + ((_rows - 68) / 46) ** 2 <= 1
"""Pixels of the 112 px crop from brow to chin, without hair and background: an ellipse."""
_LEAST_BARE = 0.1
"""Share of them."""

_EYE_CORNERS, _FOREHEAD, _CHIN = (33, 263), 10, 152
"""MediaPipe's outer eye corners and the ends of its midline."""

_NOSE_HEIGHT = 0.54
"""Place of the nose tip between eyes (0) and mouth (1) of a frontal face."""
_NOSE_LENGTH = 0.59
"""How far the nose tip stands out of the line from eyes to mouth, in eye distances."""
_FACE_LENGTH = 1.10
"""Eyes to mouth, in eye distances. All three from MediaPipe's canonical face model."""


@dataclass(frozen=True, slots=True)
class QualityScores:
    """The single scores, each 0..1, 1 good."""

    size: float
    sharpness: float
    light: float
    pose: float
    visible: float
    """Share of the face that nothing covers, times the confidence of the mesh."""

    @property
    def product(self) -> float:
        """All of them in one, 0..1: one bad property is not made up for by others."""
        return self.size * self.sharpness * self.light * self.pose * self.visible


def measure_quality(image: ByteArray, face: Face, scorer: FaceQualityScorer | None = None) -> Quality:
    """Quality of `face`, which lies in the photo `image` (height, width, 3).

    Light and sharpness are those of the skin from brow to chin on a 112 px crop, as far as nothing
    covers it: a black mask is no darkness, and a smooth one no blur. A `scorer` adds its prediction.
    """
    to_crop = crop_transform(face, CropPreset.ARCFACE, ARCFACE_SIDE_PX)
    crop = warp(image, to_crop, Size(ARCFACE_SIDE_PX, ARCFACE_SIDE_PX))
    cover = find_cover(crop, Landmarks(to_crop.apply(face.landmarks.points)))
    grey, skin = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY), _bare_skin(cover)
    light, sharp = grey[skin], sharpness(grey, skin)
    yaw, pitch = _pose_from_landmarks(face) if face.mesh is None else _pose_from_mesh(face.mesh)
    measured = Quality(
        eye_distance_px=face.landmarks.eye_distance,
        sharpness=sharp,
        brightness=float(light.mean() / 255),
        clipped_ratio=float(((light <= 2) | (light >= 253)).mean()),
        yaw_deg=yaw,
        pitch_deg=pitch,
        roll_deg=face.landmarks.roll_deg,
        covered_ratio=cover.ratio if sharp >= COVER_SHARPNESS else 0.0,
        presence=face.presence,
        score=0.0,
        predicted=scorer.score(image, face) if scorer else None,
    )
    return replace(measured, score=_score(measured))


def quality_scores(quality: Quality) -> QualityScores:
    """What each property of `quality` counts."""
    dark, bright = FULL_LIGHT
    black, white = NO_LIGHT
    light = min(_ramp(quality.brightness, black, dark), _ramp(quality.brightness, white, bright))
    turn = math.cos(math.radians(quality.yaw_deg)) * math.cos(math.radians(quality.pitch_deg))
    presence = 1.0 if quality.presence is None else quality.presence
    return QualityScores(
        size=_ramp(quality.eye_distance_px, 0, FULL_EYE_DISTANCE_PX),
        sharpness=math.sqrt(_ramp(quality.sharpness, 0, FULL_SHARPNESS)),
        light=light * (1 - quality.clipped_ratio),
        pose=max(turn, 0.0),
        visible=(1 - quality.covered_ratio) * presence,
    )


def _score(quality: Quality) -> float:
    """Of what was measured; with a prediction the geometric mean of both.

    Both rank the same thing, each on a scale of its own: in a geometric mean the order does not depend
    on how large the numbers of either are, and a face that is useless to one is useless.
    """
    product = quality_scores(quality).product
    return product if quality.predicted is None else math.sqrt(product * max(quality.predicted, 0.0))


def _bare_skin(cover: Cover) -> BoolArray:
    """Where light and sharpness are measured; all of the face when next to nothing of it is bare."""
    bare = _SKIN & ~cover.pixels
    return bare if bare.sum() > _LEAST_BARE * _SKIN.sum() else _SKIN


def _ramp(value: float, none: float, full: float) -> float:
    """0 at `none`, 1 at `full` and beyond, straight between; `none` may be the larger one."""
    return min(max((value - none) / (full - none), 0.0), 1.0)


def _pose_from_mesh(mesh: FloatArray) -> tuple[float, float]:
    """(yaw, pitch) in degrees from the depth along the eye line and along the midline."""
    points = mesh.astype(np.float64)
    across = points[_EYE_CORNERS[1]] - points[_EYE_CORNERS[0]]
    down = points[_CHIN] - points[_FOREHEAD]
    yaw = math.atan2(across[2], math.hypot(across[0], across[1]))
    pitch = math.atan2(-down[2], math.hypot(down[0], down[1]))
    return math.degrees(yaw), math.degrees(pitch)


def _pose_from_landmarks(face: Face) -> tuple[float, float]:
    """(yaw, pitch) in degrees from where the nose tip stands between eyes and mouth."""
    points = face.landmarks.points.astype(np.float64)
    eyes, nose, mouth = points[:2].mean(0), points[2], points[3:].mean(0)
    eye_line, midline = points[1] - points[0], mouth - eyes
    eye_distance, length = max(float(np.hypot(*eye_line)), 1e-6), max(float(np.hypot(*midline)), 1e-6)
    offset = nose - (eyes + _NOSE_HEIGHT * midline)
    aside = offset @ eye_line / eye_distance**2
    above = -(offset @ midline) / length**2
    yaw = math.atan(aside / _NOSE_LENGTH)
    pitch = math.atan(above * _FACE_LENGTH / _NOSE_LENGTH)
    return math.degrees(yaw), math.degrees(pitch)
