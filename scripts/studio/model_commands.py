"""What scripts/models.py does with the catalogue. Needs the core (`load_core`) and its packages."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from facechain.errors import FaceChainError
from facechain.providers.assets import fetch_embedded
from facechain.providers.catalog import MODELS
from facechain.providers.downloads import fetch_model
from facechain.providers.file_states import FileState, HashState
from facechain.providers.licences import accept, is_accepted
from facechain.providers.model_entry import ModelEntry
from facechain.providers.model_files import ModelLocations
from facechain.providers.model_states import model_states

from .errors import SetupError
from .model_table import model_table
from .stages import Reporter

_VERDICTS = {
    HashState.PUBLISHED: "as published",
    HashState.OTHER: "other content",
    HashState.UNKNOWN: "nothing to compare",
    HashState.NOT_READ: "cannot be read",
}
_WRONG = (HashState.OTHER, HashState.NOT_READ)


class PrintedProgress:
    """A line for every tenth of the bytes."""

    def __init__(self, report: Reporter) -> None:
        self._report = report
        self._tenths = 0

    def step(self, done: int, total: int) -> None:
        """A line, if another tenth is done; a caller that waits at the end says the same many times."""
        tenths = 10 * done // max(total, 1)
        if tenths > self._tenths:
            self._tenths = tenths
            self._report.line(f"{done / 1e6:.0f} of {total / 1e6:.0f} MB")


def fetch_embedded_into(folder: Path, report: Reporter) -> int:
    """0 when the embedded models are in `folder`, wherever that is."""
    done = _explained(partial(fetch_embedded, folder, PrintedProgress(report)), report)
    if done:
        report.line(f"The embedded models are in {folder}.")
    return 0 if done else 1


class ModelCommands:
    """The commands on one models folder; each gives the exit status of the program."""

    def __init__(self, models_folder: Path, report: Reporter) -> None:
        self._locations = ModelLocations(models_folder)
        self._report = report

    def list(self) -> int:
        """Every model of the catalogue, in words; no large file is read."""
        for line in model_table(model_states(self._locations, hashes=False)):
            self._report.line(line)
        self._report.line(
            f"\nSearched: {self._locations.root}. Folders of ComfyUI's extra_model_paths.yaml are not searched here; "
            "the node Check FaceChain Models knows them."
        )
        return 0

    def fetch(self, ids: Iterable[str]) -> int:
        """Every file of these models is there; those that are there already are left as they are."""
        for entry in [entry for id in ids for entry in _entries(id)]:
            fetch = partial(fetch_model, entry, self._locations, PrintedProgress(self._report))
            if not _explained(fetch, self._report):
                return 1
            folders = dict.fromkeys(str(self._locations.path(file).parent) for file in entry.files)
            self._report.line(f"The files of {entry.role.value} {entry.id} are in {', '.join(folders)}.")
        return 0

    def verify(self) -> int:
        """Every file that is there, compared with the published one; 1 if one differs or cannot be read."""
        states = model_states(self._locations, hashes=True)
        files = {file.place: file for state in states for file in state.files if file.path}
        for file in files.values():
            self._report.line(f"{_verdict(file):<22}  {file.place}")
        wrong = sum(file.is_damaged or file.hash in _WRONG for file in files.values())
        result = f"{wrong} not as published" if wrong else "none differs from what was published"
        self._report.line(f"Files compared in {self._locations.root}: {len(files)}, {result}.")
        return 1 if wrong else 0

    def accept(self, id: str, *, agreed: bool) -> int:
        """The licences of the models called `id` are accepted on this installation, if a person agrees."""
        for entry in _restricted_entries(id):
            if is_accepted(entry, self._locations):
                self._report.line(f"The licence of {entry.role.value} {id} was accepted here before.")
                continue
            self._report.line(_terms(entry))
            if not (agreed or _asked()):
                self._report.line("Nothing was accepted.")
                return 1
            self._write_acceptance(entry)
            self._report.line("Accepted on this installation.")
        return 0

    def _write_acceptance(self, entry: ModelEntry) -> None:
        try:
            accept(entry, self._locations)
        except OSError as error:
            raise SetupError(f"{self._locations.root} cannot be written ({error.strerror}). Mend that.") from error


def _entries(id: str) -> list[ModelEntry]:
    entries = [entry for entry in MODELS if entry.id == id]
    if not entries:
        known = ", ".join(dict.fromkeys(entry.id for entry in MODELS))
        raise SetupError(f'There is no model "{id}". Known: {known}.')
    return entries


def _restricted_entries(id: str) -> list[ModelEntry]:
    entries = _entries(id)
    restricted = [entry for entry in entries if entry.needs_acceptance]
    if not restricted:
        raise SetupError(f"The licence of {id}, {entries[0].licence}, needs no acceptance.")
    if not any(entry.runs for entry in restricted):
        raise SetupError(f"This version has no code that runs {id}. Nothing is accepted for it.")
    return restricted


def _explained(work: Callable[[], None], report: Reporter) -> bool:
    """True if `work` was done; an error that people can mend is told."""
    try:
        work()
    except FaceChainError as error:
        report.line(str(error))
        return False
    return True


def _verdict(file: FileState) -> str:
    if file.is_damaged:
        return "damaged"
    return _VERDICTS[file.hash]


def _terms(entry: ModelEntry) -> str:
    use = "forbids commercial use" if entry.commercial_use == "no" else "is unclear about commercial use"
    terms = f"\nRead it at {entry.licence_url}" if entry.licence_url else ""
    return f"The licence of {entry.role.value} {entry.id}, {entry.licence}, {use}.{terms}"


def _asked() -> bool:
    if not sys.stdin.isatty():
        raise SetupError("There is no terminal to ask on. If you agree, run this again with --yes.")
    try:
        return input('Type "yes" if you agree: ').strip().lower() == "yes"
    except EOFError:
        return False
