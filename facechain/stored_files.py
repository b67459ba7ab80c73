"""Files that appear whole or not at all."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

BLOCK_BYTES = 1 << 20


@contextmanager
def replacing(file: Path) -> Iterator[BinaryIO]:
    """A stream whose bytes become `file` when the block ends without an error.

    Until then, and after an error, `file` is what it was and nothing else is left in its folder.
    The folder is created.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    # No suffix that a folder scan of the host could take for a model.
    draft = file.with_name(f".{file.name}.{uuid.uuid4().hex[:8]}.tmp")
    try:
        with draft.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(draft, file)
    finally:
        draft.unlink(missing_ok=True)


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
