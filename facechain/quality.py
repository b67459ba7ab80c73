"""How good one face is for training and as a reference: measured, not predicted by a model."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from . import opencv as cv2
from .crops import ARCFACE_SIDE_PX, CropPreset, crop_transform
from .faces import Face, Quality
from .geometry import ByteArray, FloatArray, Size
from .warp import warp

FULL_EYE_DISTANCE_PX = 70.0
"""Eye distance in a 512 px training crop; from here on the crop need not be enlarged."""
FULL_SHARPNESS = 200.0
"""Sharpness of a face in focus; more of it comes from beards, freckles and glasses."""
FULL_LIGHT = (0.16, 0.80)
"""Mean luma between which light is not judged: skin of every colour in fair light lies here."""
NO_LIGHT = (0.04, 1.0)
"""Mean luma at which nothing can be seen any more."""

MIDDLE_GREY = 127.5
"""Sharpness is measured at this mean, or dark skin and dim light would count as blur."""
_NOISE_KERNEL = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float64)
"""Answers to noise, not to edges and slopes; noise of deviation 1 gives deviation 6. Source: Immerkaer 1996."""
_LAPLACIAN_GAIN = 20.0
"""Variance of OpenCV's 3x3 Laplacian (4 ones, one -4) on noise of variance 1."""

_rows, _columns = np.mgrid[:ARCFACE_SIDE_PX, :ARCFACE_SIDE_PX]
_SKIN = ((_columns - 56) / 36) ** 2 + ((_rows - 68) / 46) ** 2 <= 1
"""Pixels of the 112 px crop from brow to chin, without hair and background: an ellipse."""

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
    """The single scores, each 0..1, 1 good; their product is `Quality.score`."""

    size: float
    sharpness: float
    light: float
    pose: float


def measure_quality(image: ByteArray, face: Face) -> Quality:
    """Quality of `face`, which lies in the photo `image` (height, width, 3).

    Light and sharpness are those of the skin from brow to chin on a 112 px crop.
    """
    side = Size(ARCFACE_SIDE_PX, ARCFACE_SIDE_PX)
    crop = warp(image, crop_transform(face, CropPreset.ARCFACE, side.width), side)
    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    skin = grey[_SKIN]
    yaw, pitch = _pose_from_mesh(face.mesh) if face.mesh is not None else _pose_from_landmarks(face)
    measured = Quality(
        eye_distance_px=face.landmarks.eye_distance,
        sharpness=_sharpness(grey),
        brightness=float(skin.mean() / 255),
        clipped_ratio=float(((skin <= 2) | (skin >= 253)).mean()),
        yaw_deg=yaw,
        pitch_deg=pitch,
        roll_deg=face.landmarks.roll_deg,
        covered_ratio=0.0,
        presence=face.score if face.presence is None else face.presence,
        score=0.0,
    )
    scores = quality_scores(measured)
    return replace(measured, score=scores.size * scores.sharpness * scores.light * scores.pose)


def quality_scores(quality: Quality) -> QualityScores:
    """What each property of `quality` counts."""
    dark, bright = FULL_LIGHT
    black, white = NO_LIGHT
    light = min(_ramp(quality.brightness, black, dark), _ramp(quality.brightness, white, bright))
    turn = math.cos(math.radians(quality.yaw_deg)) * math.cos(math.radians(quality.pitch_deg))
    return QualityScores(
        size=_ramp(quality.eye_distance_px, 0, FULL_EYE_DISTANCE_PX),
        sharpness=math.sqrt(_ramp(quality.sharpness, 0, FULL_SHARPNESS)),
        light=light * (1 - quality.clipped_ratio),
        pose=max(turn, 0.0),
    )


def _ramp(value: float, none: float, full: float) -> float:
    """0 at `none`, 1 at `full` and beyond, straight between; `none` may be the larger one."""
    return min(max((value - none) / (full - none), 0.0), 1.0)


def _sharpness(grey: ByteArray) -> float:
    """Variance of the Laplacian of the skin at middle grey, less the part that is noise; 0 at least.

    Without the last step a blurred photo taken in the dark measures as sharp. Blur by a moving camera
    counts half: it leaves the edges along its way.
    """
    pixels = grey.astype(np.float64)
    pixels *= MIDDLE_GREY / max(pixels[_SKIN].mean(), 1.0)
    # The median, because eyes and lips answer the noise kernel too, but are few.
    answer = np.median(np.abs(cv2.filter2D(pixels, cv2.CV_64F, _NOISE_KERNEL)[_SKIN]))
    noise = answer / 0.6745 / 6  # median of |x| of a normal distribution of deviation 1
    variance = cv2.Laplacian(pixels, cv2.CV_64F)[_SKIN].var()
    return max(float(variance - _LAPLACIAN_GAIN * noise**2), 0.0)


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
