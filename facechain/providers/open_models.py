"""Models that stay loaded from one node to the next."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..interfaces import DeviceLease
from .catalog import ModelHandle, open_model
from .licences import require_accepted
from .model_entry import Role

_FileState = tuple[Path, int, int]


class OpenModels:
    """The models opened last, one per catalogue entry.

    A model is opened anew when one of its files was changed, moved or removed since. One that holds
    memory of a GPU outside of torch is not kept: the host could not take that memory back.
    """

    def __init__(self) -> None:
        self._opened: dict[tuple[Role, str], tuple[tuple[_FileState, ...], Any]] = {}

    def open(self, handle: ModelHandle, lease: DeviceLease) -> Any:
        """What `handle.open(lease)` gives, now or the last time. Raises as that does."""
        entry = handle.entry()
        require_accepted(entry, handle.locations)
        key, state = (entry.role, entry.id), _file_states(handle)
        known = self._opened.pop(key, None)
        unchanged = known and known[0] == state
        model = known[1] if known and unchanged else open_model(entry.role, entry.id, handle.locations, lease)
        if not lease.has_lent:
            self._opened[key] = (state, model)
        return model


def _file_states(handle: ModelHandle) -> tuple[_FileState, ...]:
    """Place, size and time of change of every file that is there."""
    paths = [handle.locations.path(file) for file in handle.entry().files]
    found = [(path, path.stat()) for path in paths if path]
    return tuple((path, stat.st_size, stat.st_mtime_ns) for path, stat in found)
