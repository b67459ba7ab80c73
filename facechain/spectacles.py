"""Spectacles: whether a face wears them, and where their frame lies.

Bare skin is even across the root of the nose and under the eyes; a frame draws a bar over both. On
eight real faces without it and with drawn ones the weaker of the two bars is at most 2.5 levels of
colour bare, and at least 4.8 with a frame, down to a grey wire of 1.5 % of the face width.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from . import opencv as cv2
from .closed_path import closed_path
from .face_light import PLAIN_SKIN, lab_from_rgb, skin_weight
from .faces import Face
from .fusion_mask import disc, filled, softened
from .geometry import ByteArray, FloatArray, Size, estimate_similarity
from .mesh_regions import FACE_OVAL, IMAGE_LEFT_EYE, IMAGE_RIGHT_EYE, NOSE_ROOT
from .warp import Outside, warp

LEAST_BAR = 3.7
"""Levels of colour (Lab): stronger bars are a frame."""
_EYE_DISTANCE_PX = 100.0
"""All measures below are pixels of a view in which the eyes of a frontal face are this far apart."""
_VIEW = Size(280, 180)
_EYE_LEVEL = 80.0
_BLUR = 2.0
"""Takes off the grain, leaves a wire."""
_LENS_DROP = 10.0
"""A lens has its middle this far below the eye."""
_LENS_RADII = np.arange(18.0, 66.5)
_LENS_ANGLES = np.arange(72) / 72 * 2 * np.pi
_UNDER_EYE = np.abs(_LENS_ANGLES - np.pi / 2) < np.radians(65)
_RIM_REACHES, _BRIDGE_REACHES = (4, 6), (6, 10)
"""How far beside a bar the skin is taken that it is compared with."""
_STRONGEST = 20.0
"""One black hinge must not pull the path of the whole rim."""
_RIM_PX = 7
_BRIDGE_HALF_PX = 16
_BRIDGE_CONTRAST = 5.0
"""Levels of colour away from the wider surroundings."""
_TEMPLE_PX = 6
"""How far beyond the face's oval a hinge is followed; the temples behind it belong to the hair."""
_GLASS_SOFT_RATIO = 0.01
"""Of the face width."""
_ABOVE_LENS_PX, _BELOW_EYE_PX = 6.0, 20.0
"""Between these levels the frame has hinges and a thicker upper rim; lower down other things are no frame."""


def find_frame(image: ByteArray, face: Face) -> FloatArray | None:
    """1 on the frame of the spectacles that `face` wears, soft, float32 (height, width); None without.

    Also None without a mesh. The frame may lie a little outside of the face, at the temples.
    """
    if face.mesh is None:
        return None
    view = _View(image, face, face.mesh)
    rims = [view.rim(eye) for eye in (0, 1)]
    if min(view.bridge_bar(), max(bar for _, bar in rims)) < LEAST_BAR:
        return None
    back = view.to_view.inverse().matrix
    return cv2.warpAffine(view.frame([path for path, _ in rims]), back, (image.shape[1], image.shape[0]))


def with_glasses(frame: FloatArray, width: float) -> FloatArray:
    """`frame` (height, width) and what it encloses, of a face of `width` px: glass mirrors and bends."""
    if not frame.any():
        return frame
    outlines, _ = cv2.findContours((frame > 0.5).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    whole = np.zeros(frame.shape, np.float32)
    cv2.drawContours(whole, outlines, -1, 1, cv2.FILLED)
    return np.maximum(frame, softened(whole, _GLASS_SOFT_RATIO * width))


class _View:
    """The face upright at one size."""

    def __init__(self, image: ByteArray, face: Face, mesh: FloatArray) -> None:
        left, right = (mesh[list(ring)].mean(0) for ring in (IMAGE_LEFT_EYE, IMAGE_RIGHT_EYE))
        self.across = face.landmarks.eye_distance / max(float(np.linalg.norm(right - left)), 1e-6)
        """How much a turned head narrows everything, 0..1."""
        half = _EYE_DISTANCE_PX * self.across / 2
        self.eyes = np.array([[_VIEW.width / 2 - half, _EYE_LEVEL], [_VIEW.width / 2 + half, _EYE_LEVEL]])
        self.to_view = estimate_similarity(face.landmarks.points[:2], self.eyes)
        self.points = self.to_view.apply(mesh[:, :2])
        pixels = warp(image, self.to_view, _VIEW, Outside.REPLICATE)
        self.lab = cv2.GaussianBlur(lab_from_rgb(pixels), (0, 0), _BLUR)

    def bridge_bar(self) -> float:
        """Levels of colour by which a bar across the root of the nose stands out."""
        x, y = self.points[list(NOSE_ROOT)].mean(0)
        columns, rows = np.meshgrid(x + np.linspace(-10, 10, 9) * self.across, y + np.arange(-30, 31))
        along = self._at(columns, rows).mean(1)
        return max(float(_bars(along, reach).max()) for reach in _BRIDGE_REACHES)

    def rim(self, eye: int) -> tuple[FloatArray, float]:
        """The likeliest rim around an eye, points (72, 2), and its bar under the eye in levels of colour."""
        x, y = self.eyes[eye] + (0, _LENS_DROP)
        columns = x + np.cos(_LENS_ANGLES) * _LENS_RADII[:, None] * self.across
        rows = y + np.sin(_LENS_ANGLES) * _LENS_RADII[:, None]
        around = self._at(columns, rows)
        strength = np.zeros(columns.shape)
        for reach in _RIM_REACHES:
            inner = strength[reach:-reach]
            np.maximum(inner, _bars(around, reach), out=inner)
        path = closed_path(np.minimum(strength, _STRONGEST).T)
        along = np.arange(len(_LENS_ANGLES))
        # A rim is there all along; a fold or the side of the nose only in places.
        bar = float(np.percentile(strength[path, along][_UNDER_EYE], 20))
        return np.column_stack([columns[path, along], rows[path, along]]), bar

    def frame(self, rims: list[FloatArray]) -> FloatArray:
        """1 on rims, bridge and hinges, soft; float32 (height, width) of the view."""
        band, glass = np.zeros((2, _VIEW.height, _VIEW.width), np.uint8)
        for rim in rims:
            points = np.rint(rim * 16).astype(np.int32)
            cv2.polylines(band, [points], True, 1, _RIM_PX, cv2.LINE_8, 4)
            cv2.fillPoly(glass, [points], 1, cv2.LINE_8, 4)
        face = cv2.dilate(filled(self.points[list(FACE_OVAL)].astype(np.float32), _VIEW), disc(_TEMPLE_PX)) > 0
        other = (self._hinges(rims) & (glass == 0)) | self._bridge(rims) | (band > 0)
        other &= face
        _, labels = cv2.connectedComponents(other.astype(np.uint8))
        joined = np.isin(labels, np.unique(labels[(band > 0) & face])) & other
        return softened(cv2.dilate(joined.astype(np.uint8), disc(2)), 1.5)

    def _hinges(self, rims: list[FloatArray]) -> npt.NDArray[np.bool_]:
        cheeks = filled(self.points[list(FACE_OVAL)].astype(np.float32), _VIEW)
        cheeks[: int(_EYE_LEVEL) + 20] = 0
        other = skin_weight(self.lab, cheeks, PLAIN_SKIN) < 0.5
        for ring in (IMAGE_LEFT_EYE, IMAGE_RIGHT_EYE):
            eye = filled(self.points[list(ring)].astype(np.float32), _VIEW)
            other &= cv2.dilate(eye, disc(3)) < 0.5
        rows = np.arange(_VIEW.height)[:, None]
        top = min(float(rim[:, 1].min()) for rim in rims) - _ABOVE_LENS_PX
        return other & (rows > top) & (rows < _EYE_LEVEL + _BELOW_EYE_PX)

    def _bridge(self, rims: list[FloatArray]) -> npt.NDArray[np.bool_]:
        rows, columns = np.mgrid[: _VIEW.height, : _VIEW.width]
        between = (columns > rims[0][:, 0].max() - 4) & (columns < rims[1][:, 0].min() + 4)
        level = self.points[list(NOSE_ROOT), 1].mean()
        off = np.linalg.norm(self.lab - cv2.GaussianBlur(self.lab, (0, 0), _BRIDGE_HALF_PX), axis=-1)
        return between & (np.abs(rows - level) < _BRIDGE_HALF_PX) & (off > _BRIDGE_CONTRAST)

    def _at(self, columns: FloatArray, rows: FloatArray) -> FloatArray:
        at = columns.astype(np.float32), rows.astype(np.float32)
        return cv2.remap(self.lab, *at, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _bars(colors: FloatArray, reach: int) -> FloatArray:
    """How far each colour along the first axis stands out from the two that lie `reach` before and after it."""
    beside = (colors[2 * reach :] + colors[: -2 * reach]) / 2
    return np.linalg.norm(colors[reach:-reach] - beside, axis=-1)
