"""Deleting a person: what it takes, and that nothing of it is left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from ..errors import FaceChainError
from ..people_listing import PeopleFolders, library_files, listed_person, people_listing, require_known
from ..people_store import REFERENCES, PeopleStore
from ..person_files import lora_versions, try_remove
from .person_traces import TracePlaces, Traces, find_traces, remove_traces, trained_as


@dataclass(frozen=True, slots=True)
class PersonPlaces:
    """Every place of an installation that may know a person."""

    library: PeopleFolders
    traces: TracePlaces
    sample_copies: Path
    """Portraits of trainings as a page may view them: `<job>-<name>.png`."""


class Amount(TypedDict):
    """How much of one kind."""

    count: int
    bytes: int


class DeletionListing(TypedDict):
    """What a deletion takes, in JSON. Finished portraits are no part of it."""

    slug: str
    display_name: str
    loras: Amount
    references: Amount
    datasets: Amount
    trainings: Amount
    """With their sample portraits."""
    photos: Amount
    """Uploaded ones that nobody else was made of."""


def deletion_listing(slug: str, places: PersonPlaces) -> DeletionListing:
    """What `delete_every_trace` would take. Raises PersonNotFound."""
    person = listed_person(slug, places.library)
    traces = _traces(slug, places)
    files = library_files(slug, places.library)
    return {
        "slug": slug,
        "display_name": person["display_name"],
        "loras": _amount(file for file in files if file.parent == places.library.loras),
        "references": _amount(file for file in files if file.parent.name == REFERENCES),
        "datasets": _amount(traces.datasets),
        "trainings": _amount(traces.jobs),
        "photos": _amount(traces.uploads),
    }


def delete_every_trace(slug: str, places: PersonPlaces) -> None:
    """Nothing of the person is left: library, datasets, trainings, sample portraits, uploaded photos.

    Raises PersonNotFound; TrainingBusy, with everything still there, if they are trained at this moment;
    FaceChainError or PersonUnreadable if a file is held open, and what is left can be deleted again.
    """
    require_known(slug, places.library)
    traces = _traces(slug, places)
    copies = [file for job in traces.jobs for file in places.sample_copies.glob(f"{job.name}-*")]
    try:
        remove_traces(traces)
    except OSError as error:
        raise FaceChainError(
            f'Not all datasets, trainings and photos of "{slug}" could be removed ({error.strerror or error}). '
            "Close the programs that have them open, then delete again."
        ) from error
    for copy in copies:
        try_remove(copy)  # a page may be reading it; the host empties that folder when it starts
    PeopleStore(places.library.people, places.library.loras).delete_person(slug)


def _traces(slug: str, places: PersonPlaces) -> Traces:
    # A training keeps the name that the person had then. Where it gave one of their LoRAs, and nobody
    # has that name now, they were renamed.
    weights = {file.name.removeprefix(f"{slug}-")[:8] for file in lora_versions(places.library.loras, slug)}
    others = {person["slug"] for person in people_listing(places.library)["people"]}
    return find_traces(slug, places.traces, trained_as(weights, places.traces.jobs) - others)


def _amount(paths: Iterable[Path]) -> Amount:
    sizes = [_size_bytes(path) for path in paths]
    return {"count": len(sizes), "bytes": sum(sizes)}


def _size_bytes(path: Path) -> int:
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files)
