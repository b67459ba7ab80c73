"""sha256 of large files, remembered until the file changes."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path


class FileHashes:
    """A JSON file of hashes keyed by path, size and time of change."""

    def __init__(self, cache_file: Path) -> None:
        self._cache_file = cache_file

    def sha256(self, path: Path) -> str:
        """Hex sha256 of the file's bytes. A change that keeps size and nanosecond time goes unseen."""
        state = path.stat()
        key = f"{path.resolve()}|{state.st_size}|{state.st_mtime_ns}"
        known = self._read()
        if key not in known:
            with path.open("rb") as file:
                digest = hashlib.sha256()
                while block := file.read(1 << 22):
                    digest.update(block)
            known[key] = digest.hexdigest()
            self._write(known)
        return known[key]

    def _read(self) -> dict[str, str]:
        try:
            return json.loads(self._cache_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}

    def _write(self, known: dict[str, str]) -> None:
        self._cache_file.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._cache_file.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_text(json.dumps(known, indent=0), encoding="utf-8")
        os.replace(temporary, self._cache_file)
