"""Files that are whole or absent: written to a temporary name, flushed, then renamed."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

TEMPORARY_SUFFIX = ".writing"
REPLACE_ATTEMPTS = 5
"""Virus scanners on Windows hold a fresh file for a moment; five tries are half a second."""


def write_atomically(path: Path, content: bytes) -> None:
    """Put `content` at `path`. On failure `path` is as it was before, and no part file is left."""
    temporary = path.with_name(path.name + TEMPORARY_SUFFIX)
    try:
        with open(temporary, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def replace(source: Path, target: Path) -> None:
    """Rename `source` onto `target`, patient with other programs that look at it."""
    for attempt in range(REPLACE_ATTEMPTS):
        try:
            os.replace(source, target)
            return
        except PermissionError:
            if attempt == REPLACE_ATTEMPTS - 1:
                raise
            time.sleep(0.1)


def sha256_of(path: Path) -> str:
    """Hex digest of the file's content."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
