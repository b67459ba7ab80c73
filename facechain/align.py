"""Photos -> faces cut out upright, and a verdict for every photo."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

from .align_options import AlignOptions, Faceless, GivenFaces, Repeats
from .compare_photos import compare_photos
from .errors import InvalidSetting, NoFaceFound
from .examine_photo import ExaminedPhoto, PhotoExaminer
from .faces import FaceSet, Rejection, Verdict
from .interfaces import FaceAnalyzer, FaceQualityScorer
from .photos import PhotoSet
from .progress import Progress, stepped
from .upcoming_photos import decode_ahead

__all__ = ["AlignOptions", "Faceless", "GivenFaces", "Repeats", "align_faces"]

logger = logging.getLogger(__name__)


def align_faces(
    analyzer: FaceAnalyzer,
    photos: PhotoSet,
    options: AlignOptions,
    progress: Progress,
    scorer: FaceQualityScorer | None = None,
) -> FaceSet:
    """One upright crop per accepted photo, and a verdict for every photo, both in the order of `photos`.

    A photo is decoded while the one before is looked at; no more than these two are in memory. A photo
    without a usable face does not stop the others, unless the options say so.

    Raises NoFaceFound, with the reason of each photo, if none is accepted and the options do not keep
    such photos, or if one is refused and they say error; InvalidSetting if given faces do not fit.
    """
    total = len(photos.photos)
    _require_faces_for_each(total, options.given)
    examined = _examine_all(PhotoExaminer(analyzer, options, scorer), photos, progress)
    examined = compare_photos(examined, analyzer.calibration, options)
    faces = tuple(one.face for one in examined if one.face)
    verdicts = tuple(_verdict(one) for one in examined)
    _raise_for_refused(verdicts, options.faceless)
    logger.info("FaceChain accepted %d of %d photos", len(faces), total)
    return FaceSet(faces, verdicts, options.size, analyzer.id, analyzer.engine)


def _examine_all(examiner: PhotoExaminer, photos: PhotoSet, progress: Progress) -> list[ExaminedPhoto]:
    given = examiner.options.given or [None] * len(photos.photos)
    with closing(decode_ahead(photos.photos)) as upcoming:
        # No variable may hold the photo: it would live on beside the next two.
        return [examiner.examine(next(upcoming), one) for one in stepped(given, progress)]


def _verdict(examined: ExaminedPhoto) -> Verdict:
    """Its final verdict; the whole photo is kept only where no crop stands in its place."""
    return examined.verdict if examined.face else replace(examined.verdict, whole=examined.whole)


def _require_faces_for_each(total: int, given: Sequence[GivenFaces] | None) -> None:
    if given is not None and len(given) != total:
        raise InvalidSetting(
            f"There are face landmarks of {len(given)} pictures, but {total} photos. "
            "Find the landmarks in the images that are connected to photos."
        )


def _raise_for_refused(verdicts: Sequence[Verdict], faceless: Faceless) -> None:
    total = len(verdicts)
    reasons = {
        number: f"Photo {number} of {total}: {verdict.reason} {verdict.advice}"
        for number, verdict in enumerate(verdicts, 1)
        if not verdict.accepted
    }
    if len(reasons) == total and faceless is not Faceless.KEEP:
        raise NoFaceFound("\n".join([f"None of {total} photos can be used. Mend or replace them:", *reasons.values()]))
    # A repeat has a face; that it is left out was asked for.
    unusable = [reasons[number] for number in reasons if verdicts[number - 1].rejection is not Rejection.DUPLICATE]
    if unusable and faceless is Faceless.ERROR:
        count = f"{len(unusable)} of {total} photos"
        raise NoFaceFound("\n".join([f"{count} cannot be used. Mend, replace or skip them:", *unusable]))
