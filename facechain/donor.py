"""The picture that gives its face to a fusion."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import ModelUnavailable
from .faces import Face
from .geometry import ByteArray, FloatArray
from .spectacles import find_frame


@dataclass(frozen=True, slots=True, eq=False)
class Donor:
    """A face of the identity, and what is to be known of it."""

    picture: ByteArray
    face: Face
    frame: FloatArray | None
    """1 on the frame of its spectacles, float32 (height, width); None without spectacles."""
    mirrored: Donor | None = None
    """The same face in the mirror, which shows the half that the head turns away; None: not known."""

    @staticmethod
    def of(picture: ByteArray, face: Face, mirrored: Donor | None = None) -> Donor:
        """The donor `face` of `picture`, with its spectacles found."""
        return Donor(picture, face, find_frame(picture, face), mirrored)

    @property
    def mesh(self) -> FloatArray:
        """Points (468, 3). Raises ModelUnavailable if the analyzer gave none."""
        return mesh_of(self.face)

    def __repr__(self) -> str:
        return f"Donor({self.picture.shape[1]}x{self.picture.shape[0]})"


def mesh_of(face: Face) -> FloatArray:
    """The mesh (468, 3) of `face`. Raises ModelUnavailable if the analyzer gave none."""
    if face.mesh is None:
        raise ModelUnavailable(
            "Fusing without a swapper needs 468 mesh points, and this analyzer gives none. "
            'Connect the analyzer "embedded", or a face swapper.'
        )
    return face.mesh
