"""How a running worker learns that it should stop: files in its folder, signals, its parent's death."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from .processes import wait_for_end

CANCEL_FILE = "cancel"
STOP_FILE = "stop"
WATCH_STDIN = "FACECHAIN_WORKER_WATCHES_STDIN"
"""Set by the host, which keeps the pipe open; a worker started by hand has no such pipe."""

HOST_PROCESS = "FACECHAIN_HOST_PROCESS"
"""The host's process id."""

EXIT_CANCELLED = 3
SECONDS_TO_SAVE = 30
SECONDS_BETWEEN_LOOKS = 0.1
PR_SET_PDEATHSIG = 1  # linux/prctl.h


def is_one_of_several() -> bool:
    """True in a worker that accelerate launched together with others."""
    return "RANK" in os.environ


def exit_code_when_cancelled() -> int:
    """3; 0 for one of several: any other code makes the launcher end the others before they have saved."""
    return 0 if is_one_of_several() else EXIT_CANCELLED


class Control(Protocol):
    """Asked once per step."""

    def is_cancelled(self) -> bool:
        """True when the worker must save its state and end without a result."""
        ...

    def is_stopped(self) -> bool:
        """True when the worker should finish with what it has."""
        ...


class NeverStops:
    """A training that nobody watches."""

    def is_cancelled(self) -> bool:
        """False."""
        return False

    def is_stopped(self) -> bool:
        """False."""
        return False


class WorkerControl:
    """Listens to the job folder and to the process that started this one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._left_alone = threading.Event()

    def watch_parent(self) -> None:
        """From now on the end of the parent, or SIGTERM, cancels: no orphan keeps the GPU."""
        signal.signal(signal.SIGTERM, lambda *_: self._abandon())
        if os.environ.get(WATCH_STDIN) == "1":
            threading.Thread(target=self._wait_for_end_of_input, daemon=True).start()
            if sys.platform == "linux":
                # Stdin alone is not enough: a process that the host forked keeps the pipe open.
                ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if is_one_of_several():
            # The launcher stands between us and the host: either may die alone. On Windows it hands no pipe on.
            for parent in {os.getppid(), int(os.environ.get(HOST_PROCESS, os.getppid()))}:
                threading.Thread(target=self._wait_for_end_of, args=(parent,), daemon=True).start()

    @contextmanager
    def leaving_at_once(self) -> Iterator[None]:
        """Inside, a cancel ends this process on the spot: for the start, where there is nothing to save yet."""
        is_past = threading.Event()

        def watch() -> None:
            while not is_past.wait(SECONDS_BETWEEN_LOOKS):
                if self.is_cancelled():
                    os._exit(exit_code_when_cancelled())

        threading.Thread(target=watch, daemon=True).start()
        try:
            yield
        finally:
            is_past.set()

    def is_cancelled(self) -> bool:
        """True after the cancel file, SIGTERM, or the parent's death."""
        return self._left_alone.is_set() or (self._folder / CANCEL_FILE).exists()

    def is_stopped(self) -> bool:
        """True after the stop file."""
        return (self._folder / STOP_FILE).exists()

    def _wait_for_end_of_input(self) -> None:
        with suppress(OSError):  # there is no pipe
            while os.read(0, 1024):
                pass
            self._abandon()

    def _wait_for_end_of(self, process_id: int) -> None:
        wait_for_end(process_id)
        self._abandon()

    def _abandon(self) -> None:
        """Asks for an end at the next step, and forces it if none comes (a hung driver)."""
        self._left_alone.set()
        deadline = threading.Timer(SECONDS_TO_SAVE, os._exit, args=(exit_code_when_cancelled(),))
        deadline.daemon = True
        deadline.start()
