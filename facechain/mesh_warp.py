"""One face carried onto another's mesh, triangle by triangle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from . import opencv as cv2
from .geometry import ByteArray, FloatArray, Size
from .mesh_pose import IntArray, face_width, head_axes

SMOOTHING_RATIO = 0.006
"""Of the face width: rounds off the kinks at triangle edges. Twice as much opens closed lips again."""
THINNEST_RATIO = 0.02
"""Height over longest side below which a triangle is seen edge-on."""
_BORDER_RATIO = 0.1
"""Of the picture: how far the bend at the border of the mesh goes on."""
_SUBPIXEL_BITS = 4
_SHEET_PX = 1000
_AXIS_BEHIND_RATIO = 0.25
"""The jar's axis lies behind the hindmost point by this share of the face width."""


@dataclass(frozen=True, slots=True, eq=False)
class MeshRaster:
    """A mesh as a picture of its triangles."""

    mesh: FloatArray
    """(468, 3) in pixels of the picture."""
    triangles: IntArray
    """Point indices (n, 3)."""
    seen: npt.NDArray[np.int32]
    """Index of the triangle that is seen at each pixel (height, width); -1 outside the mesh."""

    @staticmethod
    def of(mesh: FloatArray, size: Size) -> MeshRaster:
        """The raster of `mesh` in a picture of `size`; nearer parts of a turned head hide farther ones."""
        triangles = triangulate(mesh)
        return MeshRaster(mesh, triangles, _drawn(mesh, triangles, size))

    def moved(self, mesh: FloatArray) -> MeshRaster:
        """The raster of `mesh` (468, 3) with the same triangles, in a picture of the same size."""
        return MeshRaster(mesh, self.triangles, _drawn(mesh, self.triangles, Size.of(self.seen)))

    def spread(self, values: FloatArray) -> FloatArray:
        """Values of the points (468,) as a picture (height, width): the mean per triangle, 0 outside."""
        per_triangle = np.append(values[self.triangles].mean(1), 0.0)
        return per_triangle[self.seen].astype(np.float32)


def warp_mesh(image: ByteArray, source: FloatArray, target: MeshRaster) -> ByteArray:
    """`image` bent so that each point of mesh `source` (468, 3) lies at that of the target's mesh.

    RGB of the target's size. Outside the target's mesh the bend of its border goes on.
    """
    height, width = target.seen.shape
    here = np.dstack(np.meshgrid(np.arange(width), np.arange(height))).astype(np.float32)
    affine, is_sound = _affine_of_triangles(source, target)
    known = (target.seen >= 0) & np.append(is_sound, False)[target.seen]
    shift = np.zeros_like(here)
    at = np.column_stack([here[known], np.ones(known.sum())])
    shift[known] = np.einsum("ni,nij->nj", at, affine[target.seen[known]]) - here[known]
    shift = _smoothed(shift, known, face_width(target.mesh))
    return cv2.remap(image, here + shift, None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def triangulate(mesh: FloatArray) -> IntArray:
    """Triangles of a mesh (468, 3) as point indices (n, 3).

    Delaunay on the face turned to the front and unrolled like the label of a jar: in the picture
    itself the points of a turned head lie over each other, and the triangles would cross.
    """
    sheet = _unrolled(mesh).astype(np.float32)
    subdivision = cv2.Subdiv2D((0, 0, _SHEET_PX, _SHEET_PX))
    for x, y in sheet.tolist():
        subdivision.insert((x, y))
    index_of = {(x, y): index for index, (x, y) in enumerate(sheet.tolist())}
    found = np.asarray(subdivision.getTriangleList(), np.float32).reshape(-1, 3, 2).tolist()
    triangles = [[index_of.get((x, y), -1) for x, y in corners] for corners in found]
    # A corner that is no point of ours belongs to the triangle that OpenCV puts around all.
    return np.array([corners for corners in triangles if min(corners) >= 0])


def _drawn(mesh: FloatArray, triangles: IntArray, size: Size) -> npt.NDArray[np.int32]:
    seen = np.full((size.height, size.width), -1, np.int32)
    farthest_first = np.argsort(-mesh[triangles, 2].mean(1))
    corners = np.rint(mesh[triangles, :2] * (1 << _SUBPIXEL_BITS)).astype(np.int32)
    for index in farthest_first:
        cv2.fillConvexPoly(seen, corners[index], int(index), cv2.LINE_8, _SUBPIXEL_BITS)
    return seen


def _unrolled(mesh: FloatArray) -> FloatArray:
    """Points (468, 2) on a square sheet: angle around the head's upright axis, and height."""
    centred = mesh.astype(np.float64) - mesh.mean(0)
    x, y, z = (centred @ head_axes(mesh).T / face_width(mesh)).T
    sheet = np.column_stack([np.arctan2(x, z.max() + _AXIS_BEHIND_RATIO - z), y])
    margin = _SHEET_PX * 0.05
    return margin + (sheet - sheet.min(0)) / np.ptp(sheet, axis=0) * (_SHEET_PX - 2 * margin)


def _affine_of_triangles(source: FloatArray, target: MeshRaster) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Per triangle (n, 3, 2) what carries (x, y, 1) of the target to the source, and whether it is to be trusted.

    A triangle seen edge-on has no inverse, and a nearly edge-on one would reach far outside of its own.
    """
    corners = target.mesh[:, :2].astype(np.float64)[target.triangles]
    corners = np.concatenate([corners, np.ones((*corners.shape[:2], 1))], axis=2)
    sides = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max(1)
    is_sound = np.abs(np.linalg.det(corners)) > THINNEST_RATIO * sides**2
    affine = np.zeros((len(corners), 3, 2))
    affine[is_sound] = np.linalg.solve(corners[is_sound], source[target.triangles[is_sound], :2].astype(np.float64))
    return affine, is_sound


def _smoothed(shift: FloatArray, known: npt.NDArray[np.bool_], width: float) -> FloatArray:
    """`shift` without kinks inside the mesh, and carried on into holes and outside."""
    sigma = max(SMOOTHING_RATIO * width, 0.5)
    trust = cv2.GaussianBlur(known.astype(np.float32), (0, 0), sigma)
    near = cv2.GaussianBlur(shift, (0, 0), sigma) / np.maximum(trust, 1e-6)[..., None]
    # The far field has no detail, and a wide blur is slow: a picture of 64 px holds it.
    small = cv2.resize(np.dstack([shift, known.astype(np.float32)]), (64, 64), interpolation=cv2.INTER_AREA)
    spread = cv2.GaussianBlur(small, (0, 0), _BORDER_RATIO * 64)
    far = cv2.resize(spread, known.shape[::-1], interpolation=cv2.INTER_LINEAR)
    far = far[..., :2] / np.maximum(far[..., 2:], 1e-6)
    return np.where(trust[..., None] > 0.05, near, far).astype(np.float32)
