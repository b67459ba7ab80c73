"""`person.json`: the written form of a person."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from .errors import PersonUnreadable
from .people import MOST_REFERENCES, SUBJECTS, Person, Subject

SCHEMA = 1

RECORD_ERRORS = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What a damaged record raises in `parse_record`."""

_PLAIN_FILE = re.compile(r"[^/\\:]+\.(png|safetensors)")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of the library by its plain name."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord:
    """Everything of a `Person` but the pixels. `from_json(to_json())` is equal."""

    slug: str
    display_name: str
    trigger_word: str
    subject: Subject
    attribute_words: tuple[str, ...]
    base_family: str
    base_sha256: str
    lora: StoredFile
    references: tuple[StoredFile, ...]
    analyzer_id: str
    created: datetime

    @staticmethod
    def of(person: Person, lora: StoredFile, references: tuple[StoredFile, ...]) -> PersonRecord:
        """The record of `person` whose files are stored as `lora` and `references`."""
        return PersonRecord(
            slug=person.slug,
            display_name=person.display_name,
            trigger_word=person.trigger_word,
            subject=person.subject,
            attribute_words=person.attribute_words,
            base_family=person.base_family,
            base_sha256=person.base_sha256,
            lora=lora,
            references=references,
            analyzer_id=person.analyzer_id,
            created=person.created,
        )

    def to_json(self) -> str:
        """The text of person.json, in UTF-8, keys in reading order."""
        fields = {
            "schema": SCHEMA,
            "slug": self.slug,
            "display_name": self.display_name,
            "trigger_word": self.trigger_word,
            "subject": self.subject,
            "attribute_words": list(self.attribute_words),
            "base_family": self.base_family,
            "base_sha256": self.base_sha256,
            "lora": _json_from_file(self.lora),
            "references": [_json_from_file(file) for file in self.references],
            "analyzer_id": self.analyzer_id,
            "created": self.created.isoformat(),
        }
        return json.dumps(fields, ensure_ascii=False, indent=2) + "\n"


def read_record(file: Path) -> PersonRecord:
    """The record in `file`, whose folder is named like the person.

    Raises PersonUnreadable if it is missing, cut off, of another schema, or names files elsewhere.
    """
    slug = file.parent.name
    try:
        record = parse_record(file.read_bytes(), slug)
        if record.slug != slug:
            raise ValueError(f'it belongs to "{record.slug}"')
    except (OSError, *RECORD_ERRORS) as error:
        # The text of an OSError holds the path of the installation.
        reason = error.strerror if isinstance(error, OSError) else f"{type(error).__name__}: {error}"
        raise PersonUnreadable(
            f'person.json of "{slug}" cannot be read ({reason}). '
            "Restore the folder from a backup, or delete the person and train again."
        ) from error
    return record


def parse_record(text: bytes, called: str) -> PersonRecord:
    """The record that `PersonRecord.to_json` wrote; `called` names the person in messages.

    Raises PersonUnreadable for another schema, and one of RECORD_ERRORS for anything else that is wrong.
    """
    fields = json.loads(text.decode("utf-8"))
    if fields["schema"] != SCHEMA:
        raise PersonUnreadable(
            f'Person "{called}" has schema {fields["schema"]}, this version reads {SCHEMA}. '
            "Update FaceChain for ComfyUI."
        )
    return _record_from_fields(fields)


def _record_from_fields(fields: dict[str, Any]) -> PersonRecord:
    references = tuple(_file_from_json(value) for value in fields["references"])
    if not 1 <= len(references) <= MOST_REFERENCES:
        raise ValueError(f"{len(references)} references")
    if fields["subject"] not in SUBJECTS:
        raise ValueError(f'unknown subject "{fields["subject"]}"')
    created = datetime.fromisoformat(fields["created"])
    if created.tzinfo is None:
        raise ValueError("the creation time has no time zone")
    return PersonRecord(
        slug=_text(fields, "slug"),
        display_name=_text(fields, "display_name"),
        trigger_word=_text(fields, "trigger_word"),
        subject=fields["subject"],
        attribute_words=tuple(str(word) for word in fields["attribute_words"]),
        base_family=_text(fields, "base_family"),
        base_sha256=_text(fields, "base_sha256"),
        lora=_file_from_json(fields["lora"]),
        references=references,
        analyzer_id=_text(fields, "analyzer_id"),
        created=created,
    )


def _text(fields: dict[str, Any], key: str) -> str:
    if not isinstance(fields[key], str):
        raise TypeError(f"{key} is no text")
    return fields[key]


def _json_from_file(file: StoredFile) -> dict[str, str]:
    return {"file": file.name, "sha256": file.sha256}


def _file_from_json(value: dict[str, str]) -> StoredFile:
    # A record comes with imported people: a name with a path in it could read or delete elsewhere.
    if not _PLAIN_FILE.fullmatch(value["file"]) or value["file"].startswith("."):
        raise ValueError(f'"{value["file"]}" is no plain file name')
    if not _SHA256.fullmatch(value["sha256"]):
        raise ValueError(f'"{value["sha256"]}" is no sha256')
    return StoredFile(value["file"], value["sha256"])
