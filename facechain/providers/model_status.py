"""What stands between a model and its use, and what a person can do about it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from .file_states import FileState, HashState
from .model_entry import ModelEntry


class ModelStatus(Enum):
    """The first thing that stands between a model and its use. Values are stable codes."""

    INSTALLED = "installed"
    OTHER_WEIGHTS = "other_weights"
    """Runs, with a file that is not the published one."""
    MISSING = "missing"
    """None of its own files is here."""
    PARTLY_MISSING = "partly_missing"
    DAMAGED = "damaged"
    """A file is shorter than the published one, or an embedded one differs from it."""
    LICENCE = "licence"
    """Somebody must accept its licence first; its files may be here or not."""
    PACKAGE = "package"
    """Its Python package is not installed."""
    KNOWN_ONLY = "known_only"
    """This version has no code that runs it."""


def advice(status: ModelStatus, entry: ModelEntry, files: Sequence[FileState]) -> str:
    """What to do next, in one sentence; empty when there is nothing to do."""
    command = "python scripts/models.py"
    damaged = ", ".join(f"{file.place} ({file.bytes} of {file.model.bytes} bytes)" for file in files if file.is_damaged)
    absent = ", ".join(file.model.file for file in files if file.path is None)
    other = ", ".join(file.model.file for file in files if file.hash is HashState.OTHER)
    table = {
        ModelStatus.INSTALLED: f"Without {absent} it tells less; `{command} fetch {entry.id}`." if absent else "",
        ModelStatus.OTHER_WEIGHTS: f"It runs with other weights than the published ones ({other}).",
        ModelStatus.MISSING: _how_to_get(entry, files),
        ModelStatus.PARTLY_MISSING: _how_to_get(entry, files),
        ModelStatus.DAMAGED: f"Delete {damaged} unless you chose it, and run `{command} fetch {entry.id}`.",
        ModelStatus.LICENCE: f"Read its licence; if you agree, run `{command} accept {entry.id}`.",
        ModelStatus.PACKAGE: f"Install the Python package {entry.package} into ComfyUI's Python. {entry.package_note}",
        ModelStatus.KNOWN_ONLY: "This version has no code that runs it.",
    }
    return table[status].strip()


def _how_to_get(entry: ModelEntry, files: Sequence[FileState]) -> str:
    absent = [file for file in files if file.path is None]
    by_hand = [file.place for file in absent if not file.model.can_be_fetched]
    if by_hand:
        return f"Put {', '.join(by_hand)} there by hand."
    size = sum(file.model.bytes for file in absent)
    much = f" ({size / 1e6:.0f} MB)" if size else ""
    return f"It comes with its first use{much}, or now with `python scripts/models.py fetch {entry.id}`."
