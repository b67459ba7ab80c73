"""One try to lay a person's face onto a face, by whatever method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from .faces import Face
from .fuse_options import FuseOptions
from .geometry import ByteArray, FloatArray

MESH = "mesh"
"""Method of a fusion without a network."""


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """What came of it."""

    image: ByteArray
    """RGB of the target's size; where `mask` is 0 it is the target, bit by bit."""
    mask: FloatArray
    """Share of what is new at each pixel, float32 (height, width) 0..1."""
    face: Face
    """The face in `image`."""
    turn_deg: float | None
    """Angle between the two heads; None where one has no mesh."""
    shift: float | None = None
    """Largest way of a landmark, of the eye distance; None when nothing was fused or measured."""
    remarks: tuple[str, ...] = ()
    """What is to be said of it, one sentence each."""
    note: str = ""
    """Why nothing was fused; empty when the face was."""

    def __repr__(self) -> str:
        return f"Attempt({self.image.shape[1]}x{self.image.shape[0]})"


def refused(image: ByteArray, face: Face, turn_deg: float | None, note: str) -> Attempt:
    """The attempt that leaves `image` as it is, for the reason in `note`."""
    return Attempt(image, np.zeros(image.shape[:2], np.float32), face, turn_deg, note=note)


class Fuser(Protocol):
    """A method, made ready with the pictures of one person."""

    method: str
    """Stable code: "mesh", or the catalogue id of a swapper."""
    engine: str
    """What runs it and where, for people."""

    def attempt(self, image: ByteArray, face: Face, options: FuseOptions) -> Attempt:
        """The person's face onto `face`, which an analyzer found in `image`."""
        ...
