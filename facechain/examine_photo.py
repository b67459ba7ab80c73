"""One photo on its own: whether it shows a face good enough, and its crop."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

import numpy as np

from .align_options import AlignOptions, Faceless, GivenFaces
from .crops import crop_transform, whole_transform
from .errors import InvalidSetting
from .face_choice import meant_face
from .faces import AlignedFace, Verdict
from .geometry import Box, ByteArray, Similarity, Size
from .interfaces import FaceAnalyzer, FaceQualityScorer
from .previews import shrink
from .quality import measure_quality
from .upcoming_photos import DecodedPhoto
from .upright import UprightFaces, carry_face, find_upright_faces, given_upright
from .verdicts import Finding, judge_quality, unreadable
from .warp import warp

THUMBNAIL_PX = 256


@dataclass(frozen=True, slots=True)
class ExaminedPhoto:
    """What is known of one photo."""

    verdict: Verdict
    face: AlignedFace | None
    """None exactly when the verdict is a rejection."""
    whole: ByteArray | None
    """The whole photo in the size of a crop, read-only; None when nobody asked for it."""

    def noted(self, **changes: Any) -> ExaminedPhoto:
        """The same photo with `changes` of its verdict."""
        return replace(self, verdict=replace(self.verdict, **changes))

    def refused(self, finding: Finding) -> ExaminedPhoto:
        """The same photo without its face, for what was found."""
        reasons = {"rejection": finding.rejection, "reason": finding.reason, "advice": finding.advice}
        return replace(self.noted(**reasons), face=None)


@dataclass(frozen=True, slots=True)
class PhotoExaminer:
    """Looks at photos one by one, with the same models and options."""

    analyzer: FaceAnalyzer
    options: AlignOptions
    scorer: FaceQualityScorer | None = None

    def examine(self, decoded: DecodedPhoto, given: GivenFaces | None) -> ExaminedPhoto:
        """What a decoded photo shows; None for `given` lets the analyzer find its faces.

        Only a face that is good enough is cut out and embedded.
        Raises InvalidSetting if the given faces lie in a picture of another size.
        """
        image, photo = decoded
        verdict = Verdict(photo, None, "", "", quality=None, likeness=None, thumbnail=None, face_box=None)
        examined = ExaminedPhoto(verdict, None, self._whole(image))
        if image is None:
            return examined.refused(unreadable(photo))
        found = find_upright_faces(self.analyzer, image) if given is None else _given(image, given)
        examined = examined.noted(thumbnail=_read_only(shrink(found.image, THUMBNAIL_PX)))
        # By likeness every face is embedded to choose one, which is embedded anyway.
        embed = cache(partial(self.analyzer.embed, found.image))
        chosen = meant_face(found.faces, self.options.which, embed=embed)
        if isinstance(chosen, Finding):
            return examined.refused(chosen)
        face = carry_face(chosen, found.to_photo)
        quality = measure_quality(image, face, self.scorer)
        examined = examined.noted(quality=quality, face_box=_thumbnail_box(chosen.box, found))
        if finding := judge_quality(quality, self.options.limits):
            return examined.refused(finding)
        transform = crop_transform(face, self.options.preset, self.options.side_px, self.options.margin)
        crop = self._crop(image, transform)
        return replace(examined, face=AlignedFace(face, crop, transform, photo, quality, embed(chosen)))

    def _whole(self, image: ByteArray | None) -> ByteArray | None:
        if self.options.faceless is not Faceless.KEEP:
            return None
        if image is None:
            # A place must not be empty, or every later crop stood for another photo.
            side_px = self.options.side_px
            return _read_only(np.full((side_px, side_px, 3), 255, np.uint8))
        return self._crop(image, whole_transform(Size.of(image), self.options.side_px))

    def _crop(self, image: ByteArray, transform: Similarity) -> ByteArray:
        return _read_only(warp(image, transform, self.options.size, self.options.outside))


def _given(image: ByteArray, given: GivenFaces) -> UprightFaces:
    size = Size.of(image)
    if size != given.size:
        raise InvalidSetting(
            f"The face landmarks are of a picture of {given.size.width} x {given.size.height} px, but the photo has "
            f"{size.width} x {size.height} px. Find the landmarks in the images that are connected to photos."
        )
    return given_upright(image, given.faces)


def _thumbnail_box(box: Box, found: UprightFaces) -> Box:
    scale = min(THUMBNAIL_PX / max(found.image.shape[:2]), 1.0)
    return Box(box.x1 * scale, box.y1 * scale, box.x2 * scale, box.y2 * scale)


def _read_only(pixels: ByteArray) -> ByteArray:
    pixels.setflags(write=False)
    return pixels
