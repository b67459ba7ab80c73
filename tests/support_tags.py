"""A painted crop whose regions, colours and mesh can be computed by hand.

128 px: hair above a skin-coloured face, clothes below, background around. The face is a half ball,
39.2 px wide, from y 36.5 to 83.5, with its middle at (64, 60).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from support import sample_face, sample_quality
from support_mesh import ball_face, ball_mesh

from facechain.face_light import lab_from_rgb
from facechain.face_view import FaceView
from facechain.faces import AlignedFace, Gaze
from facechain.mesh_regions import IMAGE_LEFT_EYE, IMAGE_RIGHT_EYE
from facechain.parsing import REGIONS, FaceRegions, Region

SIDE = 128
RADIUS = 20.0
FACE_WIDTH = 39.2
MIDDLE_X, MIDDLE_Y = 64.0, 60.0
COLORS = {
    Region.BACKGROUND: (150, 150, 150),
    Region.HAIR: (40, 26, 20),
    Region.SKIN: (205, 165, 140),
    Region.LIPS: (180, 90, 90),
    Region.MOUTH: (90, 40, 40),
    Region.CLOTHES: (40, 90, 200),
}
AREAS = {
    Region.HAIR: (slice(16, 36), slice(40, 88)),
    Region.SKIN: (slice(36, 84), slice(44, 84)),
    Region.LIPS: (slice(66, 78), slice(54, 74)),
    Region.MOUTH: (slice(69, 75), slice(56, 72)),
    Region.CLOTHES: (slice(90, 128), slice(20, 108)),
}
"""Rows and columns; later ones lie over earlier ones."""
LOOKING_HERE = Gaze(across=0.0, down=0.0, openness=0.3)


def painted_regions(*hidden: Region) -> FaceRegions:
    labels = np.full((SIDE, SIDE), REGIONS.index(Region.BACKGROUND), np.uint8)
    for region, area in AREAS.items():
        if region not in hidden:
            labels[area] = REGIONS.index(region)
    return FaceRegions(labels, (labels > 0).astype(np.float32))


def painted_crop(regions: FaceRegions, **colors: tuple[int, int, int]) -> np.ndarray:
    """Every region in its colour; `colors` by the region's code replace some."""
    crop = np.zeros((SIDE, SIDE, 3), np.uint8)
    for region in REGIONS:
        crop[regions.mask(region) > 0] = colors.get(region.value, COLORS.get(region, (0, 0, 0)))
    return crop


def view_of(crop: np.ndarray | None = None, regions: FaceRegions | None = None, **changes) -> FaceView:
    """What is seen of a painted crop; `changes` are fields of FaceView, `quality` a dict of its numbers."""
    regions = regions or painted_regions()
    crop = painted_crop(regions) if crop is None else crop
    fields = {
        "face": ball_face(middle_mesh()),
        "regions": regions,
        "lab": lab_from_rgb(crop),
        "photo": np.ones(crop.shape[:2], bool),
        "gaze": LOOKING_HERE,
        **changes,
    }
    return FaceView(**{**fields, "quality": sample_quality(**changes.get("quality", {}))})


def middle_mesh(mouth: float = 0.0) -> np.ndarray:
    """The mesh of the painted face with half open eyes; `mouth` is the gap between the lips in mouth widths."""
    return with_eyes(ball_mesh(MIDDLE_X, MIDDLE_Y, RADIUS, mouth=mouth), 0.3)


def with_eyes(mesh: np.ndarray, openness: float) -> np.ndarray:
    """`mesh` with eyes 10 px wide, open by `openness` of that."""
    changed = mesh.copy()
    for ring, outer, inner in ((IMAGE_LEFT_EYE, 50, 60), (IMAGE_RIGHT_EYE, 78, 68)):
        along = np.linspace(outer, inner, 9)
        half = np.array([0, *[5 * openness] * 7, 0])
        upper, lower = np.column_stack([along, 52 - half]), np.column_stack([along, 52 + half])[7:0:-1]
        changed[list(ring), :2] = np.concatenate([upper, lower])
    return changed


def with_smile(mesh: np.ndarray, lift: float, width: float = 0.45) -> np.ndarray:
    """`mesh` with a mouth of `width` and corners `lift` above the middle of the lips, both in face widths."""
    changed = mesh.copy()
    half = width * FACE_WIDTH / 2
    height = 72 - lift * FACE_WIDTH
    changed[[61, 291]] = [(MIDDLE_X - half, height, 0), (MIDDLE_X + half, height, 0)]
    changed[[0, 17]] = [(MIDDLE_X, 69, 0), (MIDDLE_X, 75, 0)]
    return changed


def painted_face(shade: int = 100, **colors: tuple[int, int, int]) -> AlignedFace:
    """An accepted face whose crop is painted; `shade` tells photos apart."""
    crop = painted_crop(painted_regions(), **colors)
    return replace(sample_face(shade), crop=crop, face=ball_face(middle_mesh()))


class PaintedParser:
    """Knows the painted crop."""

    id = "painted"

    def __init__(self) -> None:
        self.parsed = 0

    def parse(self, image: np.ndarray, face: object) -> FaceRegions:
        self.parsed += 1
        return painted_regions()


class FrontGaze:
    """Every face looks into the camera."""

    id = "front"

    def gaze(self, image: np.ndarray, face: object) -> Gaze:
        return LOOKING_HERE
