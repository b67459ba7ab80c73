"""Portraits in the order of their likeness to a person."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .embeddings import Embedding
from .errors import DegenerateLandmarks, NoPhotos
from .faces import Face
from .geometry import ByteArray
from .identity import Identity
from .interfaces import FaceAnalyzer
from .likeness import median_comparison, median_distance
from .progress import Progress, stepped
from .ranking_options import LARGEST_FACE_RATIO, SMALLEST_FACE_RATIO, PortraitFilter, RankOptions
from .ranking_values import FILTERED, Outcome, RankedPortrait, Ranking


def rank_portraits(
    images: Sequence[ByteArray],
    identity: Identity,
    analyzer: FaceAnalyzer,
    options: RankOptions,
    progress: Progress,
) -> Ranking:
    """Every image (RGB uint8, any size) in its place; which are kept, `options` say.

    The order is that of the raw comparison with the identity, equal ones as they came, those without a
    face last. In an image with several faces the most alike one counts. If no image qualifies, the first
    one is kept all the same and `warning` says so: an empty result would hide what was made. Each image
    is asked of `images` once and not held, so that a sequence may make them as they are needed.

    Raises NoPhotos without an image, DifferentEmbeddingModels if `analyzer` is not that of the identity.
    """
    if not images:
        raise NoPhotos("There are no portraits to rank. Connect at least one image.")
    # By place: no variable may hold an image beside the next one.
    measured = [_measure(index, images[index], identity, analyzer) for index in stepped(range(len(images)), progress)]
    judged = [_judged(found, options) for found in sorted(measured, key=lambda found: found.distance)]
    warning = "" if any(each.refusal is None for each in judged) else _warning(judged[0], options)
    known = identity.embeddings[0]
    return Ranking(
        portraits=tuple(_placed(judged, options.keep)),
        options=options,
        scale=identity.scale,
        photo_count=len(identity.embeddings),
        model_id=known.model_id,
        engine=analyzer.engine,
        warning=warning,
    )


@dataclass(frozen=True, slots=True)
class _Measured:
    index: int
    face_count: int
    distance: float = math.inf
    """Smaller is more alike; infinite without a face."""
    raw: float | None = None
    likeness: float | None = None
    face_ratio: float | None = None


@dataclass(frozen=True, slots=True)
class _Judged:
    found: _Measured
    refusal: Outcome | None
    """Why it cannot be kept; None when it can."""
    reason: str


def _measure(index: int, image: ByteArray, identity: Identity, analyzer: FaceAnalyzer) -> _Measured:
    faces = analyzer.detect(image)
    compared = [
        (median_distance(identity.embeddings, seen), seen, face) for seen, face in _seen(image, faces, analyzer)
    ]
    comparable = [each for each in compared if math.isfinite(each[0])]
    if not comparable:
        return _Measured(index, len(faces))
    distance, nearest, face = min(comparable, key=lambda each: each[0])
    raw, box = median_comparison(identity.embeddings, nearest), face.box
    ratio = max(box.width, box.height) / min(image.shape[:2])
    return _Measured(index, len(faces), distance, raw, identity.likeness(nearest), ratio)


def _seen(image: ByteArray, faces: Sequence[Face], analyzer: FaceAnalyzer) -> Iterator[tuple[Embedding, Face]]:
    for face in faces:
        try:
            yield analyzer.embed(image, face), face
        except DegenerateLandmarks:  # one spot that looks like a face must not stop the ranking of all others
            continue


def _judged(found: _Measured, options: RankOptions) -> _Judged:
    count, ratio = found.face_count, found.face_ratio
    if found.likeness is None or ratio is None:
        return _Judged(found, Outcome.NO_FACE, "no face that can be compared" if count else "no face")
    if options.filter is PortraitFilter.FACECHAIN:
        if count > 1:
            return _Judged(found, Outcome.SEVERAL_FACES, f"{count} faces instead of one")
        if ratio <= SMALLEST_FACE_RATIO:
            wanted = f"{ratio:.0%} of the shorter side, at least {SMALLEST_FACE_RATIO:.0%}"
            return _Judged(found, Outcome.FACE_TOO_SMALL, f"face too small: {wanted}")
        if ratio >= LARGEST_FACE_RATIO:
            wanted = f"{ratio:.0%} of the shorter side, at most {LARGEST_FACE_RATIO:.0%}"
            return _Judged(found, Outcome.FACE_TOO_LARGE, f"face too large: {wanted}")
    if found.likeness < options.threshold:
        return _Judged(found, Outcome.BELOW_THRESHOLD, f"below {options.threshold:.0%}")
    return _Judged(found, None, f"the most alike of {count} faces" if count > 1 else "")


def _placed(judged: Sequence[_Judged], keep: int) -> Iterator[RankedPortrait]:
    places = [place for place, each in enumerate(judged) if each.refusal is None]
    kept = set(places[:keep])
    for place, each in enumerate(judged):
        outcome, reason = each.refusal, each.reason
        if place in kept:
            outcome = Outcome.KEPT
        elif outcome is None:
            outcome, reason = Outcome.BEYOND_KEEP, f"beyond the best {keep}"
        elif not places and place == 0:
            outcome, reason = Outcome.KEPT_AS_BEST, f"kept as the best, though {reason}"
        found = each.found
        yield RankedPortrait(
            found.index, place + 1, found.raw, found.likeness, found.face_count, found.face_ratio, outcome, reason
        )


def _warning(best: _Judged, options: RankOptions) -> str:
    if best.found.likeness is None:
        return "No portrait shows a face; the first one is kept. Check the checkpoint and the prompt."
    if best.refusal in FILTERED:
        return (
            f"No portrait passes the filter and the threshold; the most alike one is kept ({best.reason}). "
            "Set the filter to none, or make more portraits."
        )
    return (
        f"No portrait reaches a likeness of {options.threshold:.0%}; the best one with {best.found.likeness:.0%} is "
        "kept. Raise face_strength, lower the threshold, or train longer."
    )
