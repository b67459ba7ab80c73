"""Every ordered pair of eight real faces, fused, and what is measured on the result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from facechain.embeddings import Embedding, compare
from facechain.face_again import find_again
from facechain.face_light import SHADED_SKIN, lab_from_rgb, skin_weight
from facechain.faces import Face
from facechain.fuse_pictures import FusedPicture, FuseOptions, fuse_pictures
from facechain.geometry import Size
from facechain.identity import Identity
from facechain.interfaces import FaceAnalyzer
from facechain.mesh_pose import face_width, head_axes
from facechain.mesh_warp import MeshRaster
from facechain.progress import SilentProgress

CROP_RATIO = 1.9
"""Side of a crop over its face: one face, its hair, and little else."""


@dataclass(frozen=True, eq=False)
class Portrait:
    """One face in a crop of its photo."""

    name: str
    image: np.ndarray
    face: Face
    embedding: Embedding

    @property
    def turn_deg(self) -> float:
        """How far the head looks away from the camera."""
        assert self.face.mesh is not None
        return float(np.degrees(np.arccos(head_axes(self.face.mesh)[2, 2])))


@dataclass(frozen=True, eq=False)
class Pair:
    """A target with the face of an identity."""

    target: Portrait
    identity: Portrait
    fused: FusedPicture
    found: Face
    """The face as the analyzer sees it in the result."""
    after: float
    """Distance of the result to the identity."""

    @property
    def name(self) -> str:
        """For messages."""
        return f"{self.identity.name} onto {self.target.name}"

    @property
    def before(self) -> float:
        """Distance of the unfused target to the identity."""
        return compare(self.identity.embedding, self.target.embedding)

    @property
    def shift(self) -> float:
        """Largest way of a landmark, of the eye distance."""
        known = self.target.face.landmarks
        return float(np.linalg.norm(self.found.landmarks.points - known.points, axis=1).max() / known.eye_distance)

    def skin(self, image: np.ndarray) -> np.ndarray:
        """Lab of the skin pixels of `image` where the result is mostly new, (n, 3)."""
        new = self.fused.mask > self.fused.mask.max() / 2
        lab = lab_from_rgb(image)
        return lab[new & (skin_weight(lab, new.astype(np.float32), SHADED_SKIN) > 0.5)]

    def clipped(self, image: np.ndarray) -> float:
        """Share of the new pixels of `image` with a channel within 2 of black or white."""
        changed = image[self.fused.mask > 0]
        return float(((changed <= 2) | (changed >= 253)).any(-1).mean())

    def gradient(self, image: np.ndarray) -> np.ndarray:
        """Slope of lightness, levels per pixel (height, width)."""
        lightness = lab_from_rgb(image)[..., 0]
        return np.hypot(cv2.Sobel(lightness, cv2.CV_32F, 1, 0), cv2.Sobel(lightness, cv2.CV_32F, 0, 1)) / 8

    def bands(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """True just inside, on and just outside the line where both faces mix half and half, each 4 % wide."""
        assert self.target.face.mesh is not None
        wide = 0.04 * face_width(self.target.face.mesh)
        mostly_new = (self.fused.mask > self.fused.mask.max() / 2).astype(np.uint8)
        depth, off = (cv2.distanceTransform(side, cv2.DIST_L2, 5) for side in (mostly_new, 1 - mostly_new))
        return (
            (depth > wide / 2) & (depth <= 1.5 * wide),
            (depth <= wide / 2) & (off <= wide / 2),
            (off > wide / 2) & (off <= 1.5 * wide),
        )

    def outline(self) -> np.ndarray:
        """True on the target's mesh, (height, width)."""
        assert self.target.face.mesh is not None
        return MeshRaster.of(self.target.face.mesh, Size.of(self.target.image)).seen >= 0


def portraits(analyzer: FaceAnalyzer, photo: Callable[[str], np.ndarray]) -> list[Portrait]:
    """The astronaut, the admiral and the six of the group, each in a crop."""
    found = []
    for name in ("astronaut", "hopper", "group"):
        faces = analyzer.detect(photo(name))
        for number, face in enumerate(faces, 1):
            (x, y), half = face.box.center, CROP_RATIO / 2 * max(face.box.width, face.box.height)
            rows, columns = (
                slice(max(round(y - half), 0), round(y + half)),
                slice(max(round(x - half), 0), round(x + half)),
            )
            crop = np.ascontiguousarray(photo(name)[rows, columns])
            again = min(analyzer.detect(crop), key=lambda other: _off_middle(other, crop))
            label = name if len(faces) == 1 else f"{name} {number}"
            found.append(Portrait(label, crop, again, analyzer.embed(crop, again)))
    return found


def fused_pairs(analyzer: FaceAnalyzer, faces: list[Portrait], options: FuseOptions) -> Mapping[tuple[str, str], Pair]:
    """All ordered pairs of different `faces` by the names of target and identity."""
    pairs = {}
    for identity in faces:
        targets = [face for face in faces if face is not identity]
        person = Identity.of((identity.image,), (identity.embedding,), analyzer.calibration)
        fused = fuse_pictures([face.image for face in targets], person, analyzer, options, SilentProgress())
        for target, picture in zip(targets, fused.pictures, strict=True):
            face = find_again(analyzer, picture.image, target.face.box)
            assert face is not None, f"{identity.name} onto {target.name}: no face is left"
            after = compare(identity.embedding, analyzer.embed(picture.image, face))
            pairs[target.name, identity.name] = Pair(target, identity, picture, face, after)
    return pairs


def _off_middle(face: Face, crop: np.ndarray) -> float:
    (x, y), (height, width) = face.box.center, crop.shape[:2]
    return abs(x - width / 2) + abs(y - height / 2)
