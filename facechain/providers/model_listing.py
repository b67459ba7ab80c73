"""The models that a person can choose, as the page needs to know them."""

from __future__ import annotations

import importlib.util
from typing import TypedDict

from ..errors import InvalidSetting, ModelUnavailable
from .addresses import host_of, mirrored
from .catalog import MODELS
from .licences import accept, is_accepted
from .model_entry import ModelEntry
from .model_files import ModelLocations


class ListedModel(TypedDict):
    """One model in JSON."""

    role: str
    id: str
    licence: str
    licence_url: str
    commercial_use: str
    accepted: bool
    """True if its licence needs no acceptance, or has it."""
    installed: bool
    """True if its files and its package are here."""
    bytes: int | None
    """Of the files that are not here; None where one has no known size."""
    hosts: list[str]
    """Machines that the files which are not here come from; empty when somebody has to put one there."""
    folder: str
    """Where they belong, below the models folder."""


def model_listing(locations: ModelLocations) -> list[ListedModel]:
    """Every model that this version can run, in the catalogue's order; no file is read."""
    return [_listed(entry, locations) for entry in MODELS if entry.runs]


def accept_licence(role: str, id: str, locations: ModelLocations) -> ModelEntry:
    """The model of `role` with this id, whose licence counts as accepted on this installation from now on.

    Raises ModelUnavailable if there is no such model, InvalidSetting if nobody has to accept its licence.
    """
    entry = next((one for one in MODELS if one.runs and (one.role.value, one.id) == (role, id)), None)
    if entry is None:
        raise ModelUnavailable(f'There is no {role} "{id}". Choose a model of Check FaceChain Models.')
    if not entry.needs_acceptance:
        raise InvalidSetting(f"The licence of {entry.id}, {entry.licence}, needs no acceptance. Use it as it is.")
    accept(entry, locations)
    return entry


def _listed(entry: ModelEntry, locations: ModelLocations) -> ListedModel:
    absent = [file for file in entry.files if locations.path(file) is None]
    sizes = [file.bytes for file in absent]
    addresses = [source.url for file in absent for source in file.sources[:1] if not file.is_embedded]
    by_hand = not all(file.can_be_fetched for file in absent)
    has_package = not entry.package or importlib.util.find_spec(entry.package) is not None
    return {
        "role": entry.role.value,
        "id": entry.id,
        "licence": entry.licence,
        "licence_url": entry.licence_url,
        "commercial_use": entry.commercial_use,
        "accepted": is_accepted(entry, locations),
        "installed": not absent and has_package,
        "bytes": sum(sizes) if all(sizes) else None,
        "hosts": [] if by_hand else list(dict.fromkeys(host_of(mirrored(address)) for address in addresses)),
        "folder": entry.files[0].folders[0] if entry.files else "",
    }
