"""A square cut out of a picture around one face, as networks take and give it."""

from __future__ import annotations

from dataclasses import dataclass

from .geometry import ByteArray, FloatArray, Similarity


@dataclass(frozen=True, slots=True, eq=False)
class FaceCrop:
    """What a network made of the surroundings of a face."""

    image: ByteArray
    """RGB uint8 (side, side, 3)."""
    to_crop: Similarity
    """Picture pixels -> crop pixels."""
    mask: FloatArray | None = None
    """What of the crop is face, float32 (side, side) 0..1, as the network says; None: it says nothing."""

    def __repr__(self) -> str:
        return f"FaceCrop({self.image.shape[1]}x{self.image.shape[0]})"
