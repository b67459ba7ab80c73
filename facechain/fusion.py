"""A person's face put on a target's head: its features, in the target's pose and light.

Without a model: the identity's photo is bent onto the target's 468-point mesh, lit like the target
and blended in. Shape of head, hair and expression stay the target's.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from .donor import Donor
from .face_finish import match_grain, run_out_softly, settle
from .face_light import rgb_from_lab
from .faces import Face
from .feature_zones import Kept, differing_features, kept_zone
from .fusion_layers import Ground, Layer, combined, lay
from .fusion_mask import covered, rim
from .fusion_target import FusionTarget, SpectaclesOf
from .geometry import ByteArray, FloatArray, Size
from .mesh_pose import turn_between
from .mesh_warp import MeshRaster


@dataclass(frozen=True, slots=True, eq=False)
class FusionPlan:
    """What a fusion is to respect beyond the two faces."""

    kept: frozenset[Kept] = frozenset()
    """Stays the target's in any case."""
    strength: float = 1.0
    """Share of the identity where it is seen at all, 0..1."""
    drift: FloatArray | None = None
    """(468, 2) px by which the points of a first fusion were found off; this one aims as far back."""


@dataclass(frozen=True, slots=True, eq=False)
class Fused:
    """A picture with another face in it."""

    image: ByteArray
    """RGB of the target's size; where `mask` is 0 it is the target, bit by bit."""
    mask: FloatArray
    """Share of what is new at each pixel, float32 (height, width) 0..1."""
    turn_deg: float
    """How differently the two heads look, degrees."""
    kept: frozenset[Kept] = frozenset()
    """What stays the target's."""
    target_wears: bool = False
    """The target had spectacles."""
    person_wears: bool = False
    """The identity's picture had spectacles."""

    def __repr__(self) -> str:
        return f"Fused({self.image.shape[1]}x{self.image.shape[0]})"


def fuse_face(target_image: ByteArray, target_face: Face, identity_crop: ByteArray, identity_face: Face) -> Fused:
    """`target_image` with the face of `identity_crop` in place of `target_face`; both RGB uint8.

    Each face is one that the analyzer found in its picture. Works from about 30 px of face width;
    what the identity's photo hides, because the head is turned away there, stays the target's.

    Raises ModelUnavailable if a face has no mesh.
    """
    target = FusionTarget.of(target_image, target_face, SpectaclesOf.TARGET)
    return fuse_donor(target, Donor.of(identity_crop, identity_face), FusionPlan())


def fuse_donor(target: FusionTarget, donor: Donor, plan: FusionPlan) -> Fused:
    """The target's picture with the face of `donor`, as `plan` says.

    Raises ModelUnavailable if the donor has no mesh.
    """
    kept = plan.kept | differing_features(target.mesh, donor.mesh)
    part, share = _blend(target, donor, replace(plan, kept=kept))
    rows = slice(target.top, target.top + part.shape[0])
    columns = slice(target.left, target.left + part.shape[1])
    image, mask = target.image.copy(), np.zeros(target.image.shape[:2], np.float32)
    image[rows, columns], mask[rows, columns] = np.where(share[..., None] > 0, part, image[rows, columns]), share
    return Fused(
        image, mask, turn_between(target.mesh, donor.mesh), kept, bool(target.worn.any()), donor.frame is not None
    )


def _blend(target: FusionTarget, donor: Donor, plan: FusionPlan) -> tuple[ByteArray, FloatArray]:
    """The part with the face in it, and the share of what is new."""
    ground, sides = target.ground, [donor] if donor.mirrored is None else [donor, donor.mirrored]
    aim = _aim(ground.raster, plan)
    # In the mirror the parting is on the wrong side, so the forehead is not filled from there.
    persons = target.spectacles is SpectaclesOf.PERSON
    with ThreadPoolExecutor(len(sides)) as pool:  # NumPy and OpenCV let the other side work meanwhile
        layers = list(pool.map(lambda side: lay(side, ground, aim, leave_spectacles=not persons), sides))
    layer = combined(layers, ground.cheeks)
    share = _share(ground, layer, plan)
    share = np.maximum(share, layer.frame) if persons else share * (1 - target.worn)
    mixed = _finished(ground, layer) * share[..., None] + target.base * (1 - share[..., None])
    changed = np.maximum(share, target.worn) if persons else share
    return np.rint(mixed).clip(0, 255).astype(np.uint8), changed.astype(np.float32)


def _aim(raster: MeshRaster, plan: FusionPlan) -> MeshRaster:
    if plan.drift is None:
        return raster
    aim = raster.mesh.copy()
    aim[:, :2] -= plan.drift
    return raster.moved(aim)


def _share(ground: Ground, layer: Layer, plan: FusionPlan) -> FloatArray:
    stays = kept_zone(plan.kept, ground.raster.mesh, Size.of(layer.share)).clip(0, 1)
    outside = (ground.raster.seen < 0).astype(np.float32)
    over = covered(np.maximum(ground.skin, outside), ground.colored, ground.width).clip(0, 1)
    return plan.strength * layer.share * rim(ground.raster) * (1 - stays) * (1 - over)


def _finished(ground: Ground, layer: Layer) -> FloatArray:
    """The layer as RGB 0..255, with the target's spread of skin and its grain."""
    both = np.minimum(layer.skin, ground.skin) * (1 - ground.colored)
    settled = settle(layer.lab, ground.lab, both * rim(ground.raster), ground.colored)
    # A black frame brightened with the skin would turn blue.
    settled += layer.frame[..., None] * (layer.lab - settled)
    return run_out_softly(rgb_from_lab(match_grain(settled, ground.lab, both, ground.width)))
