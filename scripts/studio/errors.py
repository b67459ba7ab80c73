"""The one error of the scripts."""

from __future__ import annotations

from collections.abc import Sequence


class SetupError(Exception):
    """This machine cannot do what was asked; the text is the fact and what to do."""


def all_problems(problems: Sequence[str]) -> SetupError:
    """One error that lists every problem, so that a user mends them in one go."""
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    lines = "\n".join(f"  {number}. {text}" for number, text in enumerate(problems, 1))
    return SetupError(f"{count} to solve first:\n{lines}")
