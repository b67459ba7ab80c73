"""A person's face put on a target's head: its features, in the target's pose and light.

Without a model: the identity's photo is bent onto the target's 468-point mesh, lit like the target
and blended in. Shape of head, hair and expression stay the target's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .errors import ModelUnavailable
from .face_light import PLAIN_SKIN, SHADED_SKIN, lab_from_rgb, match_light, rgb_from_lab, skin_weight
from .faces import Face
from .fusion_mask import filled, fusion_mask, shown_by
from .geometry import Box, ByteArray, FloatArray, Similarity, Size, estimate_similarity
from .mesh_pose import face_width, turn_between
from .mesh_regions import FOREHEAD_RING
from .mesh_warp import MeshRaster, warp_mesh
from .warp import Outside, warp

_MARGIN_RATIO = 0.1
"""Of the mesh's larger side: room for the blurs."""


@dataclass(frozen=True, slots=True, eq=False)
class Fused:
    """A picture with another face in it."""

    image: ByteArray
    """RGB of the target's size; where `mask` is 0 it is the target, bit by bit."""
    mask: FloatArray
    """Share of the identity at each pixel, float32 (height, width) 0..1."""
    turn_deg: float
    """How differently the two heads look; beyond about 30 parts of the face stay the target's."""

    def __repr__(self) -> str:
        return f"Fused({self.image.shape[1]}x{self.image.shape[0]})"


def fuse_face(target_image: ByteArray, target_face: Face, identity_crop: ByteArray, identity_face: Face) -> Fused:
    """`target_image` with the face of `identity_crop` in place of `target_face`; both RGB uint8.

    Each face is one that the analyzer found in its picture. Works from about 30 px of face width;
    what the identity's photo hides, because the head is turned away there, stays the target's.

    Raises ModelUnavailable if a face has no mesh.
    """
    target_mesh, identity_mesh = _mesh_of(target_face), _mesh_of(identity_face)
    left, top, right, bottom = _region(target_mesh, Size.of(target_image))
    region = target_image[top:bottom, left:right]
    raster = MeshRaster.of(target_mesh - np.array([left, top, 0], np.float32), Size.of(region))
    aligned, aligned_mesh = _aligned(identity_crop, identity_mesh, raster)
    blended, share = _blend(region, warp_mesh(aligned, aligned_mesh, raster), raster, aligned_mesh)
    image, mask = target_image.copy(), np.zeros(target_image.shape[:2], np.float32)
    image[top:bottom, left:right], mask[top:bottom, left:right] = blended, share
    return Fused(image, mask, turn_between(target_mesh, identity_mesh))


def _mesh_of(face: Face) -> FloatArray:
    if face.mesh is None:
        raise ModelUnavailable(
            "Fusing without a swapper needs 468 mesh points, and this analyzer gives none. "
            'Connect the analyzer "embedded", or a face swapper.'
        )
    return face.mesh


def _region(mesh: FloatArray, photo: Size) -> tuple[int, int, int, int]:
    """left, top, right, bottom of the part of the photo that can change."""
    (x1, y1), (x2, y2) = mesh[:, :2].min(0), mesh[:, :2].max(0)
    margin = _MARGIN_RATIO * max(x2 - x1, y2 - y1)
    box = Box(float(x1 - margin), float(y1 - margin), float(x2 + margin), float(y2 + margin)).clipped(photo)
    return math.floor(box.x1), math.floor(box.y1), math.ceil(box.x2), math.ceil(box.y2)


def _aligned(crop: ByteArray, mesh: FloatArray, target: MeshRaster) -> tuple[ByteArray, FloatArray]:
    """The identity turned and scaled onto the target, so that the mesh has only differences to bend."""
    similarity = estimate_similarity(mesh[:, :2], target.mesh[:, :2])
    height, width = target.seen.shape
    pixels = warp(crop, similarity, Size(width, height), Outside.REPLICATE)
    return pixels, _carried(mesh, similarity)


def _carried(mesh: FloatArray, similarity: Similarity) -> FloatArray:
    flat = similarity.apply(mesh[:, :2])
    return np.column_stack([flat, mesh[:, 2] * similarity.scale]).astype(np.float32)


def _blend(
    region: ByteArray, identity: ByteArray, target: MeshRaster, identity_mesh: FloatArray
) -> tuple[ByteArray, FloatArray]:
    """The region with the face in it, and the share of the identity per pixel."""
    shown, face = shown_by(identity_mesh, target), (target.seen >= 0).astype(np.float32)
    below_brows = face * (1 - filled(target.mesh[list(FOREHEAD_RING), :2], Size.of(region)))
    there, here = lab_from_rgb(identity), lab_from_rgb(region)
    light_there = shown * skin_weight(there, below_brows * shown, SHADED_SKIN)
    light_here = face * skin_weight(here, below_brows, SHADED_SKIN)
    lit = rgb_from_lab(match_light(there, here, (light_there, light_here), face_width(target.mesh)))
    plain = np.minimum(skin_weight(there, below_brows * shown, PLAIN_SKIN), skin_weight(here, below_brows, PLAIN_SKIN))
    mask = shown.clip(0, 1) * fusion_mask(target, identity_mesh, plain)
    share = mask[..., None]
    mixed = np.rint(lit * share + region * (1 - share)).clip(0, 255).astype(np.uint8)
    return np.where(share > 0, mixed, region), mask
