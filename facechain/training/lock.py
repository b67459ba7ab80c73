"""A lock on a folder that the system takes back when its holder dies."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ..errors import TrainingBusy

if os.name == "nt":
    import msvcrt

    def _try_lock(file: BinaryIO) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try_lock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def exclusive(path: Path, *, wait_seconds: float = 0.0) -> Iterator[None]:
    """Holds the lock file `path` for the time of the block; also against threads of this process.

    Raises TrainingBusy if another holds it for longer than `wait_seconds`.
    """
    deadline = time.monotonic() + wait_seconds
    with open(path, "ab") as file:
        while True:
            try:
                _try_lock(file)
                break
            except OSError:
                if time.monotonic() >= deadline:
                    raise TrainingBusy(
                        f"Training {path.parent.name} is running already. Wait until it ends, or stop it first."
                    ) from None
            time.sleep(0.1)
        yield
