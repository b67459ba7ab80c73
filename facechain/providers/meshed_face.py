"""Faces of any detector with the 468 points that parsing, retouching and fusion work on."""

from __future__ import annotations

from dataclasses import replace

from ..faces import Face
from ..geometry import ByteArray
from .facemesh import FaceMesh, Mesh, Region, region_of_box, region_of_mesh

MIN_PRESENCE = 0.5
"""Of both looks of the mesh. Sharp true faces reach 0.99, false boxes mostly stay below 0.1."""


def look_twice(mesh: FaceMesh, image: ByteArray, region: Region) -> Mesh | None:
    """The face of `region`, its presence the smaller one of two looks; None if a look sees none.

    The second look starts from the face itself, so that its points do not depend on who found it.
    """
    first = mesh.locate(image, region)
    if first.presence < MIN_PRESENCE:
        return None
    second = mesh.locate(image, region_of_mesh(first.points))
    presence = min(first.presence, second.presence)
    return replace(second, presence=presence) if presence >= MIN_PRESENCE else None


def with_mesh(mesh: FaceMesh, image: ByteArray, face: Face) -> Face:
    """`face` with its mesh and presence; both None where the mesh sees no face.

    Box and landmarks stay those of the detector: its recognition network was trained with them.
    """
    seen = look_twice(mesh, image, region_of_box(face.box, *face.landmarks.points[:2]))
    return replace(face, mesh=seen.points, presence=seen.presence) if seen else face
