"""One aligned face as its training crop shows it: all that tags are measured on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from . import opencv as cv2
from .face_light import lab_from_rgb
from .faces import AlignedFace, Face, Gaze, Quality
from .geometry import ByteArray, FloatArray
from .interfaces import FaceParser, GazeEstimator
from .parsing import FaceRegions, Region
from .upright import carry_face

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class FaceView:
    """A crop with its face, regions and colours, all in pixels of the crop."""

    face: Face
    regions: FaceRegions
    lab: FloatArray
    """CIE Lab float32 (height, width, 3), L 0..100."""
    photo: BoolArray
    """Where the crop shows its photo, (height, width), and not the white beyond the photo's edge."""
    quality: Quality
    gaze: Gaze | None

    @property
    def height(self) -> int:
        """Of the crop, in pixels."""
        return int(self.lab.shape[0])

    def pixels(self, region: Region) -> BoolArray:
        """Where the photo shows `region`, (height, width)."""
        return (self.regions.mask(region) > 0) & self.photo

    def share(self, pixels: BoolArray) -> float:
        """Share of the crop that `pixels` cover, 0..1."""
        return float(pixels.mean())

    def __repr__(self) -> str:
        return f"FaceView({self.lab.shape[1]}x{self.height})"


def view_face(aligned: AlignedFace, parser: FaceParser, gaze_estimator: GazeEstimator) -> FaceView:
    """All that can be seen of `aligned`; without regions it is parsed."""
    face = carry_face(aligned.face, aligned.transform)
    return FaceView(
        face=face,
        regions=aligned.regions or parser.parse(aligned.crop, face),
        lab=lab_from_rgb(aligned.crop),
        photo=photo_pixels(aligned.crop),
        quality=aligned.quality,
        gaze=gaze_estimator.gaze(aligned.crop, face),
    )


def photo_pixels(crop: ByteArray) -> BoolArray:
    """False on the pure white that reaches to the edge of `crop`, (height, width): the photo ends before it."""
    white = (crop == 255).all(-1)
    _, labels = cv2.connectedComponents(white.astype(np.uint8))
    border = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    return ~(white & np.isin(labels, border))
