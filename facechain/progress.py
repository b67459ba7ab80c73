"""How long work reports back, and how it learns that the user pressed stop."""

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """Receives the state of one piece of work."""

    def step(self, done: int, total: int) -> None:
        """Report `done` of `total`. Raises the host's own interruption when the user pressed stop."""


class SilentProgress:
    """Reports to nobody and never stops."""

    def step(self, done: int, total: int) -> None:
        """Nothing is reported."""


def stepped(items: Sequence[T], progress: Progress) -> Iterator[T]:
    """Each of `items`; `progress` hears how many are done before each of them, and of all after the last."""
    for done, item in enumerate(items):
        progress.step(done, len(items))
        yield item
    progress.step(len(items), len(items))
