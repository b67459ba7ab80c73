"""Why a worker died that could not say so itself."""

from __future__ import annotations

import re
import sys
from pathlib import Path

LINES_SHOWN = 40
NO_MODULE = re.compile(r"No module named '?(\w+)")
KILLED = "Signal 9 (SIGKILL) received"
"""What torch writes when one of several processes was killed; its own exit code is 1 then."""


def post_mortem(exit_code: int, log: Path, log_start: int) -> str:
    """Why the worker seems to have died, what to do, and the end of what it wrote since byte `log_start`."""
    with open(log, "rb") as file:
        file.seek(log_start)
        written = file.read().decode("utf-8", "replace")
    lines = written.splitlines()[-LINES_SHOWN:]
    missing = NO_MODULE.search(lines[-1]) if lines else None
    if missing:  # Python's last words; accelerate itself, which starts several processes, cannot be found then
        return missing_package(missing[1], lines[-1])
    end = f"exit code {exit_code}"
    advice = "The end of its log is below."
    if exit_code == -9 or KILLED in written:
        end = "killed by the system"
        advice = "Most likely memory ran out: close other programs, or lower resolution or batch size."
    elif exit_code < 0:
        end = f"signal {-exit_code}"
    text = "\n".join(lines) or "(the log is empty)"
    return (
        f"The training process ended without a result ({end}). {advice} "
        f"Queue the same job again: it goes on from its last saved state.\n{text}"
    )


def missing_package(name: str, reason: str) -> str:
    """The sentences for a package without which nothing can be trained."""
    return (
        f"Training needs the package {name}, which cannot be imported ({reason.strip()}). "
        f'Install what FaceChain\'s requirements.txt names: "{sys.executable}" -m pip install -r requirements.txt'
    )
