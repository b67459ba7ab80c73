"""Processes that are not our own children, by the standard library alone: the host's side loads nothing else."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

SECONDS_BETWEEN_LOOKS = 0.5
SYNCHRONIZE, FOR_EVER = 0x0010_0000, 0xFFFF_FFFF  # winnt.h, winbase.h


def wait_for_end(process_id: int) -> None:
    """Returns when the process has ended; at once if there is none of this number."""
    if sys.platform == "win32":  # os.kill(..., 0) would press Ctrl+C there
        kernel = ctypes.windll.kernel32
        if handle := kernel.OpenProcess(SYNCHRONIZE, False, process_id):
            kernel.WaitForSingleObject(handle, FOR_EVER)
            kernel.CloseHandle(handle)
        return
    with suppress(ProcessLookupError):
        while True:
            os.kill(process_id, 0)
            time.sleep(SECONDS_BETWEEN_LOOKS)


def started_by(process_id: int) -> list[int]:
    """Its children, their children and so on; empty on Windows, where `kill_tree_on_windows` finds them."""
    parents = _parents() if os.name != "nt" else {}
    found, parent = [], [process_id]
    while parent:
        parent = [child for child, above in parents.items() if above in parent]
        found += parent
    return found


def kill_all(process_ids: list[int]) -> None:
    """Kills those that still run."""
    for process_id in process_ids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(process_id, signal.SIGKILL)


def kill_tree_on_windows(process_id: int) -> None:
    """Kills the process with all that it started, which can be found only while it runs itself."""
    subprocess.run(["taskkill", "/PID", str(process_id), "/T", "/F"], capture_output=True, check=False)


def _parents() -> dict[int, int]:
    """The parent of every process of this machine."""
    if sys.platform == "linux":  # small images have no ps
        rows = (_read(file) for file in Path("/proc").glob("[0-9]*/stat"))
        # The name, in brackets, may hold blanks and brackets itself; the state and the parent come behind it.
        return {int(row.split(None, 1)[0]): int(row.rpartition(")")[2].split()[1]) for row in rows if row}
    listing = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    return {int(child): int(parent) for child, parent in map(str.split, listing.splitlines())}


def _read(file: Path) -> str:
    """Empty if the process has ended by now."""
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
