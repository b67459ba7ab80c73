"""A person as one file, to keep or to take to another machine: a zip of person.json, LoRA and reference pictures.

Nothing in it can run: JSON, safetensors and PNG. Embeddings stay behind; every machine computes its own.
"""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from pathlib import Path
from typing import IO

from .errors import FaceChainError, PersonUnreadable
from .lora_file import describe_lora
from .people import Person
from .person_files import REFERENCE_ERRORS, decode_reference, encode_reference
from .person_record import RECORD_ERRORS, PersonRecord, StoredFile, parse_record
from .stored_files import BLOCK_BYTES, replacing

SUFFIX = ".person.zip"
RECORD = "person.json"
LORA = "lora.safetensors"
REFERENCES = "references"
MOST_RECORD_BYTES = 100_000
MOST_REFERENCE_BYTES = 4_000_000
"""A PNG of 512 x 512 px has at most 0.8 MB."""
MOST_LORA_BYTES = 4_000_000_000
"""A LoRA of rank 128 for SDXL has 0.7 GB."""

_ZIP_ERRORS = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError)


def export_person(person: Person, file: Path) -> None:
    """`file` holds all of `person`; it appears whole or not at all.

    Raises FaceChainError if it cannot be written.
    """
    encoded = [encode_reference(place, crop) for place, crop in enumerate(person.references)]
    lora = StoredFile(LORA, person.lora_sha256)
    record = PersonRecord.of(person, lora, tuple(stored for stored, _ in encoded))
    try:
        # Stored, not deflated: weights and PNG do not shrink.
        with replacing(file) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(RECORD, record.to_json())
            for stored, content in encoded:
                archive.writestr(f"{REFERENCES}/{stored.name}", content)
            with person.lora_file.open("rb") as source, archive.open(LORA, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target, BLOCK_BYTES)
    except OSError as error:
        raise FaceChainError(
            f'Person "{person.slug}" could not be exported ({error.strerror or error}). Free disk space and try again.'
        ) from error


def read_exported_person(file: Path, folder: Path) -> Person:
    """The person in `file`; the LoRA is unpacked into `folder`.

    Raises PersonUnreadable if the file is no such archive, is damaged, or holds anything unexpected,
    FaceChainError if the LoRA cannot be written.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            record = parse_record(_content(archive, RECORD, MOST_RECORD_BYTES), file.name)
            references = tuple(
                decode_reference(_content(archive, f"{REFERENCES}/{stored.name}", MOST_REFERENCE_BYTES), stored)
                for stored in record.references
            )
            lora = _unpacked_lora(archive, record.lora, folder)
    except (*_ZIP_ERRORS, *RECORD_ERRORS, *REFERENCE_ERRORS) as error:
        raise PersonUnreadable(
            f'"{file.name}" is no whole export of a person ({type(error).__name__}: {error}). Export the person again.'
        ) from error
    return Person(
        slug=record.slug,
        display_name=record.display_name,
        trigger_word=record.trigger_word,
        subject=record.subject,
        attribute_words=record.attribute_words,
        base_family=describe_lora(lora).family,
        base_sha256=record.base_sha256,
        lora_file=lora,
        lora_sha256=record.lora.sha256,
        references=references,
        analyzer_id=record.analyzer_id,
        created=record.created,
    )


def _content(archive: zipfile.ZipFile, name: str, most_bytes: int) -> bytes:
    with _member(archive, name, most_bytes) as stream:
        return stream.read()


def _member(archive: zipfile.ZipFile, name: str, most_bytes: int) -> IO[bytes]:
    # The size in the directory is what a reader of the member gets at most, so a bomb is refused unread.
    if archive.getinfo(name).file_size > most_bytes:
        raise ValueError(f"{name} is larger than {most_bytes:,} bytes")
    return archive.open(name)


def _unpacked_lora(archive: zipfile.ZipFile, stored: StoredFile, folder: Path) -> Path:
    digest = hashlib.sha256()
    target = folder / LORA
    try:
        with _member(archive, LORA, MOST_LORA_BYTES) as source, replacing(target) as stream:
            while block := source.read(BLOCK_BYTES):
                digest.update(block)
                stream.write(block)
            if digest.hexdigest() != stored.sha256:
                raise ValueError(f"the sha256 of {LORA} differs")
    except OSError as error:
        raise FaceChainError(
            f"{LORA} could not be unpacked ({error.strerror or error}). Free disk space, then import the person again."
        ) from error
    return target
