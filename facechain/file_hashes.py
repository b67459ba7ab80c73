"""sha256 of large files, remembered on disk until the file changes."""

from __future__ import annotations

import json
from pathlib import Path

from .stored_files import file_sha256, write_atomically


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
            known[key] = file_sha256(path)
            write_atomically(self._cache_file, json.dumps(known, indent=0).encode())
        return known[key]

    def _read(self) -> dict[str, str]:
        try:
            return json.loads(self._cache_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
