"""The people library as a page shows it: who is in it, how large they are, and a picture of each."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from PIL import Image

from .errors import PersonNotFound, PersonUnreadable
from .people_store import RECORD, REFERENCES
from .person_files import lora_versions, read_reference, verified_lora
from .person_record import PersonRecord, read_record

PICTURE_SIDE_PX = 256
"""Twice the side at which a page shows it, for dense screens."""


@dataclass(frozen=True, slots=True)
class PeopleFolders:
    """Where an installation keeps its people."""

    people: Path
    loras: Path


class ListedPerson(TypedDict):
    """One person in JSON; of a damaged one only name, size and problem are known."""

    slug: str
    display_name: str
    base_family: str
    trigger_word: str
    subject: str
    created: str
    """ISO 8601 with a time zone."""
    references: int
    bytes: int
    """On disk, with every version of the LoRA."""
    problem: str
    """Why the person cannot be used; empty when they can."""


class PeopleListing(TypedDict):
    """Everybody in JSON."""

    people: list[ListedPerson]


def people_listing(folders: PeopleFolders) -> PeopleListing:
    """Everybody by display name, folders without a record too: they hold pictures of somebody. Hashes no LoRA."""
    people = [_listed(slug, folders) for slug in _slugs(folders)]
    return {"people": sorted(people, key=lambda person: (person["display_name"].casefold(), person["slug"]))}


def listed_person(slug: str, folders: PeopleFolders) -> ListedPerson:
    """One of `people_listing`. Raises PersonNotFound."""
    require_known(slug, folders)
    return _listed(slug, folders)


def require_known(slug: str, folders: PeopleFolders) -> None:
    """Nothing; raises PersonNotFound unless the library has a file of this very slug."""
    if not library_files(slug, folders):
        known = ", ".join(_slugs(folders)) or "nobody"
        raise PersonNotFound(
            f'Person "{slug}" is not on this machine; the library has: {known}. '
            "Choose one of them, or import the person."
        )


def library_files(slug: str, folders: PeopleFolders) -> list[Path]:
    """Every file of `slug` in the library, LoRA versions last. `slug` is compared, and never part of a path."""
    inside = [
        file
        for folder in _folders(folders)
        if folder.name == slug
        for file in sorted(folder.rglob("*"))
        if not file.is_dir()
    ]
    return inside + lora_versions(folders.loras, slug)


def best_reference(slug: str, folders: PeopleFolders) -> bytes:
    """The best reference crop as a PNG file of 256 x 256 px.

    Raises PersonNotFound, or PersonUnreadable if record or picture is damaged.
    """
    require_known(slug, folders)
    folder = folders.people / slug
    crop = read_reference(folder / REFERENCES, read_record(folder / RECORD).references[0])
    stream = io.BytesIO()
    side = (PICTURE_SIDE_PX, PICTURE_SIDE_PX)
    Image.fromarray(crop).resize(side, Image.Resampling.LANCZOS).save(stream, "PNG")
    return stream.getvalue()


def _folders(folders: PeopleFolders) -> list[Path]:
    return [folder for folder in sorted(folders.people.glob("*")) if folder.is_dir()]


def _slugs(folders: PeopleFolders) -> list[str]:
    return [folder.name for folder in _folders(folders)]


def _listed(slug: str, folders: PeopleFolders) -> ListedPerson:
    record, problem = _record_or_problem(slug, folders)
    files = library_files(slug, folders)
    pictures = [file for file in files if file.parent.name == REFERENCES]
    return {
        "slug": slug,
        "display_name": record.display_name if record else slug,
        "base_family": record.base_family if record else "",
        "trigger_word": record.trigger_word if record else "",
        "subject": record.subject if record else "",
        "created": record.created.isoformat() if record else "",
        "references": len(record.references) if record else len(pictures),
        "bytes": sum(file.stat().st_size for file in files),
        "problem": problem,
    }


def _record_or_problem(slug: str, folders: PeopleFolders) -> tuple[PersonRecord | None, str]:
    try:
        record = read_record(folders.people / slug / RECORD)
    except PersonUnreadable as error:
        return None, str(error)
    try:
        # What is there is believed: hashing all of it would take seconds.
        if not (folders.loras / record.lora.name).is_file():
            verified_lora(folders.loras, slug, record.lora)
        references = folders.people / slug / REFERENCES
        for file in record.references:
            if not (references / file.name).is_file():
                read_reference(references, file)
    except PersonUnreadable as error:
        return record, str(error)
    return record, ""
