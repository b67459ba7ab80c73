"""What `/history` and scripts learn about a set of photos: no file name, no picture, no embedding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from .embeddings import Calibration
from .faces import AlignedFace, FaceSet, Quality, Verdict
from .photo_listing import DIGITS
from .quality import quality_scores
from .verdicts import Limits

ACCEPTED = "accepted"
"""Code of a photo without a rejection."""

Json = dict[str, object]


def faces_report(faces: FaceSet, limits: Limits | None = None, calibration: Calibration | None = None) -> Json:
    """Verdicts as JSON values; photos are numbered from 1 in input order, numbers have 3 decimals.

    * `accepted`, `total`, `crop_px`, `analyzer` (catalogue id), `engine` (what ran it, for people)
    * `best_photo`: number of the accepted photo of best quality, null without any
    * `limits`: from where on a photo is refused, by the fields of Limits; null when not told
    * `likeness`: what the photos' likeness rests on: `model` and `metric` of the embeddings, and the raw
      comparison at which it is 0.5 (`same_person`) and 0.73 (`spread` further on); null when not told
    * `photos`: of each `photo` its number; `sha256`, the beginning of the file's hash, by which a page
      finds the picture, empty when unreadable; `code`, "accepted" or the value of a Rejection; `reason`
      and `advice` in one English sentence each; `likeness`, the median to the other photos; `quality` by the
      fields of Quality, with the single `scores` that its `score` is made of; `attributes` of an
      accepted face (`female`, a probability, and `age_years`); null where there is nothing to tell
    """
    accepted = iter(faces.faces)
    photos = [
        _photo(number, verdict, next(accepted) if verdict.accepted else None)
        for number, verdict in enumerate(faces.verdicts, 1)
    ]
    return {
        "accepted": len(faces.faces),
        "total": len(faces.verdicts),
        "crop_px": faces.size.width,
        "analyzer": faces.analyzer_id,
        "engine": faces.engine,
        "best_photo": _best_photo(faces),
        "limits": _rounded(asdict(limits)) if limits else None,
        "likeness": _basis(faces, calibration),
        "photos": photos,
    }


def _best_photo(faces: FaceSet) -> int | None:
    numbers = [number for number, verdict in enumerate(faces.verdicts, 1) if verdict.accepted]
    ranked = sorted(zip(numbers, faces.faces, strict=True), key=lambda one: -one[1].quality.score)
    return ranked[0][0] if ranked else None


def _basis(faces: FaceSet, calibration: Calibration | None) -> Json | None:
    if calibration is None or not faces.faces:
        return None
    embedding = faces.faces[0].embedding
    return {"model": embedding.model_id, "metric": embedding.metric, **asdict(calibration)}


def _photo(number: int, verdict: Verdict, face: AlignedFace | None) -> Json:
    attributes = face.face.attributes if face else None
    return {
        "photo": number,
        "sha256": verdict.photo.sha256[:DIGITS],
        "code": verdict.rejection.value if verdict.rejection else ACCEPTED,
        "reason": verdict.reason,
        "advice": verdict.advice,
        "likeness": None if verdict.likeness is None else round(verdict.likeness, 3),
        "quality": _quality(verdict.quality) if verdict.quality else None,
        "attributes": _rounded(asdict(attributes)) if attributes else None,
    }


def _quality(quality: Quality) -> Json:
    scores = asdict(quality_scores(quality))
    return {**_rounded(asdict(quality)), "scores": _rounded(scores)}


def _rounded(values: Mapping[str, float | None]) -> Json:
    return {name: None if value is None else round(value, 3) for name, value in values.items()}
