"""A head upright and at one size, whatever its turn and size in the photo: where the parser works."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import opencv as cv2
from .errors import ModelUnavailable
from .face_light import lab_from_rgb
from .faces import Face
from .fusion_mask import filled
from .geometry import BoolArray, ByteArray, FloatArray, Size
from .mesh_regions import (
    CHIN,
    FACE_OVAL,
    FOREHEAD,
    IMAGE_LEFT_BROW,
    IMAGE_LEFT_CHEEK,
    IMAGE_LEFT_EYE,
    IMAGE_RIGHT_BROW,
    IMAGE_RIGHT_CHEEK,
    IMAGE_RIGHT_EYE,
    MOUTH_CORNERS,
)

FACE_PX = 200
"""Longer side of the face box here. Finer shows single hairs, which colour alone cannot place."""
FRAME = Size(680, 640)
"""Room for hair to both sides, and for shoulders."""
_CENTER = (340.0, 320.0)
_NOSE_TIP = 1


@dataclass(frozen=True, slots=True, eq=False)
class HeadFrame:
    """One head, 200 px large, with what is measured on it; every picture is (640, 680)."""

    lab: FloatArray
    """CIE Lab, float32 (640, 680, 3)."""
    person: FloatArray
    """Probability of "person", float32, 0 outside the photo."""
    mesh: FloatArray
    """(468, 2) in pixels of the frame."""
    oval: FloatArray
    """1 inside the face's oval."""
    beyond: FloatArray
    """Distance to the oval in face sizes; 0 inside."""
    to_frame: FloatArray
    """Photo -> frame, float32 (2, 3)."""

    @staticmethod
    def of(image: ByteArray, face: Face, person: FloatArray) -> HeadFrame:
        """The frame of `face` in RGB `image`. Raises ModelUnavailable if the face has no mesh."""
        if face.mesh is None:
            raise ModelUnavailable(
                "Parsing without a parsing network needs 468 mesh points, and this analyzer gives none. "
                'Connect the analyzer "embedded" to Align Faces.'
            )
        scale = FACE_PX / max(face.box.width, face.box.height)
        roll = np.deg2rad(face.landmarks.roll_deg)
        cosine, sine = scale * np.cos(roll), scale * np.sin(roll)
        linear = np.array([[cosine, sine], [-sine, cosine]])
        matrix = np.column_stack([linear, _CENTER - linear @ face.box.center]).astype(np.float32)
        pixels = _carried(image, matrix, scale, cv2.BORDER_REPLICATE)
        mesh = face.mesh[:, :2] @ matrix[:, :2].T + matrix[:, 2]
        oval = filled(mesh[list(FACE_OVAL)], FRAME)
        beyond = cv2.distanceTransform((oval < 0.5).astype(np.uint8), cv2.DIST_L2, 5) / FACE_PX
        share = _carried(person, matrix, scale, cv2.BORDER_CONSTANT).astype(np.float32)
        return HeadFrame(lab_from_rgb(pixels.astype(np.uint8)), share, mesh, oval, beyond, matrix)

    def inside(self, *rings: tuple[int, ...]) -> BoolArray:
        """True inside any of the rings of mesh points, bool (640, 680)."""
        masks = [filled(self.mesh[list(ring)], FRAME) for ring in rings]
        return np.maximum.reduce(masks) > 0.5

    def above(self, height: float) -> FloatArray:
        """How far each pixel lies above `height` (pixels of the frame) in face sizes; negative below it, (640, 1)."""
        return (height - np.arange(FRAME.height, dtype=np.float32)[:, None]) / FACE_PX

    @property
    def aside(self) -> FloatArray:
        """Distance of each pixel from the middle of the face in face sizes, (1, 680)."""
        return np.abs(np.arange(FRAME.width, dtype=np.float32)[None] - self.middle) / FACE_PX

    @property
    def middle(self) -> float:
        """Column midway between the cheeks."""
        return float(self.mesh[[IMAGE_LEFT_CHEEK, IMAGE_RIGHT_CHEEK], 0].mean())

    @property
    def heights(self) -> Heights:
        """Where the features lie."""
        rows = self.mesh[:, 1]
        return Heights(
            top=float(rows[FOREHEAD]),
            brows=float(rows[list(IMAGE_LEFT_BROW[:5] + IMAGE_RIGHT_BROW[:5])].mean()),
            eyes=float(rows[list(IMAGE_LEFT_EYE + IMAGE_RIGHT_EYE)].mean()),
            nose=float(rows[_NOSE_TIP]),
            mouth=float(rows[list(MOUTH_CORNERS)].mean()),
            chin=float(rows[CHIN]),
        )

    def to_photo(self, labels: ByteArray, size: Size, count: int) -> ByteArray:
        """Label map (640, 680) of `count` labels in a photo of `size`, edges rounded; 0 outside the frame."""
        best = np.zeros((size.height, size.width), np.float32)
        result = np.zeros((size.height, size.width), np.uint8)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        for label in range(count):
            share = cv2.warpAffine(
                (labels == label).astype(np.float32), self.to_frame, (size.width, size.height), flags=flags
            )
            result[share > best] = label
            best = np.maximum(best, share)
        return result


@dataclass(frozen=True, slots=True)
class Heights:
    """Rows of the frame."""

    top: float
    """Upper end of the mesh, about the hairline."""
    brows: float
    eyes: float
    nose: float
    mouth: float
    chin: float


def _carried(pixels: FloatArray | ByteArray, matrix: FloatArray, scale: float, border: int) -> FloatArray | ByteArray:
    # Averaged before it shrinks: thin hairs would flicker.
    if scale < 0.5:
        pixels = cv2.GaussianBlur(pixels, (0, 0), 0.35 / scale)
    size = (FRAME.width, FRAME.height)
    return cv2.warpAffine(pixels, matrix, size, flags=cv2.INTER_LINEAR, borderMode=border)
