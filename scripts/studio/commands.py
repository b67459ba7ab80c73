"""Child processes that write a log and explain themselves when they fail."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from .errors import SetupError


def run_logged(command: Sequence[str | Path], log: Path, *, environ: Mapping[str, str] | None = None) -> None:
    """Run `command` with its output appended to `log`; raises SetupError with the log's end."""
    log.parent.mkdir(parents=True, exist_ok=True)
    words = [str(word) for word in command]
    with log.open("a", encoding="utf-8") as output:
        output.write(f"$ {' '.join(words)}\n")
        output.flush()
        done = subprocess.run(
            words,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        raise SetupError(
            f"`{' '.join(words[:4])} ...` ended with code {done.returncode}. "
            f"Read {log}, mend the cause, run again:\n{tail(log, 15)}"
        )


def tail(log: Path, lines: int) -> str:
    """The last `lines` lines of `log`, indented; empty where there is no log."""
    return "\n".join(f"    {line}" for line in log_text(log).splitlines()[-lines:])


def log_text(log: Path) -> str:
    """Content of `log` without colours; empty where there is no log."""
    text = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
