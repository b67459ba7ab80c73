"""Where a head begins and ends in an upright crop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .errors import ModelUnavailable
from .faces import Face
from .geometry import FloatArray
from .mesh_pose import face_width
from .mesh_regions import CHIN
from .parsing import FaceRegions

CROWN_RANGE = (0.9, 1.3)
"""Crown above the eyes, in distances from eyes to chin. A bare adult head measures about 1.0, with short hair 1.15,
an infant's 1.3: less is a head cut off by its photo, more is hair or a hat, and no skull."""
_HEAD_COLUMNS = 0.5
"""Half of the strip in which the crown is looked for, in face widths."""
_LEAST_SPAN = 0.08
"""Of the face width: what is thinner at the very top is a tuft."""


@dataclass(frozen=True, slots=True, eq=False)
class HeadMeasures:
    """A head along its own upright axis; points in crop pixels, lengths in crop pixels too."""

    eyes: FloatArray
    """(x, y) of the middle between the eyes."""
    right: FloatArray
    """Unit vector along the eye line, to image-right."""
    center_across: float
    """Middle of the face right of `eyes`, along the eye line."""
    chin_below: float
    """Eye line down to the chin."""
    crown_above: float
    """Eye line up to the crown, inside CROWN_RANGE."""
    top_above: float
    """Eye line up to the highest hair or hat, as it is seen."""
    width: float
    """Cheek to cheek."""

    @property
    def height(self) -> float:
        """Chin to crown."""
        return self.chin_below + self.crown_above


def measure_head(face: Face, regions: FaceRegions) -> HeadMeasures:
    """The head of `face`, both in pixels of one crop.

    The crown is the top of all that belongs to the person within the width of the face: hair counts,
    as the US and Chinese rules want it, up to where it would make the head absurdly high.

    Raises ModelUnavailable if the face has no mesh.
    """
    if face.mesh is None:
        raise ModelUnavailable(
            'The chin is measured on 468 mesh points, and this analyzer gives none. Connect the analyzer "embedded".'
        )
    points = face.landmarks.points.astype(np.float64)
    eyes, mouth = points[:2].mean(0), points[3:].mean(0)
    right = (points[1] - points[0]) / max(face.landmarks.eye_distance, 1e-6)
    down = np.array([-right[1], right[0]])
    chin_below = float((face.mesh[CHIN, :2] - eyes) @ down)
    width = face_width(face.mesh)
    top_above = _top_above(regions.person, eyes, right, width)
    lowest, highest = (ratio * chin_below for ratio in CROWN_RANGE)
    return HeadMeasures(
        eyes=eyes,
        right=right,
        # Nose and mouth say where the middle of a slightly turned face is, not the eyes alone.
        center_across=float((mouth - eyes) @ right) / 2,
        chin_below=chin_below,
        crown_above=min(max(top_above, lowest), highest),
        top_above=top_above,
        width=width,
    )


def _top_above(person: FloatArray, eyes: FloatArray, right: FloatArray, width: float) -> float:
    """How far above the eyes the person is still seen, in a strip as wide as the face; 0 at least."""
    rows, columns = np.nonzero(person > 0.5)
    across = (columns - eyes[0]) * right[0] + (rows - eyes[1]) * right[1]
    above = (columns - eyes[0]) * right[1] - (rows - eyes[1]) * right[0]
    above = above[(np.abs(across) <= _HEAD_COLUMNS * width) & (above > 0)]
    spans = np.bincount(np.rint(above).astype(int)) if len(above) else np.zeros(1, int)
    wide = np.flatnonzero(spans >= _LEAST_SPAN * width)
    # The pixel reaches half a pixel beyond its centre.
    return float(wide[-1]) + 0.5 if len(wide) else 0.0
