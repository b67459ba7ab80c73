"""Which restricted licences somebody accepted on this installation.

The record lies in the models folder, where no request and no workflow can write, so that a graph from
elsewhere cannot accept anything.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone

from ..errors import LicenceNotAccepted
from ..stored_files import write_atomically
from .model_entry import ModelEntry
from .model_files import ModelLocations

RECORD = "facechain/accepted-licences.json"


def is_accepted(entry: ModelEntry, locations: ModelLocations) -> bool:
    """True if `entry` may be fetched and run: its licence is free, or was accepted in its present wording."""
    return not entry.needs_acceptance or _accepted(locations).get(_key(entry)) == entry.licence


def require_accepted(entry: ModelEntry, locations: ModelLocations) -> None:
    """Nothing if `is_accepted`. Raises LicenceNotAccepted, with the terms and how to accept them."""
    if not is_accepted(entry, locations):
        terms = f" ({entry.licence_url})" if entry.licence_url else ""
        use = "forbids commercial use" if entry.commercial_use == "no" else "is unclear about commercial use"
        raise LicenceNotAccepted(
            f'The licence of {entry.role.value} "{entry.id}", {entry.licence}{terms}, {use}, and nobody accepted it '
            f"on this machine. Read it; if you agree, accept it in the node's dialog or run "
            f"`python scripts/models.py accept {entry.id}` in the extension's folder."
        )


def accept(entry: ModelEntry, locations: ModelLocations) -> None:
    """The licence of `entry` counts as accepted on this installation from now on."""
    accepted = _accepted(locations) | {_key(entry): entry.licence, f"{_key(entry)} since": _now()}
    file = locations.root / RECORD
    write_atomically(file, json.dumps(accepted, indent=2, ensure_ascii=False).encode())


def _accepted(locations: ModelLocations) -> dict[str, str]:
    try:
        record = json.loads((locations.root / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _key(entry: ModelEntry) -> str:
    return f"{entry.role.name.lower()}/{entry.id}"


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
