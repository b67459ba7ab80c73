"""Runs one command, and ends it with all its children when our standard input closes.

The system closes that pipe however the starting process ends, so no server is left behind after
Ctrl-C, an error, or a kill. Standard library only; started by path.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress

GRACE_S = 5.0
"""ComfyUI has nothing to save on the way out; this is for a training process to close its files."""


def main() -> int:
    """The command's exit status, or 1 where we ended it."""
    child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, start_new_session=True)
    threading.Thread(target=_end_when_stdin_closes, args=(child,), daemon=True).start()
    return max(0, child.wait())


def _end_when_stdin_closes(child: subprocess.Popen[bytes]) -> None:
    while os.read(0, 1024):
        pass
    _end(child)
    os._exit(1)


def _end(child: subprocess.Popen[bytes]) -> None:
    """The child and its children are gone."""
    if os.name == "nt":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(child.pid)], check=False, capture_output=True)
        return
    _signal_group(child.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        child.wait(GRACE_S)
    _signal_group(child.pid, signal.SIGKILL)  # also those that outlived the child


def _signal_group(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, number)


if __name__ == "__main__":
    sys.exit(main())
