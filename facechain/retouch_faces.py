"""Retouched faces and pictures: where their skin is, and what they were before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from . import opencv as cv2
from .crops import CropPreset, crop_transform
from .errors import InvalidSetting, NoFaceFound
from .faces import Face, FaceSet
from .geometry import Box, ByteArray, FloatArray, Size
from .interfaces import FaceAnalyzer, FaceParser
from .progress import Progress, stepped
from .retouch import retouch_skin
from .retouch_options import RetouchOptions
from .skin import bare_skin, width_of
from .upright import carry_face
from .warp import Outside, warp

PARSED_PX = 512
"""Side of the crop in which the skin of a face in a picture is looked for: its edge is soft anyway."""
SMALLEST_FACE_PX = 40
"""Width of a face below which a blemish is no pixel wide."""


@dataclass(frozen=True, slots=True, eq=False)
class RetouchedPicture:
    """A picture before and after."""

    before: ByteArray
    after: ByteArray
    focus: Box
    """The largest face or the masked part, in pixels, inside the picture."""

    def __repr__(self) -> str:
        return f"RetouchedPicture({self.after.shape[1]}x{self.after.shape[0]})"


@dataclass(frozen=True, slots=True, eq=False)
class RetouchedFaces:
    """Faces with retouched crops, and the crops before and after in the same order."""

    faces: FaceSet
    pictures: tuple[RetouchedPicture, ...]

    def __repr__(self) -> str:
        return f"RetouchedFaces({len(self.pictures)})"


def retouch_faces(faces: FaceSet, parser: FaceParser, options: RetouchOptions, progress: Progress) -> RetouchedFaces:
    """The same faces with retouched crops; faces without regions are parsed, and keep what was found.

    The regions are those of the crop before it is restored.
    """
    retouched, pictures = [], []
    for aligned in stepped(faces.faces, progress):
        face = carry_face(aligned.face, aligned.transform)
        regions = aligned.regions or parser.parse(aligned.crop, face)
        skin = bare_skin(regions, face)
        after = retouch_skin(options.restored(aligned.crop, face), skin, options.strength, width_of(face))
        after.setflags(write=False)
        retouched.append(replace(aligned, crop=after, regions=regions))
        pictures.append(RetouchedPicture(aligned.crop, after, face.box.clipped(Size.of(after))))
    return RetouchedFaces(replace(faces, faces=tuple(retouched)), tuple(pictures))


def retouch_pictures(
    pictures: Sequence[ByteArray],
    analyzer: FaceAnalyzer,
    parser: FaceParser,
    options: RetouchOptions,
    progress: Progress,
) -> tuple[RetouchedPicture, ...]:
    """Every picture with the skin of each of its faces retouched; faces below 40 px are left as they are.

    Raises NoFaceFound if a picture has no larger face.
    """
    retouched = []
    for done, picture in enumerate(stepped(pictures, progress)):
        faces = _large_faces(picture, analyzer)
        if not faces:
            raise NoFaceFound(
                f"Picture {done + 1} of {len(pictures)} shows no face of {SMALLEST_FACE_PX} px or more. "
                "Connect a mask of the skin, or leave this picture out."
            )
        after = picture
        for face in faces:
            skin = _skin_in_picture(picture, face, parser)
            after = retouch_skin(options.restored(after, face), skin, options.strength, width_of(face))
        largest = max((face.box for face in faces), key=lambda box: box.area)
        retouched.append(RetouchedPicture(picture, after, largest.clipped(Size.of(picture))))
    return tuple(retouched)


def retouch_masked(
    pictures: Sequence[ByteArray],
    masks: Sequence[FloatArray],
    analyzer: FaceAnalyzer | None,
    options: RetouchOptions,
    progress: Progress,
) -> tuple[RetouchedPicture, ...]:
    """Every picture retouched where its mask, (height, width) 0..1, is above 0; one mask may serve all pictures.

    The size of a blemish is judged by the width of a face whose skin is as large as the mask's largest part.
    A restorer needs an analyzer, which finds the faces for it; the mask does not limit what it restores.

    Raises InvalidSetting if the masks do not fit the pictures in number or size, or one is empty.
    """
    if len(masks) not in (1, len(pictures)):
        raise InvalidSetting(
            f"There are {len(masks)} masks for {len(pictures)} pictures. Connect one mask per picture, or one for all."
        )
    retouched = []
    for done, picture in enumerate(stepped(pictures, progress)):
        mask = masks[done if len(masks) > 1 else 0]
        if not (mask > 0).any():
            raise InvalidSetting(f"Mask {done + 1} is empty. Paint the skin, or leave the mask unconnected.")
        sharp = picture
        for face in _large_faces(picture, analyzer) if analyzer else ():
            sharp = options.restored(sharp, face)
        after = retouch_skin(sharp, mask, options.strength, _width_of_skin(mask))
        retouched.append(RetouchedPicture(picture, after, _box_of(mask)))
    return tuple(retouched)


def _large_faces(picture: ByteArray, analyzer: FaceAnalyzer) -> list[Face]:
    return [face for face in analyzer.detect(picture) if width_of(face) >= SMALLEST_FACE_PX]


def _skin_in_picture(picture: ByteArray, face: Face, parser: FaceParser) -> FloatArray:
    """Bare skin of `face`, parsed in an upright crop and carried back; float32 (height, width)."""
    to_crop = crop_transform(face, CropPreset.FACECHAIN, PARSED_PX)
    crop = warp(picture, to_crop, Size(PARSED_PX, PARSED_PX), Outside.REPLICATE)
    carried = carry_face(face, to_crop)
    skin = bare_skin(parser.parse(crop, carried), carried)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(skin, to_crop.matrix, (picture.shape[1], picture.shape[0]), flags=flags)


def _width_of_skin(mask: FloatArray) -> float:
    """Pixels. The bare skin of a face covers about as much as a square of its width."""
    _, _, stats, _ = cv2.connectedComponentsWithStats((mask > 0).astype(np.uint8))
    return max(float(np.sqrt(stats[1:, cv2.CC_STAT_AREA].max())), 1.0)


def _box_of(mask: FloatArray) -> Box:
    """The smallest box around what is above 0."""
    rows, columns = np.nonzero(mask > 0)
    return Box(float(columns.min()), float(rows.min()), float(columns.max() + 1), float(rows.max() + 1))
