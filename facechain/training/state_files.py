"""How saved states are called, so that the host can see where a training goes on without loading one."""

from __future__ import annotations

from pathlib import Path

PREFIX = "state-"


def state_name(step: int) -> str:
    """Name without suffix of the files saved after `step` steps."""
    return f"{PREFIX}{step:06d}"


def state_records(folder: Path) -> list[Path]:
    """The JSON halves of the states in `folder`, newest first."""
    return sorted((file for file in folder.glob(f"{PREFIX}*.json") if _digits(file).isdecimal()), reverse=True)


def newest_step(folder: Path) -> int:
    """Steps done in the newest state of `folder`; 0 without one."""
    records = state_records(folder)
    return int(_digits(records[0])) if records else 0


def _digits(record: Path) -> str:
    return record.stem.removeprefix(PREFIX)
