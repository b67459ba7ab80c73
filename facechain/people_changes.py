"""Renaming people of the library and taking in those of other machines."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from .errors import PersonExists
from .names import slug_from_name
from .people import Person
from .people_store import PeopleStore
from .person_archive import read_exported_person


def renamed(person: Person, display_name: str) -> Person:
    """`person` under another name; the trigger word stays, the LoRA was trained with it. Raises InvalidName."""
    return replace(person, slug=slug_from_name(display_name), display_name=display_name.strip())


def rename_person(store: PeopleStore, slug: str, display_name: str) -> Person:
    """The person of `slug`, who is called `display_name` from now on.

    Raises PersonNotFound, InvalidName, or PersonExists if another one has that name.
    """
    person = renamed(store.load_person(slug), display_name)
    if person.slug != slug:
        _require_free(store, person)
    saved = store.save_person(person)
    if person.slug != slug:
        store.delete_person(slug)
    return saved


def import_person(store: PeopleStore, file: Path, display_name: str = "") -> Person:
    """The person in `file`, an export of this or another machine, as they are in the library now.

    With `display_name` they get that name. The very same person may be imported again.

    Raises PersonUnreadable for a file that is no whole export, InvalidName, PersonExists if somebody
    else has that name, or FaceChainError if the disk is full.
    """
    # Beside nothing that a host lists: an unpacked LoRA that was not checked yet must not be offered.
    with tempfile.TemporaryDirectory(prefix="facechain-import-", ignore_cleanup_errors=True) as folder:
        person = read_exported_person(file, Path(folder))
        person = renamed(person, display_name) if display_name.strip() else person
        _require_free(store, person)
        return store.save_person(person)


def _require_free(store: PeopleStore, person: Person) -> None:
    if person.slug in store.names() and store.load_person(person.slug).lora_sha256 != person.lora_sha256:
        raise PersonExists(
            f'Somebody else is called "{person.slug}" on this machine already. '
            "Choose another name, or delete that person."
        )
