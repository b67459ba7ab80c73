"""Where the irises lie in their eyes, by MediaPipe's iris landmarks.

Paper: Ablavatski et al. 2020, Real-time Pupil Tracking from Monocular Video for Digital Puppetry.
Weights: Apache-2.0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..faces import Face, Gaze
from ..geometry import ByteArray, FloatArray, Similarity, Size
from ..interfaces import DeviceLease
from ..mesh_regions import IMAGE_LEFT_EYE, IMAGE_RIGHT_EYE
from .assets import IRIS_LANDMARKS
from .model_files import ModelLocations
from .sampling import cut_out
from .tflite import TfliteGraph

INPUT_PX = 64
ROI_OVER_EYE = 2.3
"""Side of the region over the width of the eye. Source: MediaPipe, `iris_landmark_landmarks_to_roi`."""

_CONTOUR_POINTS, _IRIS_POINTS = 71, 5
_LOWER_LID, _UPPER_LID = slice(0, 9), slice(9, 16)
"""Of the contour. The lower lid runs from the outer to the inner corner and holds both corners, the upper
lid lies between them, also from the outer side. Source: MediaPipe, `refine_landmarks`."""
_OUTER_CORNER, _INNER_CORNER = IMAGE_LEFT_EYE.index(33), IMAGE_LEFT_EYE.index(133)
"""Of both eye rings, which run alike."""


@dataclass(frozen=True, slots=True, eq=False)
class Eye:
    """One eye, in pixels of the photo."""

    corners: FloatArray
    """float64 (2, 2): image-left and image-right corner."""
    upper_lid: FloatArray
    """float64 (9, 2), from the image-left corner to the image-right one."""
    lower_lid: FloatArray
    """float64 (9, 2), from the image-left corner to the image-right one."""
    iris: FloatArray
    """float64 (2,), its centre."""

    @property
    def across(self) -> float:
        """-1 iris at the image-left corner, 0 in the middle, 1 at the image-right corner."""
        return float(2 * self._upright(self.iris)[0] - 1)

    @property
    def down(self) -> float:
        """-1 iris at the upper lid, 0 in the middle, 1 at the lower lid; 0 of a closed eye."""
        along, height = self._upright(self.iris)
        upper, lower = (_height_at(along, self._upright(lid)) for lid in (self.upper_lid, self.lower_lid))
        if lower - upper < 1e-6:
            return 0.0
        return float(np.clip(2 * (height - upper) / (lower - upper) - 1, -1, 1))

    @property
    def openness(self) -> float:
        """Largest height between the lids over the width of the eye; 0 closed."""
        return float(max((self._upright(self.lower_lid) - self._upright(self.upper_lid))[:, 1].max(), 0.0))

    def _upright(self, points: FloatArray) -> FloatArray:
        """`points` with the corners at (0, 0) and (1, 0), y down."""
        left, right = self.corners
        x, y = right - left
        axes = np.array([[x, -y], [y, x]]) / max(x * x + y * y, 1e-12)
        return (points - left) @ axes


class IrisGazeEstimator:
    """Iris landmarks on the CPU. One instance may serve several threads."""

    id = "embedded"

    def __init__(self, locations: ModelLocations, lease: DeviceLease) -> None:
        self._graph = TfliteGraph(locations.verified(IRIS_LANDMARKS))

    def gaze(self, image: ByteArray, face: Face) -> Gaze | None:
        """Where the eyes of `face` look; None without a mesh."""
        if face.mesh is None:
            return None
        eyes = self.locate(image, face.mesh)
        return Gaze(
            across=sum(eye.across for eye in eyes) / 2,
            down=sum(eye.down for eye in eyes) / 2,
            openness=min(eye.openness for eye in eyes),
        )

    def locate(self, image: ByteArray, mesh: FloatArray) -> tuple[Eye, Eye]:
        """The image-left and the image-right eye of the face with this mesh (468, 3)."""
        # The model knows the image-left eye only; the other one is shown to it in a mirror.
        width = image.shape[1]
        mirrored = mesh[:, :2] * [-1, 1] + [width - 1, 0]
        left = self._eye(image, *_corners(mesh, IMAGE_LEFT_EYE))
        right = self._eye(np.ascontiguousarray(image[:, ::-1]), *_corners(mirrored, IMAGE_RIGHT_EYE))
        return left, _mirrored(right, width)

    def _eye(self, image: ByteArray, outer: FloatArray, inner: FloatArray) -> Eye:
        to_input = region_of_eye(outer, inner)
        pixels = cut_out(image, to_input, Size(INPUT_PX, INPUT_PX))
        outputs = self._graph.run(pixels / np.float32(255), _CONTOUR_POINTS * 3, _IRIS_POINTS * 3)
        # The graph counts from the corner of the first pixel, a Similarity from its centre.
        contour, iris = (to_input.inverse().apply(flat.reshape(-1, 3)[:, :2] - 0.5) for flat in outputs)
        lower = contour[_LOWER_LID]
        upper = np.concatenate([lower[:1], contour[_UPPER_LID], lower[-1:]])
        return Eye(lower[[0, -1]], upper, lower, iris[0])


def region_of_eye(outer: FloatArray, inner: FloatArray) -> Similarity:
    """Photo pixels -> pixels of the 64x64 input, for the image-left eye with these corners (x, y)."""
    x, y = (inner - outer).astype(np.float64)
    scale = INPUT_PX / (ROI_OVER_EYE * max(math.hypot(x, y), 1e-6))
    turn = math.atan2(y, x)
    cos, sin = scale * math.cos(turn), scale * math.sin(turn)
    linear = np.array([[cos, sin], [-sin, cos]])
    middle = (INPUT_PX - 1) / 2
    return Similarity(np.column_stack([linear, middle - linear @ ((outer + inner) / 2)]))


def _height_at(along: float, lid: FloatArray) -> float:
    """y of a lid (n, 2) at x `along`; of a lid that folds back over itself, by its points from left to right."""
    ordered = lid[np.argsort(lid[:, 0])]
    return float(np.interp(along, ordered[:, 0], ordered[:, 1]))


def _corners(mesh: FloatArray, ring: tuple[int, ...]) -> tuple[FloatArray, FloatArray]:
    return mesh[ring[_OUTER_CORNER], :2], mesh[ring[_INNER_CORNER], :2]


def _mirrored(eye: Eye, width: int) -> Eye:
    def back(points: FloatArray) -> FloatArray:
        return points[::-1] * [-1, 1] + [width - 1, 0]

    return Eye(back(eye.corners), back(eye.upper_lid), back(eye.lower_lid), back(eye.iris[None])[0])
