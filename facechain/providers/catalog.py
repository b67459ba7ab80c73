"""Which models exist, which of them can run here, and their opening; a model's module is imported then."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..errors import AssetMissing, ModelUnavailable
from ..interfaces import DeviceLease
from .embedded_models import EMBEDDED_MODELS
from .face_models import FACE_MODELS
from .licences import is_accepted, require_accepted
from .model_entry import ModelEntry, Role
from .model_files import EMBEDDED_FOLDER, ModelLocations
from .parsing_models import PARSING_MODELS
from .portrait_models import PORTRAIT_MODELS

AUTO = "auto"
"""Stands for the best model of its role on this installation."""

MODELS = (*FACE_MODELS, *PARSING_MODELS, *PORTRAIT_MODELS, *EMBEDDED_MODELS)
"""Within a role in the order of preference of "auto"; the embedded one is last and always possible."""


@dataclass(frozen=True, slots=True)
class ModelHandle:
    """A model that is chosen but not loaded; safe to send to another process."""

    role: Role
    id: str
    """Catalogue id, or "auto"."""
    locations: ModelLocations

    def __repr__(self) -> str:
        return f"ModelHandle({self.role.value}, {self.id})"

    def entry(self) -> ModelEntry:
        """What the catalogue says of it. Raises as `find_model` does."""
        return find_model(self.role, self.id, self.locations)

    def open(self, lease: DeviceLease) -> Any:
        """The model, loaded: what the Protocol of its role says. Raises as `open_model` does."""
        return open_model(self.role, self.id, self.locations, lease)


def model_ids(role: Role) -> list[str]:
    """Ids of the models of `role` that this version can run, in the order of preference."""
    return [entry.id for entry in MODELS if entry.role is role and entry.runs]


def find_model(role: Role, id: str, locations: ModelLocations) -> ModelEntry:
    """The catalogue's entry for `id`; for "auto" the first of its role that can run on this installation.

    Raises ModelUnavailable if there is no such id, or none that runs.
    """
    entries = [entry for entry in MODELS if entry.role is role and entry.runs]
    if id == AUTO:
        return _best(role, entries, locations)
    for entry in entries:
        if entry.id == id:
            return entry
    known = ", ".join((AUTO, *(entry.id for entry in entries)))
    raise ModelUnavailable(f'There is no {role.value} "{id}". Choose one of: {known}.')


def analyzer_like(ids: Iterable[str], locations: ModelLocations) -> str:
    """Id of the analyzer where none is connected: that of `ids`, which saw the people at hand, if it can run here.

    "auto" without people, for people whom different analyzers saw, and where theirs is not installed.
    """
    known = {entry.id: entry for entry in MODELS if entry.role is Role.ANALYZER}
    wanted = set(ids)
    entry = known.get(wanted.pop()) if len(wanted) == 1 else None
    return entry.id if entry and is_installed(entry, locations) else AUTO


def is_installed(entry: ModelEntry, locations: ModelLocations) -> bool:
    """True if nothing has to be fetched, accepted or installed before `entry` runs.

    Embedded files do not count: they are fetched by whoever needs them first.
    """
    if entry.package and importlib.util.find_spec(entry.package) is None:
        return False
    files = [file for file in entry.required_files if EMBEDDED_FOLDER not in file.folders]
    return is_accepted(entry, locations) and all(locations.path(file) for file in files)


def open_model(role: Role, id: str, locations: ModelLocations, lease: DeviceLease) -> Any:
    """The model `id` of `role` ("auto": the best one) with its files checked and its networks loaded.

    Raises ModelUnavailable for an unknown id or a missing package, LicenceNotAccepted, and AssetMissing or
    AssetCorrupt for its files.
    """
    entry = find_model(role, id, locations)
    require_accepted(entry, locations)
    _require_package(entry)
    missing = [file for file in entry.required_files if locations.path(file) is None]
    if missing:
        names = ", ".join(f"{file} (belongs into {locations.home(file).parent})" for file in missing)
        raise AssetMissing(f'{entry.role.value.capitalize()} "{entry.id}" lacks {len(missing)} files: {names}.')
    module = importlib.import_module(entry.module, package=__package__)
    return getattr(module, entry.class_name)(locations, lease)


def _best(role: Role, entries: list[ModelEntry], locations: ModelLocations) -> ModelEntry:
    possible = (entry for entry in entries if entry.chosen_by_auto and is_installed(entry, locations))
    best = next(possible, None)
    if best is None:
        known = ", ".join(entry.id for entry in entries) or "none in this version"
        raise ModelUnavailable(f"No {role.value} is installed. Known: {known}. See Check FaceChain Models.")
    return best


def _require_package(entry: ModelEntry) -> None:
    if entry.package and importlib.util.find_spec(entry.package) is None:
        raise ModelUnavailable(
            f'{entry.role.value.capitalize()} "{entry.id}" needs the Python package {entry.package}. '
            f"{entry.package_note} Or choose another one."
        )
