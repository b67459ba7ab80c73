"""Portraits in the order of their likeness to a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .embeddings import Embedding
from .errors import InvalidSetting, NoPhotos
from .geometry import ByteArray
from .interfaces import FaceAnalyzer
from .likeness import median_comparison, median_distance
from .progress import Progress
from .ranking_values import Outcome, RankedPortrait, Ranking


def rank_portraits(
    images: Sequence[ByteArray],
    person_embeddings: Sequence[Embedding],
    analyzer: FaceAnalyzer,
    keep: int,
    threshold: float,
    progress: Progress,
) -> Ranking:
    """Every image (RGB uint8) in its place; the best `keep` of at least likeness `threshold` are kept.

    Likeness is that of the median over `person_embeddings`. In an image with several faces the most
    alike one counts. If no image reaches the threshold, the first one is kept all the same and
    `warning` says so: an empty result would hide what was made.

    Raises InvalidSetting for `keep` below 1, a threshold outside 0..1 or a person without embeddings.
    """
    _refuse_impossible(images, person_embeddings, keep, threshold)
    measured = []
    for index, image in enumerate(images):
        progress.step(index, len(images))
        measured.append(_measure(index, image, person_embeddings, analyzer))
    progress.step(len(images), len(images))
    ordered = sorted(measured, key=lambda found: found.distance)
    places = _Places(keep, threshold, anyone=any(_reaches(found, threshold) for found in ordered))
    portraits = tuple(_placed(found, rank, places) for rank, found in enumerate(ordered, 1))
    warning = "" if places.anyone else _warning(ordered[0], threshold)
    known = person_embeddings[0]
    return Ranking(portraits, known.model_id, known.metric, threshold, warning, analyzer.engine)


@dataclass(frozen=True, slots=True)
class _Measured:
    index: int
    distance: float
    """Smaller is more alike; infinite without a face."""
    raw: float | None
    likeness: float | None
    face_count: int


@dataclass(frozen=True, slots=True)
class _Places:
    keep: int
    threshold: float
    anyone: bool
    """False: no portrait reaches the threshold."""


def _measure(index: int, image: ByteArray, person_embeddings: Sequence[Embedding], analyzer: FaceAnalyzer) -> _Measured:
    embeddings = [analyzer.embed(image, face) for face in analyzer.detect(image)]
    if not embeddings:
        return _Measured(index, float("inf"), None, None, 0)
    nearest = min(embeddings, key=lambda embedding: median_distance(person_embeddings, embedding))
    raw = median_comparison(person_embeddings, nearest)
    likeness = analyzer.calibration.likeness(raw, nearest.metric)
    return _Measured(index, median_distance(person_embeddings, nearest), raw, likeness, len(embeddings))


def _placed(found: _Measured, rank: int, places: _Places) -> RankedPortrait:
    outcome, reason = _outcome(found, rank, places)
    return RankedPortrait(found.index, rank, found.raw, found.likeness, found.face_count, outcome, reason)


def _outcome(found: _Measured, rank: int, places: _Places) -> tuple[Outcome, str]:
    among = f"the most alike of {found.face_count} faces" if found.face_count > 1 else ""
    if not places.anyone and rank == 1:
        return Outcome.KEPT_AS_BEST, "no face, kept as the first" if found.raw is None else "best, below the threshold"
    if found.likeness is None:
        return Outcome.NO_FACE, "no face"
    if found.likeness < places.threshold:
        return Outcome.BELOW_THRESHOLD, f"below {places.threshold:.0%}"
    if rank > places.keep:
        return Outcome.BEYOND_KEEP, f"only {places.keep} kept"
    return Outcome.KEPT, among


def _reaches(found: _Measured, threshold: float) -> bool:
    return found.likeness is not None and found.likeness >= threshold


def _warning(best: _Measured, threshold: float) -> str:
    if best.likeness is None:
        return "No portrait shows a face; the first one is kept. Check the checkpoint and the prompt."
    return (
        f"No portrait reaches a likeness of {threshold:.0%}; the best one with {best.likeness:.0%} is kept. "
        "Raise face_strength, lower the threshold, or train longer."
    )


def _refuse_impossible(
    images: Sequence[ByteArray], person_embeddings: Sequence[Embedding], keep: int, threshold: float
) -> None:
    if not images:
        raise NoPhotos("There are no portraits to rank. Connect at least one image.")
    if not person_embeddings:
        raise InvalidSetting("There is nobody to compare with. Connect a person or a reference photo.")
    if keep < 1:
        raise InvalidSetting(f"Keeping {keep} portraits leaves none. Keep at least 1.")
    if not 0 <= threshold <= 1:
        raise InvalidSetting(f"Threshold {threshold} is no likeness. Use 0 to 1; 0.5 is the same person.")
