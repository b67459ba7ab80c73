"""The end of a worker process: asked for, then insisted on, then brought about."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from .control import CANCEL_FILE
from .processes import kill_all, kill_tree_on_windows, started_by

SECONDS_TO_SAVE = 10.0
"""After a cancel, for the step that runs and for writing the state; then the worker is terminated."""
SECONDS_TO_DIE = 5.0
"""After terminating, before killing."""


def end(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Sees the worker end, with every process that it started: asked first, then terminated, then killed."""
    if process.poll() is None:
        (folder / CANCEL_FILE).touch()
        if not _ends_within(process, SECONDS_TO_SAVE):
            _insist(process)
    if os.name != "nt":
        _kill_group(process.pid)
    process.wait()
    if process.stdin:
        process.stdin.close()  # whoever is left, because the launcher died before all others, sees this


def _insist(process: subprocess.Popen[bytes]) -> None:
    """The worker and all that it started are gone."""
    if os.name == "nt":
        kill_tree_on_windows(process.pid)  # terminating is killing there, and would hide the children
        process.kill()
        return
    # Listed while their parent lives. accelerate gives each a session of its own: no signal to the worker's group
    # reaches them.
    started = started_by(process.pid)
    process.terminate()
    _ends_within(process, SECONDS_TO_DIE)
    kill_all(started)


def _ends_within(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _kill_group(group: int) -> None:
    """Kills what is left of the worker's session; most often nothing is."""
    with suppress(ProcessLookupError, PermissionError):  # macOS answers EPERM for zombies
        os.killpg(group, signal.SIGKILL)
