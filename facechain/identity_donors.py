"""The pictures of a person that can give their face to a fusion, and the one that fits best."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from .donor import Donor
from .errors import NoFaceFound
from .face_again import find_again
from .faces import Face
from .geometry import Box, ByteArray
from .identity import Identity
from .interfaces import FaceAnalyzer
from .mesh_pose import nearest_in_pose
from .which_face import FaceOrder, WhichFace, choose_face


def donors_of(identity: Identity, analyzer: FaceAnalyzer) -> list[Donor]:
    """In each picture the face that the embeddings belong to, also when another one is larger.

    Raises NoFaceFound if no picture shows a face.
    """
    which = WhichFace(FaceOrder.LIKENESS, reference=identity.embeddings)
    donors = []
    for picture in identity.pictures:
        if faces := analyzer.detect(picture):
            face = choose_face(faces, which, embed=partial(analyzer.embed, picture))
            donors.append(Donor.of(picture, face, _mirrored(picture, face, analyzer)))
    if not donors:
        raise NoFaceFound("This analyzer finds no face in the person's references. Connect the one used to train.")
    return donors


def nearest_donor(target: Face, donors: Sequence[Donor]) -> Donor:
    """The donor whose head is turned most like the target's, if there is one without spectacles among those."""
    bare = [donor for donor in donors if donor.frame is None] or list(donors)
    meshes = [donor.face.mesh for donor in bare if donor.face.mesh is not None]
    if target.mesh is None or len(meshes) < len(bare):
        return bare[0]  # the fusion says what an analyzer without meshes lacks
    return bare[nearest_in_pose(target.mesh, meshes)]


def _mirrored(picture: ByteArray, face: Face, analyzer: FaceAnalyzer) -> Donor | None:
    width = picture.shape[1]
    flipped = np.ascontiguousarray(picture[:, ::-1])
    there = Box(width - face.box.x2, face.box.y1, width - face.box.x1, face.box.y2)
    found = find_again(analyzer, flipped, there)
    return None if found is None else Donor.of(flipped, found)
