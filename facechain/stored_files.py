"""Files that appear whole or not at all."""

from __future__ import annotations

import hashlib
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

BLOCK_BYTES = 1 << 20
DRAFT_SUFFIX = ".tmp"
"""No suffix that a folder scan of the host could take for a model."""
RENAME_ATTEMPTS = 5
"""Virus scanners on Windows hold a fresh file for a moment; five tries are half a second."""


@contextmanager
def replacing(file: Path) -> Iterator[BinaryIO]:
    """A stream whose bytes become `file` when the block ends without an error.

    Until then, and after an error, `file` is what it was and nothing else is left in its folder.
    The folder is created.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{uuid.uuid4().hex[:8]}{DRAFT_SUFFIX}")
    try:
        with draft.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        put_in_place(draft, file)
    finally:
        draft.unlink(missing_ok=True)


def write_atomically(file: Path, content: bytes) -> None:
    """`content` is in `file`. Raises OSError; `file` is then what it was before."""
    with replacing(file) as stream:
        stream.write(content)


def put_in_place(draft: Path, file: Path) -> None:
    """`draft`, in the same folder, is `file` now, at once and whole. Raises OSError; then nothing has changed."""
    for attempt in range(RENAME_ATTEMPTS):
        try:
            os.replace(draft, file)
            return
        except PermissionError:
            if attempt == RENAME_ATTEMPTS - 1:
                raise
            time.sleep(0.1)


def drop_drafts(folder: Path) -> None:
    """Parts of files that a killed process left in `folder` are gone."""
    for draft in folder.glob(f".*{DRAFT_SUFFIX}"):
        draft.unlink()


def file_sha256(file: Path) -> str:
    """Hex sha256 of the bytes of `file`."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def cached_sha256(file: Path) -> str:
    """`file_sha256`, remembered in this process until size or time of change differ."""
    state = file.stat()
    return _sha256_of_state(file, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=256)
def _sha256_of_state(file: Path, size_bytes: int, changed_ns: int) -> str:
    return file_sha256(file)
