"""How long work reports back, and how it learns that the user pressed stop."""

from typing import Protocol


class Progress(Protocol):
    """Receives the state of one piece of work."""

    def step(self, done: int, total: int) -> None:
        """Report `done` of `total`. Raises the host's own interruption when the user pressed stop."""


class SilentProgress:
    """Reports to nobody and never stops."""

    def step(self, done: int, total: int) -> None:
        """Nothing is reported."""
