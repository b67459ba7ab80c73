"""Painted portraits whose landmarks are known exactly, and an analyzer that finds them by colour.

A painted face is a skin-coloured ellipse with hair, the line of a mouth, and five dots: one pure
colour per landmark. The hair's colour is the identity. So whatever the pipeline does to the pixels
(turning, scaling, blurring, darkening), the analyzer sees the result as a real one would.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from facechain.embeddings import Calibration, Embedding
from facechain.faces import AlignedFace, Face, FaceSet, Quality, Rejection, Verdict
from facechain.geometry import Box, Landmarks, Similarity, Size
from facechain.photos import PhotoRef, PhotoSet, reference_photos

SKIN = (214, 176, 150)
LIPS = (140, 90, 80)
WALL = (150, 158, 165)
HAIR = {"anna": (120, 70, 50), "bob": (50, 70, 120), "cleo": (60, 110, 60)}
DOTS = ((0, 0, 255), (0, 255, 0), (255, 0, 0), (0, 255, 255), (255, 0, 255))
"""Image-left eye, image-right eye, nose tip, image-left and image-right mouth corner."""
_HUES = (120, 60, 0, 90, 150)
"""Of the dots in OpenCV's half degrees."""
_FINER = 4


@dataclass(frozen=True)
class PaintedFace:
    """A face to paint; (x, y) is the middle between the eyes."""

    x: float
    y: float
    eye_distance: float
    roll_deg: float = 0.0
    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    who: str = "anna"

    @property
    def landmarks(self) -> np.ndarray:
        """(5, 2), where the dots are painted."""
        # Eyes 1 apart, mouth 1.1 below them; the nose tip stands 0.59 out of that plane.
        aside = 0.59 * math.tan(math.radians(self.yaw_deg))
        below = 0.54 * 1.1 - 0.59 * math.tan(math.radians(self.pitch_deg))
        points = np.array([(-0.5, 0), (0.5, 0), (aside, below), (-0.39, 1.1), (0.39, 1.1)])
        return self.at(points)

    def at(self, points: np.ndarray) -> np.ndarray:
        """`points` (n, 2) in eye distances from the middle between the eyes, as pixels of the photo."""
        angle = math.radians(self.roll_deg)
        turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        return np.array([self.x, self.y]) + self.eye_distance * points @ turn.T


def face_at(x: float, y: float, eye_distance: float, **more) -> PaintedFace:
    return PaintedFace(x, y, eye_distance, **more)


def portrait(width: int = 400, height: int = 400, *faces: PaintedFace) -> np.ndarray:
    """An RGB photo (height, width, 3) with `faces`; with one in the middle if none is given."""
    faces = faces or (face_at(width / 2, height * 0.45, min(width, height) / 8),)
    canvas = np.full((height * _FINER, width * _FINER, 3), WALL, np.uint8)
    for face in faces:
        _paint(canvas, face)
    return cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA)


def landscape(width: int = 400, height: int = 300) -> np.ndarray:
    """A photo of a wall without anybody."""
    return np.full((height, width, 3), WALL, np.uint8)


def save_photos(folder: Path, *photos: np.ndarray) -> PhotoSet:
    """References to PNG files of `photos`."""
    files = []
    for number, photo in enumerate(photos, 1):
        files.append(folder / f"secret-name-{number:02d}.png")
        Image.fromarray(photo).save(files[-1])
    return reference_photos(files)


def _paint(canvas: np.ndarray, face: PaintedFace) -> None:
    def pixel(point: tuple[float, float]) -> tuple[int, int]:
        x, y = (face.at(np.array([point]))[0] + 0.5) * _FINER - 0.5
        return round(x), round(y)

    unit = face.eye_distance * _FINER
    axes = (round(1.1 * unit), round(1.5 * unit))
    cv2.ellipse(canvas, pixel((0, 0.4)), axes, face.roll_deg, 0, 360, SKIN, -1)
    cv2.ellipse(canvas, pixel((0, 0.4)), axes, face.roll_deg, 205, 335, HAIR[face.who], -1)
    left, right = (pixel((side, 1.1)) for side in (-0.39, 0.39))
    cv2.line(canvas, left, right, LIPS, round(0.08 * unit))
    for dot, color in zip(face.landmarks, DOTS, strict=True):
        x, y = (dot + 0.5) * _FINER - 0.5
        cv2.circle(canvas, (round(x), round(y)), round(0.12 * unit), color, -1)


class PaintedFaceAnalyzer:
    """Finds painted faces that stand within 45 degrees of upright; identity is the colour of the hair."""

    id = "painted"
    model_id = "hair-colour"
    calibration = Calibration(same_person=0.2, spread=0.04)
    engine = "painted"

    def __init__(self) -> None:
        self.detections = 0
        self.embeddings = 0
        self._found: dict[int, tuple[np.ndarray, tuple[Face, ...]]] = {}

    def detect(self, image: np.ndarray) -> tuple[Face, ...]:
        self.detections += 1
        dots = _dots_by_hue(image)
        found = []
        for left_eye in dots[0]:
            if any(not len(others) for others in dots):
                break
            points = np.array([others[np.linalg.norm(others - left_eye, axis=1).argmin()] for others in dots])
            face = detected(points)
            if abs(face.landmarks.roll_deg) <= 45:
                found.append(face)
        faces = tuple(sorted(found, key=lambda face: face.box.center))
        self._found[id(image)] = (image, faces)  # the image too, so that its id is not used again
        return faces

    def embed(self, image: np.ndarray, face: Face) -> Embedding:
        assert face in self._found[id(image)][1], "embed wants a face that detect found in this very image"
        self.embeddings += 1
        eyes, mouth = face.landmarks.points[:2].mean(0), face.landmarks.points[3:].mean(0)
        x, y = np.rint(eyes - 0.75 * (mouth - eyes) / 1.1).astype(int)
        hair = image[max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2].reshape(-1, 3).mean(0)
        return Embedding(hair / max(hair.sum(), 1), self.model_id, "euclidean")


def detected(points: np.ndarray, score: float = 0.95) -> Face:
    """A detection with these landmarks; its box is a square of 2.4 eye distances."""
    landmarks = Landmarks(points)
    half = 1.2 * landmarks.eye_distance
    x, y = points[[0, 1, 3, 4]].mean(0)
    return Face(Box(x - half, y - half, x + half, y + half), landmarks, score)


def _dots_by_hue(image: np.ndarray) -> list[np.ndarray]:
    """Centres (n, 2) of the saturated patches of each hue."""
    hue, saturation, value = cv2.split(cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2HSV))
    colored = (saturation > 165) & (value > 12)
    centers = []
    for wanted in _HUES:
        near = colored & ((hue < 12) | (hue > 168) if wanted == 0 else cv2.inRange(hue, wanted - 11, wanted + 11) > 0)
        count, _, stats, middles = cv2.connectedComponentsWithStats(near.astype(np.uint8))
        centers.append(middles[[index for index in range(1, count) if stats[index, cv2.CC_STAT_AREA] >= 4]])
    return centers


GOOD = Quality(
    eye_distance_px=80.0,
    sharpness=300.0,
    brightness=0.5,
    clipped_ratio=0.0,
    yaw_deg=0.0,
    pitch_deg=0.0,
    roll_deg=0.0,
    covered_ratio=0.0,
    presence=1.0,
    score=1.0,
)


def sample_quality(**changes) -> Quality:
    """A flawless face, but for `changes`."""
    return replace(GOOD, **changes)


def sample_face(shade: int = 100, side_px: int = 64, **changes) -> AlignedFace:
    """An accepted face whose crop is one grey level."""
    fields = {
        "face": detected(face_at(32, 28, 12).landmarks),
        "crop": np.full((side_px, side_px, 3), shade, np.uint8),
        "transform": Similarity(np.eye(2, 3)),
        "photo": PhotoRef(None, f"{shade:064x}", f"secret-name-{shade}.png"),
        "quality": GOOD,
        "embedding": Embedding(np.ones(3), "hair-colour", "euclidean"),
    }
    return AlignedFace(**{**fields, **changes})


def sample_verdict(rejection: Rejection | None = None, **changes) -> Verdict:
    fields = {
        "photo": PhotoRef(None, "0" * 64, "secret-name.png"),
        "rejection": rejection,
        "reason": "It is blurred." if rejection else "",
        "advice": "Hold still." if rejection else "",
        "quality": GOOD,
        "likeness": None,
        "thumbnail": landscape(64, 48),
        "face_box": Box(10, 10, 30, 30),
    }
    return Verdict(**{**fields, **changes})


def sample_faces(count: int = 3, rejected: int = 0, side_px: int = 64) -> FaceSet:
    """`count` accepted photos of different greys, then `rejected` blurred ones."""
    faces = tuple(sample_face(100 + number, side_px) for number in range(count))
    verdicts = [sample_verdict()] * count + [sample_verdict(Rejection.BLURRED)] * rejected
    return FaceSet(faces, tuple(verdicts), Size(side_px, side_px), "painted")
