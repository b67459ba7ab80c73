"""The one reporter of the scripts: lines for people, and how long each stage took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class StageTime:
    """One finished stage."""

    name: str
    seconds: float


@dataclass
class Reporter:
    """Prints, and remembers the stages in the order in which they ended."""

    times: list[StageTime] = field(default_factory=list)

    def line(self, text: str) -> None:
        """Print one line now; pipes and CI logs would otherwise hold it back."""
        print(text, flush=True)

    @contextmanager
    def stage(self, name: str, *, note: str = "") -> Iterator[None]:
        """Announce a stage, with its size or reason in `note`, and time it, also when it fails."""
        self.line(f"> {name}" + (f" ({note})" if note else ""))
        started = time.monotonic()
        try:
            yield
        finally:
            seconds = time.monotonic() - started
            self.times.append(StageTime(name, seconds))
            self.line(f"  {seconds:.1f} s")

    def table(self) -> None:
        """Print the stages with their times and the sum."""
        rows = [*self.times, StageTime("all stages", sum(stage.seconds for stage in self.times))]
        width = max(len(row.name) for row in rows)
        for row in rows:
            self.line(f"  {row.name:<{width}}  {row.seconds:7.1f} s")
