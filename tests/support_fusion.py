"""A swapper and a restorer that are real, small and known to the last pixel, and a parser that says what it is told."""

from __future__ import annotations

import cv2
import numpy as np

from facechain.crops import ARCFACE_POINTS
from facechain.face_crop import FaceCrop
from facechain.faces import Face
from facechain.geometry import Similarity, Size, estimate_similarity
from facechain.parsing import REGIONS, FaceRegions, Region
from facechain.warp import Outside, warp

SIDE = 128


def face_square(face: Face, side: int = SIDE) -> Similarity:
    """Picture pixels -> pixels of a square around the face, which lies there as in ArcFace's crop."""
    return estimate_similarity(face.landmarks.points, np.add(ARCFACE_POINTS, (8, 0)) * (side / SIDE))


def cut(image: np.ndarray, face: Face, side: int = SIDE) -> np.ndarray:
    return warp(image, face_square(face, side), Size(side, side), Outside.REPLICATE)


class PastingSwapper:
    """Knows a person by the pixels of the square around the face, and gives these back."""

    id, engine = "pasting", "numpy"

    def __init__(self) -> None:
        self.identities = 0

    def identity(self, image, face):
        self.identities += 1
        return cut(image, face).astype(np.float32).ravel()

    def swap(self, image, face, identity):
        pixels = np.rint(identity.reshape(SIDE, SIDE, 3)).clip(0, 255).astype(np.uint8)
        return FaceCrop(pixels, face_square(face))


class PaintingSwapper(PastingSwapper):
    """Paints the whole square in stripes."""

    id = "painting"

    def __init__(self, color: tuple[int, int, int] = (60, 200, 90), mask: np.ndarray | None = None) -> None:
        super().__init__()
        self.crop = np.full((SIDE, SIDE, 3), color, np.uint8)
        self.crop[:, ::16] = 255 - np.array(color)
        self.mask = mask

    def swap(self, image, face, identity):
        return FaceCrop(self.crop, face_square(face), self.mask)


class Sharpener:
    """A restorer that doubles what a blur takes away, and makes everything `brighter` by so many levels."""

    id, engine = "sharpener", "OpenCV"

    def __init__(self, brighter: int = 0) -> None:
        self.brighter = brighter

    def restore(self, image, face):
        pixels = cut(image, face, 2 * SIDE).astype(np.float32)
        sharp = pixels + (pixels - cv2.GaussianBlur(pixels, (0, 0), 2)) + self.brighter
        return FaceCrop(np.rint(sharp).clip(0, 255).astype(np.uint8), face_square(face, 2 * SIDE))


class KnownParser:
    """Sees skin everywhere but where it was told of something else."""

    id, engine = "known", "numpy"

    def __init__(self, *others: tuple[Region, tuple[slice, slice]]) -> None:
        self.others = others

    def parse(self, image, face):
        labels = np.full(image.shape[:2], REGIONS.index(Region.SKIN), np.uint8)
        for region, where in self.others:
            labels[where] = REGIONS.index(region)
        return FaceRegions(labels, np.ones(image.shape[:2], np.float32))
