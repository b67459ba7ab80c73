"""The result of a ranking, and its JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum
from typing import TypedDict

from .embeddings import Metric
from .likeness import LikenessScale
from .ranking_options import RankOptions


class Outcome(Enum):
    """What became of a portrait. Values are stable codes."""

    KEPT = "kept"
    KEPT_AS_BEST = "kept_as_best"
    """Would have been dropped, but nothing was better."""
    BELOW_THRESHOLD = "below_threshold"
    BEYOND_KEEP = "beyond_keep"
    """Alike enough, but more portraits were than were to be kept."""
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    """Dropped by the filter, as the two after it."""
    FACE_TOO_SMALL = "face_too_small"
    FACE_TOO_LARGE = "face_too_large"


KEPT = frozenset({Outcome.KEPT, Outcome.KEPT_AS_BEST})
FILTERED = frozenset({Outcome.SEVERAL_FACES, Outcome.FACE_TOO_SMALL, Outcome.FACE_TOO_LARGE})


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
    """0..1, 1 for as alike as the person's own photos, 0.5 at the border to other people; None without a face."""
    face_count: int
    face_ratio: float | None
    """Longer side of the box of the face that counts, over the shorter side of the picture; None without a face."""
    outcome: Outcome
    reason: str
    """One short sentence for people; empty when there is nothing to say."""

    @property
    def kept(self) -> bool:
        """True when the portrait is among the results."""
        return self.outcome in KEPT


@dataclass(frozen=True, slots=True)
class Ranking:
    """Every input portrait, most alike first, those without a face last; equal ones in input order."""

    portraits: tuple[RankedPortrait, ...]
    options: RankOptions
    scale: LikenessScale
    photo_count: int
    """Own photos that every portrait was compared with."""
    model_id: str
    engine: str
    """What ran the model, and where."""
    warning: str
    """Why the result is not what was asked, with advice; empty when it is."""

    @property
    def kept(self) -> tuple[RankedPortrait, ...]:
        """The results, best first; at least one."""
        return tuple(portrait for portrait in self.portraits if portrait.kept)

    @property
    def counts(self) -> RankingCounts:
        """How many portraits were kept, and how many each rule removed; together all of them."""
        outcomes = Counter(portrait.outcome for portrait in self.portraits)
        return {
            "kept": sum(outcomes[outcome] for outcome in KEPT),
            "beyond_keep": outcomes[Outcome.BEYOND_KEEP],
            "below_threshold": outcomes[Outcome.BELOW_THRESHOLD],
            "no_face": outcomes[Outcome.NO_FACE],
            "filtered": sum(outcomes[outcome] for outcome in FILTERED),
        }

    def __repr__(self) -> str:
        return f"Ranking({len(self.kept)} kept of {len(self.portraits)})"


class RankingCounts(TypedDict):
    """How many portraits had which end."""

    kept: int
    beyond_keep: int
    below_threshold: int
    no_face: int
    filtered: int


class ScaleReport(TypedDict):
    """A likeness scale in JSON, and on how many photos it stands."""

    own: float
    border: float
    metric: Metric
    measured: bool
    limited: bool
    photos: int


class PortraitReport(TypedDict):
    """One portrait in JSON."""

    index: int
    rank: int
    likeness: float | None
    raw: float | None
    metric: Metric
    faces: int
    face_ratio: float | None
    outcome: str
    kept: bool
    reason: str


class RankingReport(TypedDict):
    """A ranking in JSON. No embedding, no file name."""

    model: str
    metric: Metric
    engine: str
    scale: ScaleReport
    keep: int
    threshold: float
    filter: str
    counts: RankingCounts
    summary: str
    warning: str
    portraits: list[PortraitReport]
