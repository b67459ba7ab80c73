"""The result of a ranking, and its JSON."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypedDict

from .embeddings import Metric


class Outcome(Enum):
    """What became of a portrait. Values are stable codes."""

    KEPT = "kept"
    KEPT_AS_BEST = "kept_as_best"
    """Below the threshold, but nothing was better."""
    BELOW_THRESHOLD = "below_threshold"
    BEYOND_KEEP = "beyond_keep"
    """Alike enough, but more portraits were than were to be kept."""
    NO_FACE = "no_face"


@dataclass(frozen=True, slots=True)
class RankedPortrait:
    """One portrait in its place."""

    index: int
    """Place in the input, from 0."""
    rank: int
    """Place in the ranking, from 1."""
    raw: float | None
    """Comparison in the metric of the model; None without a face."""
    likeness: float | None
    """0..1, 0.5 where the same person becomes as likely as not; None without a face."""
    face_count: int
    outcome: Outcome
    reason: str
    """One short sentence for people."""

    @property
    def kept(self) -> bool:
        """True when the portrait is among the results."""
        return self.outcome in (Outcome.KEPT, Outcome.KEPT_AS_BEST)


class PortraitReport(TypedDict):
    """One portrait in JSON."""

    index: int
    rank: int
    raw: float | None
    likeness: float | None
    faces: int
    outcome: str
    kept: bool
    reason: str


class RankingReport(TypedDict):
    """A ranking in JSON. No embedding, no file name."""

    model: str
    metric: Metric
    engine: str
    threshold: float
    warning: str
    portraits: list[PortraitReport]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Every input portrait, most alike first, those without a face last; equal ones in input order."""

    portraits: tuple[RankedPortrait, ...]
    model_id: str
    metric: Metric
    threshold: float
    """Likeness below which a portrait is dropped."""
    warning: str
    """Why the result is not what was asked, with advice; empty when it is."""
    engine: str = ""
    """What ran the model, and where."""

    @property
    def kept(self) -> tuple[RankedPortrait, ...]:
        """The results, best first; at least one."""
        return tuple(portrait for portrait in self.portraits if portrait.kept)

    def report(self) -> RankingReport:
        """The ranking as JSON values: numbers to four digits, codes and sentences."""
        return {
            "model": self.model_id,
            "metric": self.metric,
            "engine": self.engine,
            "threshold": self.threshold,
            "warning": self.warning,
            "portraits": [_portrait_report(portrait) for portrait in self.portraits],
        }

    def __repr__(self) -> str:
        return f"Ranking({len(self.kept)} kept of {len(self.portraits)})"


def _portrait_report(portrait: RankedPortrait) -> PortraitReport:
    return {
        "index": portrait.index,
        "rank": portrait.rank,
        "raw": None if portrait.raw is None else round(portrait.raw, 4),
        "likeness": None if portrait.likeness is None else round(portrait.likeness, 4),
        "faces": portrait.face_count,
        "outcome": portrait.outcome.value,
        "kept": portrait.kept,
        "reason": portrait.reason,
    }
