"""What of the catalogue is on this installation, and what stands between each model and its use."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from ..progress import Progress, SilentProgress, stepped
from .catalog import MODELS
from .file_states import FileReport, FileState, HashState, file_state
from .licences import is_accepted
from .model_entry import ModelEntry
from .model_files import ModelLocations
from .model_status import ModelStatus, advice

NOBODY = SilentProgress()


class ModelReport(TypedDict):
    """One model in JSON."""

    role: str
    id: str
    status: str
    advice: str
    licence: str
    licence_url: str
    commercial_use: str
    proof: str
    files: list[FileReport]
    addresses: list[str]


@dataclass(frozen=True, slots=True)
class ModelState:
    """One model of the catalogue on this installation."""

    entry: ModelEntry
    files: tuple[FileState, ...]
    """In the order of `entry.files`."""
    is_accepted: bool
    """True if its licence needs no acceptance, or has it."""
    lacks_package: bool
    """True if its Python package is not installed."""

    @property
    def absent(self) -> tuple[FileState, ...]:
        """The files that are in none of their folders."""
        return tuple(file for file in self.files if file.path is None)

    @property
    def lacks(self) -> tuple[FileState, ...]:
        """Those of `absent` without which it does not run."""
        return tuple(file for file in self.absent if file.model in self.entry.required_files)

    @property
    def own(self) -> tuple[FileState, ...]:
        """The files that are not embedded, which many models share; all when there are no others."""
        return tuple(file for file in self.files if not file.model.is_embedded) or self.files

    @property
    def status(self) -> ModelStatus:
        """The first thing that stands in the way, in the order in which a person would remove them."""
        table = (
            (not self.entry.runs, ModelStatus.KNOWN_ONLY),
            (not self.is_accepted, ModelStatus.LICENCE),
            (self.lacks_package, ModelStatus.PACKAGE),
            (any(file.is_damaged for file in self.files), ModelStatus.DAMAGED),
            (all(file.path is None for file in self.own), ModelStatus.MISSING),
            (bool(self.lacks), ModelStatus.PARTLY_MISSING),
            (any(file.hash is HashState.OTHER for file in self.files), ModelStatus.OTHER_WEIGHTS),
        )
        return next((status for applies, status in table if applies), ModelStatus.INSTALLED)

    @property
    def is_runnable(self) -> bool:
        """True if nothing has to be fetched, accepted, mended or installed before it runs."""
        return self.status in (ModelStatus.INSTALLED, ModelStatus.OTHER_WEIGHTS)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where its files are published, each once; empty for those that come out of Python packages."""
        return tuple(dict.fromkeys(source.url for file in self.entry.files for source in file.sources))

    @property
    def advice(self) -> str:
        """What to do next, in one sentence; empty when there is nothing to do."""
        return advice(self.status, self.entry, self.files)

    def report(self) -> ModelReport:
        """The model in JSON; no path outside of the models folder."""
        return {
            "role": self.entry.role.value,
            "id": self.entry.id,
            "status": self.status.value,
            "advice": self.advice,
            "licence": self.entry.licence,
            "licence_url": self.entry.licence_url,
            "commercial_use": self.entry.commercial_use,
            "proof": self.entry.proof.value,
            "files": [file.report() for file in self.files],
            "addresses": list(self.addresses),
        }


def model_states(
    locations: ModelLocations,
    *,
    hashes: bool,
    progress: Progress = NOBODY,
    models: Sequence[ModelEntry] = MODELS,
) -> tuple[ModelState, ...]:
    """The state of every model, in the catalogue's order; a file of several models is looked at once.

    With `hashes` every file is read, about a second for each 500 MB that no earlier call has read;
    without, only small ones. Progress counts files.
    """
    files = tuple(dict.fromkeys(file for entry in models for file in entry.files))
    states = {file: file_state(file, locations, read=hashes) for file in stepped(files, progress)}
    return tuple(
        ModelState(
            entry,
            tuple(states[file] for file in entry.files),
            is_accepted(entry, locations),
            bool(entry.package) and importlib.util.find_spec(entry.package) is None,
        )
        for entry in models
    )
