"""A lock on a folder that the system takes back when its holder dies."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import TrainingBusy
from ..file_lock import try_lock


@contextmanager
def exclusive(path: Path, *, wait_seconds: float = 0.0) -> Iterator[None]:
    """Holds the lock file `path` for the time of the block; also against threads of this process.

    Raises TrainingBusy if another holds it for longer than `wait_seconds`.
    """
    deadline = time.monotonic() + wait_seconds
    with open(path, "ab") as file:
        while True:
            if try_lock(file):
                break
            if time.monotonic() >= deadline:
                raise TrainingBusy(
                    f"Training {path.parent.name} is running already. Wait until it ends, or stop it first."
                )
            time.sleep(0.1)
        yield
