"""sha256 of large files, remembered on disk until the file changes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from .progress import Progress
from .stored_files import file_sha256, write_atomically


class FileHashes:
    """A JSON file of hashes keyed by path, size and time of change."""

    def __init__(self, cache_file: Path) -> None:
        self._cache_file = cache_file

    def sha256(self, path: Path) -> str:
        """Hex sha256 of the file's bytes. A change that keeps size and nanosecond time goes unseen."""
        key, known = _key(path), self._read()
        if key not in known:
            known[key] = file_sha256(path)
            # A folder that cannot be written costs time, the next time.
            with suppress(OSError):
                write_atomically(self._cache_file, json.dumps(known, indent=0).encode())
        return known[key]

    def known(self, path: Path) -> str:
        """The remembered hash of the file as it is now; empty when none is remembered. Nothing is read."""
        return self._read().get(_key(path), "")

    def find(self, sha256: str, paths: Sequence[Path], progress: Progress) -> Path | None:
        """The first of `paths` with this content, or None; files whose hash is remembered are looked at first."""
        known = self._read()
        ordered = sorted(paths, key=lambda path: known.get(_key(path)) != sha256)
        for done, path in enumerate(ordered):
            progress.step(done, len(ordered))
            if self.sha256(path) == sha256:
                return path
        return None

    def _read(self) -> dict[str, str]:
        try:
            known = json.loads(self._cache_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}


def _key(path: Path) -> str:
    state = path.stat()
    return f"{path.resolve()}|{state.st_size}|{state.st_mtime_ns}"
