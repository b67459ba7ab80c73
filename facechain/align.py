"""Photos -> faces cut out upright, and a verdict for every photo."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .crops import CropPreset, crop_transform
from .errors import InvalidSetting, NoFaceFound
from .face_choice import FaceChoice, choose_face
from .faces import AlignedFace, FaceSet, Verdict
from .geometry import Box, ByteArray, Size
from .interfaces import FaceAnalyzer
from .photos import PhotoRef, PhotoSet, try_decode_photo
from .previews import shrink
from .progress import Progress
from .quality import measure_quality
from .set_checks import find_repeats, find_strangers, likeness_matrix, median_likeness
from .upright import UprightFaces, carry_face, find_upright_faces
from .verdicts import Finding, Limits, judge_quality, near_duplicate, stranger, unreadable
from .warp import Outside, warp

logger = logging.getLogger(__name__)

THUMBNAIL_PX = 256
SMALLEST_CROP_PX, LARGEST_CROP_PX, CROP_STEP_PX = 64, 2048, 8
"""A latent pixel covers 8 px."""


@dataclass(frozen=True, slots=True)
class AlignOptions:
    """How faces are chosen, judged and cut."""

    side_px: int = 512
    """Both sides of every crop."""
    preset: CropPreset = CropPreset.FACECHAIN
    outside: Outside = Outside.WHITE
    choice: FaceChoice = FaceChoice.DOMINANT
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if not SMALLEST_CROP_PX <= self.side_px <= LARGEST_CROP_PX or self.side_px % CROP_STEP_PX:
            raise InvalidSetting(
                f"Crop size {self.side_px} px cannot be used. "
                f"Choose a multiple of {CROP_STEP_PX} from {SMALLEST_CROP_PX} to {LARGEST_CROP_PX}."
            )


def align_faces(analyzer: FaceAnalyzer, photos: PhotoSet, options: AlignOptions, progress: Progress) -> FaceSet:
    """One upright crop per accepted photo, and a verdict for every photo, both in the order of `photos`.

    Photos are decoded one at a time. A photo without a usable face does not stop the others.

    Raises NoFaceFound, with the reason of each photo, if none is accepted.
    """
    total = len(photos.photos)
    examined: list[_Examined] = []
    for done, photo in enumerate(photos.photos):
        progress.step(done, total)
        examined.append(_examine(analyzer, photo, options))
    progress.step(total, total)
    examined = _remark_repeats(_refuse_strangers(analyzer, examined, options.limits))
    faces = tuple(one.face for one in examined if one.face)
    verdicts = tuple(one.verdict for one in examined)
    if not faces:
        raise NoFaceFound(_why_none(verdicts))
    logger.info("FaceChain accepted %d of %d photos", len(faces), total)
    return FaceSet(faces, verdicts, Size(options.side_px, options.side_px), analyzer.id)


@dataclass(frozen=True, slots=True)
class _Examined:
    verdict: Verdict
    face: AlignedFace | None
    """None exactly when the verdict is a rejection."""


def _examine(analyzer: FaceAnalyzer, photo: PhotoRef, options: AlignOptions) -> _Examined:
    """One photo on its own; only faces good enough are embedded."""
    image, photo = try_decode_photo(photo)
    if image is None:
        return _Examined(_refused(_blank_verdict(photo), unreadable(photo)), None)
    found = find_upright_faces(analyzer, image)
    verdict = replace(_blank_verdict(photo), thumbnail=_read_only(shrink(found.image, THUMBNAIL_PX)))
    chosen = choose_face(found.faces, options.choice)
    if isinstance(chosen, Finding):
        return _Examined(_refused(verdict, chosen), None)
    face = carry_face(chosen, found.to_photo)
    quality = measure_quality(image, face)
    verdict = replace(verdict, quality=quality, face_box=_thumbnail_box(chosen.box, found))
    finding = judge_quality(quality, options.limits)
    if finding:
        return _Examined(_refused(verdict, finding), None)
    transform = crop_transform(face, options.preset, options.side_px)
    crop = _read_only(warp(image, transform, Size(options.side_px, options.side_px), options.outside))
    embedding = analyzer.embed(found.image, chosen)
    return _Examined(verdict, AlignedFace(face, crop, transform, photo, quality, embedding))


def _refuse_strangers(analyzer: FaceAnalyzer, examined: Sequence[_Examined], limits: Limits) -> list[_Examined]:
    """The same photos, with the likeness to each other of those that have a face; strangers lose theirs."""
    places = [place for place, one in enumerate(examined) if one.face]
    embeddings = [one.face.embedding for one in examined if one.face]
    likeness = likeness_matrix(embeddings, analyzer.calibration)
    strangers = find_strangers(likeness, limits.likeness)
    known = [index for index in range(len(places)) if index not in strangers]
    judged = list(examined)
    for index, place in enumerate(places):
        if len(places) < 2:
            break
        alike = median_likeness(likeness, index, known)
        one = replace(judged[place], verdict=replace(judged[place].verdict, likeness=alike))
        if index in strangers:
            one = _Examined(_refused(one.verdict, stranger(alike, limits)), None)
        judged[place] = one
    return judged


def _remark_repeats(examined: Sequence[_Examined]) -> list[_Examined]:
    """The same photos; those that show the same as an earlier one stay accepted and say so."""
    places = [place for place, one in enumerate(examined) if one.face]
    judged = list(examined)
    for later, earlier in find_repeats([one.face.crop for one in examined if one.face]).items():
        one = judged[places[later]]
        judged[places[later]] = replace(one, verdict=replace(one.verdict, reason=near_duplicate(places[earlier] + 1)))
    return judged


def _blank_verdict(photo: PhotoRef) -> Verdict:
    return Verdict(photo, None, "", "", quality=None, likeness=None, thumbnail=None, face_box=None)


def _refused(verdict: Verdict, finding: Finding) -> Verdict:
    return replace(verdict, rejection=finding.rejection, reason=finding.reason, advice=finding.advice)


def _thumbnail_box(box: Box, found: UprightFaces) -> Box:
    scale = min(THUMBNAIL_PX / max(found.image.shape[:2]), 1.0)
    return Box(box.x1 * scale, box.y1 * scale, box.x2 * scale, box.y2 * scale)


def _read_only(pixels: ByteArray) -> ByteArray:
    pixels.setflags(write=False)
    return pixels


def _why_none(verdicts: Sequence[Verdict]) -> str:
    total = len(verdicts)
    reasons = [
        f"Photo {number} of {total}: {verdict.reason} {verdict.advice}" for number, verdict in enumerate(verdicts, 1)
    ]
    return "\n".join([f"None of {total} photos can be used. Mend or replace them:", *reasons])
