"""Which weights of a training become its result: those most alike to the person that still follow a prompt.

Likeness alone would take the most overfitted weights, which draw a training photo whatever they are asked for. So
each stop must pass a guard over its styled portraits. The guard's limits follow from what they measure, as said at
each; no trained model tuned them.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

BEST, AVERAGE, LAST = "best_likeness", "average_best", "last"

LEAST_FACES = 0.5
"""Share of the styled portraits that once showed a face and must still: a single odd picture of two is no verdict."""
MOST_GROWTH = 2.0
"""A face in a styled portrait may fill so much more of the picture than before training: measured on photos, an upper
body has its face on 4 % of the picture, and head and shoulders, as training crops show them, on 8 %."""
CLOSE_UP = 0.16
"""Part of the picture below which a face does not fill it, whatever it was before: half of the 30 % that a picture of
the head alone has. Portraits down to the shoulders have 8 to 12 %."""
LEAST_DIFFERENCE = 1 / 3
"""Share of the difference between plain and styled portraits before training that must remain. The same person in
both takes away at most the face's part of the picture, a third, and leaves two; drawing one photo for both leaves
nothing: this is half way."""
AVERAGED = 3
"""Stops of which "average_best" is the mean. FaceChain 1.0 took its ten best of some thirty pictures, which came from
about as many stops; with four stops three leave out the worst."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the portraits of one stop show. Tuples are by the portraits' number; None stands for no face."""

    step: int
    plain: tuple[float | None, ...]
    """Likeness of the plain portraits, 0..1."""
    styled: tuple[float | None, ...]
    """Likeness of the styled portraits, 0..1."""
    plain_shares: tuple[float | None, ...]
    """Part of each plain portrait that the face fills, 0..1."""
    styled_shares: tuple[float | None, ...]
    """Part of each styled portrait that the face fills, 0..1."""
    difference: float
    """Median over the numbers of the mean absolute difference between plain and styled portrait, 0..1."""
    objection: str = ""
    """Why the guard refuses this stop; empty if it does not."""

    @property
    def allowed(self) -> bool:
        """True if the guard lets it become the result."""
        return not self.objection

    @property
    def likeness(self) -> float | None:
        """Median over the plain portraits, one without a face counting as 0; None if none shows a face."""
        if all(value is None for value in self.plain):
            return None
        return statistics.median(value or 0.0 for value in self.plain)

    @property
    def styled_share(self) -> float | None:
        """Median over the styled portraits with a face; None if none shows one."""
        seen = [share for share in self.styled_shares if share is not None]
        return statistics.median(seen) if seen else None

    @staticmethod
    def from_json(content: Mapping[str, Any]) -> Judgement:
        """The judgement whose fields are in `content`. Raises TypeError for others."""
        values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in content.items()}
        return Judgement(**values)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which weights became the result, and why."""

    how: str
    """ "best_likeness", "average_best" or "last"; "last" too where likeness was not available."""
    steps: tuple[int, ...]
    """Steps after which the weights were taken; several for a mean."""
    why: str
    """One sentence for people."""
    judgements: tuple[Judgement, ...] = ()
    """Of every stop, by step; step 0 is the base model, which cannot be chosen."""

    @property
    def step(self) -> int:
        """The last of the steps whose weights are in the result."""
        return max(self.steps)

    @staticmethod
    def from_json(content: Mapping[str, Any]) -> Chosen:
        """The choice whose fields are in `content`. Raises KeyError or TypeError for others."""
        judgements = tuple(Judgement.from_json(each) for each in content["judgements"])
        return Chosen(str(content["how"]), tuple(content["steps"]), str(content["why"]), judgements)


def choose(how: str, judgements: Sequence[Judgement], last: int) -> Chosen:
    """The choice among the stops of `judgements`; `last` is the step after which the training ended.

    A stop that is as alike as an earlier one is worse: it only learned more of the photos. So what a stop loses now
    it cannot win later, and its weights need not be kept.
    """
    judged = tuple(sorted(judgements, key=lambda stop: stop.step))
    if how == LAST:
        return Chosen(LAST, (last,), "The weights of the end were asked for.", judged)
    trained = [stop for stop in judged if stop.step > 0]
    alike = sorted((stop for stop in trained if stop.likeness is not None), key=lambda stop: -(stop.likeness or 0))
    if not alike:
        cause = "No plain portrait shows a face" if trained else "No portrait of the training was judged"
        why = f"{cause}, so likeness was not available: the weights of the end are kept."
        return Chosen(LAST, (last,), why, judged)
    allowed = [stop for stop in alike if stop.allowed]
    if not allowed:
        first = min(alike, key=lambda stop: stop.step)
        why = f"Every stop was refused; step {first.step} is the least trained of them, but {first.objection}."
        return Chosen(how, (first.step,), why, judged)
    best = allowed[: AVERAGED if how == AVERAGE else 1]
    return Chosen(how, tuple(sorted(stop.step for stop in best)), _why(best, alike), judged)


def objection(stop: Judgement, earlier: Sequence[Judgement]) -> str:
    """Why the guard refuses `stop`, as a clause; empty if it does not. `earlier`: the stops before it, by step."""
    checks = (_lost_faces(stop, earlier), _grown_faces(stop, earlier), _lost_difference(stop, earlier))
    return next((found for found in checks if found), "")


def _lost_faces(stop: Judgement, earlier: Sequence[Judgement]) -> str:
    once = [any(one.styled_shares[place] is not None for one in earlier) for place in range(len(stop.styled_shares))]
    still = sum(had and share is not None for had, share in zip(once, stop.styled_shares, strict=True))
    if still >= LEAST_FACES * sum(once):
        return ""
    return f"{still} of {sum(once)} styled portraits still show a face"


def _grown_faces(stop: Judgement, earlier: Sequence[Judgement]) -> str:
    before = next((one.styled_share for one in earlier if one.styled_share is not None), None)
    if before is None or stop.styled_share is None or stop.styled_share <= max(MOST_GROWTH * before, CLOSE_UP):
        return ""
    return f"faces fill {stop.styled_share:.0%} of its styled portraits, {before:.0%} at the beginning"


def _lost_difference(stop: Judgement, earlier: Sequence[Judgement]) -> str:
    if not earlier or stop.difference >= LEAST_DIFFERENCE * earlier[0].difference:
        return ""
    lost = 1 - stop.difference / earlier[0].difference
    return f"its styled portraits have lost {lost:.0%} of their difference from the plain ones"


def _why(best: Sequence[Judgement], alike: Sequence[Judgement]) -> str:
    """One sentence: what was taken, and the most alike of those that were refused before it."""
    refused = alike[0] if alike[0] is not best[0] else None
    steps = ", ".join(str(stop.step) for stop in sorted(best, key=lambda stop: stop.step))
    taken = (
        f"Step {steps} is most alike to the person ({best[0].likeness or 0:.0%})"
        if len(best) == 1
        else f"The mean of steps {steps}, which are most alike to the person (up to {best[0].likeness or 0:.0%})"
    )
    if refused is None:
        return f"{taken}."
    return f"{taken}; step {refused.step} ({refused.likeness or 0:.0%}) was refused, because {refused.objection}."
