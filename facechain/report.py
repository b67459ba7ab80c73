"""What `/history` and scripts learn about a set of photos: no file name, no picture, no embedding."""

from __future__ import annotations

from dataclasses import asdict

from .faces import FaceSet, Quality, Verdict
from .photo_listing import DIGITS
from .quality import quality_scores

ACCEPTED = "accepted"
"""Code of a photo without a rejection."""


def faces_report(faces: FaceSet) -> dict[str, object]:
    """Verdicts as JSON values; photos are numbered from 1 in input order, numbers have 3 decimals.

    `sha256` is the beginning of the file's hash, by which a page finds the picture; empty when unreadable.
    """
    return {
        "accepted": len(faces.faces),
        "total": len(faces.verdicts),
        "crop_px": faces.size.width,
        "analyzer": faces.analyzer_id,
        "photos": [_photo(number, verdict) for number, verdict in enumerate(faces.verdicts, 1)],
    }


def _photo(number: int, verdict: Verdict) -> dict[str, object]:
    return {
        "photo": number,
        "sha256": verdict.photo.sha256[:DIGITS],
        "code": verdict.rejection.value if verdict.rejection else ACCEPTED,
        "reason": verdict.reason,
        "advice": verdict.advice,
        "likeness": None if verdict.likeness is None else round(verdict.likeness, 3),
        "quality": _quality(verdict.quality) if verdict.quality else None,
    }


def _quality(quality: Quality) -> dict[str, object]:
    scores = asdict(quality_scores(quality))
    return {**_rounded(asdict(quality)), "scores": _rounded(scores)}


def _rounded(values: dict[str, float]) -> dict[str, object]:
    return {name: round(value, 3) for name, value in values.items()}
