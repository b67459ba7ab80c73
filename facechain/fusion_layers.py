"""The identity's pictures laid on the target's face, one over the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .donor import Donor
from .face_light import PLAIN_SKIN, SHADED_SKIN, lab_from_rgb, match_light, skin_weight, strands
from .feature_zones import colored_zone, core_zone, forehead, upper_face
from .fusion_mask import bare, shown_by
from .geometry import ByteArray, FloatArray, Size, estimate_similarity
from .mesh_pose import face_width
from .mesh_warp import MeshRaster, warp_mesh
from .spectacles import with_glasses
from .warp import Outside, warp


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The target's face, as what is laid on it sees it. All float32 (height, width)."""

    raster: MeshRaster
    lab: FloatArray
    """CIE Lab, (height, width, 3)."""
    cheeks: FloatArray
    """1 on the face below the brows, where most is skin."""
    skin: FloatArray
    """Weight of skin; above the brows, where a fringe hangs, only of plain skin."""
    colored: FloatArray
    """1 where the identity keeps its own colours."""
    core: FloatArray
    """1 where the identity is taken, skin or not."""
    upper: FloatArray
    """1 where hair may hang into the face."""

    @staticmethod
    def of(pixels: ByteArray, raster: MeshRaster) -> Ground:
        """The face of `raster` in `pixels` (height, width, 3)."""
        mesh, size, lab = raster.mesh, Size.of(pixels), lab_from_rgb(pixels)
        cheeks = (raster.seen >= 0) * (1 - forehead(mesh, size))
        skin = _skin(lab, cheeks, cheeks) * (raster.seen >= 0)
        colored, core, upper = colored_zone(mesh, size), core_zone(mesh, size), upper_face(mesh, size)
        return Ground(raster, lab, cheeks, skin, colored, core, upper)

    @property
    def width(self) -> float:
        """Face width in pixels."""
        return face_width(self.raster.mesh)


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One donor on the ground. All float32 (height, width)."""

    lab: FloatArray
    """CIE Lab in the target's light, (height, width, 3)."""
    share: FloatArray
    """How much of it is to be seen, 0..1."""
    skin: FloatArray
    """Weight of its skin."""
    frame: FloatArray
    """1 on the frame of its spectacles."""


def lay(donor: Donor, ground: Ground, aim: MeshRaster, *, leave_spectacles: bool) -> Layer:
    """`donor` bent onto the mesh of `aim` and lit like the ground.

    Hidden are what its head turns away, off the core what is no bare skin in one of the two, and, if
    asked, its spectacles with all that is behind them.
    """
    pixels, mesh = _aligned(donor.picture, donor.mesh, ground.raster)
    lab = lab_from_rgb(warp_mesh(pixels, mesh, aim))
    shown = shown_by(mesh, ground.raster)
    skin = shown * (ground.raster.seen >= 0) * _skin(lab, ground.cheeks * shown, ground.cheeks)
    frame = _frame(donor, ground.raster, aim)
    own_colors = np.maximum(ground.colored, frame)
    lit = match_light(lab, ground.lab, (skin, ground.skin), own_colors, ground.width)
    plain = np.minimum(skin, ground.skin) * (1 - ground.upper * strands(lab, skin, ground.width))
    glasses = with_glasses(frame, ground.width)
    if not leave_spectacles:
        plain = np.maximum(plain, glasses)
    share = shown * np.maximum(ground.core, bare(plain, ground.width))
    share = share * (1 - glasses) if leave_spectacles else share
    return Layer(lit, share, skin, frame)


def combined(layers: Sequence[Layer], fill: FloatArray) -> Layer:
    """The layers as one: each later one fills, as far as `fill` allows, what the earlier ones leave free.

    The frame is the first one's.
    """
    share = np.zeros_like(layers[0].share)
    lab, skin = np.zeros_like(layers[0].lab), np.zeros_like(share)
    for place, layer in enumerate(layers):
        free = layer.share * (1 - share) * (fill if place else 1)
        lab, skin, share = lab + free[..., None] * layer.lab, skin + free * layer.skin, share + free
    # Where nothing is to be seen the first layer stands, so that no black shines through a soft edge.
    rest = 1 - share
    return Layer(lab + rest[..., None] * layers[0].lab, share, skin, layers[0].frame)


def _skin(lab: FloatArray, known: FloatArray, cheeks: FloatArray) -> FloatArray:
    return skin_weight(lab, known, np.where(cheeks > 0.5, SHADED_SKIN, PLAIN_SKIN))


def _frame(donor: Donor, target: MeshRaster, aim: MeshRaster) -> FloatArray:
    if donor.frame is None:
        return np.zeros(target.seen.shape, np.float32)
    grey = np.repeat((donor.frame.clip(0, 1) * 255).astype(np.uint8)[..., None], 3, axis=2)
    pixels, mesh = _aligned(grey, donor.mesh, target)
    return warp_mesh(pixels, mesh, aim)[..., 0].astype(np.float32) / 255


def _aligned(picture: ByteArray, mesh: FloatArray, target: MeshRaster) -> tuple[ByteArray, FloatArray]:
    """The identity turned and scaled onto the target, so that the mesh has only differences to bend."""
    similarity = estimate_similarity(mesh[:, :2], target.mesh[:, :2])
    pixels = warp(picture, similarity, Size.of(target.seen), Outside.REPLICATE)
    flat = similarity.apply(mesh[:, :2])
    return pixels, np.column_stack([flat, mesh[:, 2] * similarity.scale]).astype(np.float32)
