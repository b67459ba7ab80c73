"""The people library: one folder per person and one LoRA file per training."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from .embeddings import Embedding
from .errors import FaceChainError, PersonNotFound, PersonUnreadable
from .interfaces import FaceAnalyzer
from .people import Person
from .person_embeddings import cached_embeddings
from .person_files import (
    copy_lora,
    lora_versions,
    read_reference,
    remove_empty_folders,
    try_remove,
    verified_lora,
    write_reference,
)
from .person_record import PersonRecord, read_record
from .stored_files import DRAFT_SUFFIX, file_sha256, write_atomically

logger = logging.getLogger(__name__)

RECORD = "person.json"
REFERENCES = "references"
_DELETIONS = ".deletions"


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """One line of the library's list."""

    slug: str
    display_name: str
    problem: str = ""
    """Why the record cannot be read; empty when it can."""


@dataclass(frozen=True, slots=True)
class DeletedPerson:
    """What a deletion took."""

    slug: str
    files: tuple[str, ...]
    """Plain names, LoRA files last."""
    size_bytes: int


class PeopleStore:
    """People in `people_folder/<slug>/`, their LoRAs in `loras_folder/<slug>-<first 8 of sha256>.safetensors`.

    person.json is replaced last and in one step, and names every other file by its content. So a
    save that is interrupted anywhere leaves the earlier person as it was. The files of the earlier
    version stay until the save after: an open page may still name them.
    """

    def __init__(self, people_folder: Path, loras_folder: Path) -> None:
        self._people = people_folder
        self._loras = loras_folder

    def save_person(self, person: Person) -> Person:
        """`person` as it is in the library: its LoRA copied there, an earlier one of its slug replaced.

        Raises FaceChainError if a file cannot be written, PersonUnreadable if the LoRA is not the
        one that was hashed. The library is then what it was before.
        """
        slug, earlier = person.slug, self._record_or_none(person.slug)
        before, record = set(self._files_of(slug)), None
        try:
            draft = self._write_files(person)
            write_atomically(self._people / slug / RECORD, draft.to_json().encode())
            record = draft
        except OSError as error:
            raise FaceChainError(
                f'Person "{slug}" could not be saved ({error.strerror or error}); the library is unchanged. '
                "Free disk space, or check the rights of the models folder, then queue again."
            ) from error
        finally:
            added = set(self._files_of(slug)) - before
            self._remove(self._stale_files(slug, [record, earlier]) if record else added, slug)
        logger.info("Saved person %s with %d references", slug, len(person.references))
        return self.load_person(slug)

    def load_person(self, slug: str) -> Person:
        """The person in folder `slug`. The LoRA is hashed once per change of the file.

        Raises PersonNotFound, or PersonUnreadable if a file is missing, damaged or was changed.
        """
        if slug not in self.names():
            raise self._not_found(slug)
        folder = self._people / slug
        record = read_record(folder / RECORD)
        return Person(
            slug=record.slug,
            display_name=record.display_name,
            trigger_word=record.trigger_word,
            subject=record.subject,
            attribute_words=record.attribute_words,
            base_family=record.base_family,
            base_sha256=record.base_sha256,
            lora_file=verified_lora(self._loras, slug, record.lora),
            lora_sha256=record.lora.sha256,
            references=tuple(read_reference(folder / REFERENCES, file) for file in record.references),
            analyzer_id=record.analyzer_id,
            created=record.created,
        )

    def names(self) -> list[str]:
        """The slug of everybody in the library, readable or not, sorted."""
        return sorted(record.parent.name for record in self._people.glob(f"*/{RECORD}"))

    def fingerprint(self, slug: str) -> str:
        """A text that differs after the person was saved with a change, deleted or brought back."""
        file = self._people / slug / RECORD
        known = file_sha256(file) if slug in self.names() else "absent"
        return f"{known}|{self.deletion_count()}"

    def list_people(self) -> tuple[PersonEntry, ...]:
        """Everybody in the library by display name, damaged ones with their problem. Hashes no LoRA."""
        entries = [self._entry(slug) for slug in self.names()]
        return tuple(sorted(entries, key=lambda entry: (entry.display_name.casefold(), entry.slug)))

    def delete_person(self, slug: str) -> DeletedPerson:
        """What was removed: the folder of `slug` and every version of its LoRA.

        Raises PersonNotFound if there is neither, PersonUnreadable if a file is held open elsewhere.
        """
        files = self._files_of(slug)
        if not files:
            raise self._not_found(slug)
        write_atomically(self._people / _DELETIONS, str(self.deletion_count() + 1).encode())
        size_bytes = sum(file.stat().st_size for file in files)
        held = [file.name for file in files if not try_remove(file)]
        remove_empty_folders(self._people / slug)
        if held:
            raise PersonUnreadable(
                f'{len(held)} files of person "{slug}" are in use: {", ".join(held)}. '
                "Unload the models or restart ComfyUI, then delete again."
            )
        return DeletedPerson(slug, tuple(file.name for file in files), size_bytes)

    def deletion_count(self) -> int:
        """How many people were ever deleted here. Part of a node's fingerprint: it makes cached results stale."""
        counter = self._people / _DELETIONS
        return int(counter.read_text(encoding="ascii")) if counter.is_file() else 0

    def identity_embeddings(self, person: Person, analyzer: FaceAnalyzer) -> tuple[Embedding, ...]:
        """One embedding per reference of `person` in which `analyzer` finds a face.

        Cached in the person's folder per embedding model; computed again when the references or
        the analyzer differ. Raises NoFaceFound if no reference shows a face.
        """
        return cached_embeddings(self._people / person.slug, person, analyzer)

    def _write_files(self, person: Person) -> PersonRecord:
        folder = self._people / person.slug / REFERENCES
        lora = copy_lora(person, self._loras)
        references = [write_reference(folder, place, crop) for place, crop in enumerate(person.references)]
        return PersonRecord.of(person, lora, tuple(references))

    def _stale_files(self, slug: str, records: list[PersonRecord | None]) -> set[Path]:
        kept = {file.name for record in records if record for file in (record.lora, *record.references)}
        drafts = (self._people / slug).glob(f".*{DRAFT_SUFFIX}")
        stored = [*(self._people / slug / REFERENCES).glob("*"), *lora_versions(self._loras, slug)]
        return {*drafts, *(file for file in stored if file.name not in kept)}

    def _remove(self, files: set[Path], slug: str) -> None:
        for file in files:
            if not try_remove(file):
                logger.info("%s is in use and will be removed later", file.name)
        remove_empty_folders(self._people / slug)

    def _record_or_none(self, slug: str) -> PersonRecord | None:
        file = self._people / slug / RECORD
        try:
            return read_record(file) if file.is_file() else None
        except PersonUnreadable:
            logger.warning("The earlier record of person %s is damaged and will be replaced", slug)
            return None

    def _files_of(self, slug: str) -> list[Path]:
        folder = self._people / slug
        if slug not in {path.name for path in self._people.glob("*") if path.is_dir()}:
            return lora_versions(self._loras, slug)
        # The record goes first: what is interrupted later is a person no more, and can be deleted again.
        inside = sorted(folder.rglob("*"), key=lambda file: (file.name != RECORD, str(file)))
        return [file for file in inside if not file.is_dir()] + lora_versions(self._loras, slug)

    def _entry(self, slug: str) -> PersonEntry:
        try:
            return PersonEntry(slug, read_record(self._people / slug / RECORD).display_name)
        except PersonUnreadable as error:
            return PersonEntry(slug, slug, str(error))

    def _not_found(self, slug: str) -> PersonNotFound:
        return PersonNotFound(
            f'Person "{slug}" is not on this machine; the library has: {", ".join(self.names()) or "nobody"}. '
            "Train the person with workflow 01-train-person, or import the person (Load Person, People…)."
        )
