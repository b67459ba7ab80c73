"""A ranking in words and as JSON values."""

from __future__ import annotations

from .embeddings import Metric
from .ranking_values import PortraitReport, RankedPortrait, Ranking, RankingReport, ScaleReport

_RAW_NAMES: dict[Metric, str] = {"euclidean": "distance", "cosine": "similarity"}


def report_ranking(ranking: Ranking) -> RankingReport:
    """The ranking as JSON values: numbers to four digits, codes and sentences."""
    return {
        "model": ranking.model_id,
        "metric": ranking.scale.metric,
        "engine": ranking.engine,
        "scale": _scale_report(ranking),
        "keep": ranking.options.keep,
        "threshold": ranking.options.threshold,
        "filter": ranking.options.filter.value,
        "counts": ranking.counts,
        "summary": summary_words(ranking),
        "warning": ranking.warning,
        "portraits": [_portrait_report(portrait, ranking.scale.metric) for portrait in ranking.portraits],
    }


def summary_words(ranking: Ranking) -> str:
    """How many were kept and how many each rule removed: "8 portraits: 4 kept, 3 beyond the best 4, 1 below 50%"."""
    counts, options, total = ranking.counts, ranking.options, len(ranking.portraits)
    parts = [
        (counts["beyond_keep"], f"beyond the best {options.keep}"),
        (counts["below_threshold"], f"below {options.threshold:.0%}"),
        (counts["filtered"], "dropped by the filter"),
        (counts["no_face"], "without a face"),
    ]
    removed = [f"{count} {words}" for count, words in parts if count]
    noun = "portrait" if total == 1 else "portraits"
    return f"{total} {noun}: " + ", ".join([f"{counts['kept']} kept", *removed])


def scale_words(ranking: Ranking) -> str:
    """What 100 % and 50 % mean for this person, in two sentences."""
    scale, photos = ranking.scale, ranking.photo_count
    own, border = raw_words(scale.own, scale.metric), raw_words(scale.border, scale.metric)
    if not scale.measured:
        source = "usual for this model: one photo only"
    elif scale.limited:
        source = f"the limit of this model: the {photos} own photos are hardly alike, or nearly copies"
    else:
        source = f"measured from {photos} own photos: as alike as these are to each other"
    return f"100% = {own}, {source}. 50% = {border}, the border to other people."


def raw_words(raw: float, metric: Metric) -> str:
    """A raw comparison with its name: "distance 0.38"."""
    return f"{_RAW_NAMES[metric]} {raw:.2f}"


def _scale_report(ranking: Ranking) -> ScaleReport:
    scale = ranking.scale
    return {
        "own": round(scale.own, 4),
        "border": round(scale.border, 4),
        "metric": scale.metric,
        "measured": scale.measured,
        "limited": scale.limited,
        "photos": ranking.photo_count,
    }


def _portrait_report(portrait: RankedPortrait, metric: Metric) -> PortraitReport:
    return {
        "index": portrait.index,
        "rank": portrait.rank,
        "likeness": _rounded(portrait.likeness),
        "raw": _rounded(portrait.raw),
        "metric": metric,
        "faces": portrait.face_count,
        "face_ratio": _rounded(portrait.face_ratio),
        "outcome": portrait.outcome.value,
        "kept": portrait.kept,
        "reason": portrait.reason,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
