"""Which content each LoRA file of a style had when it was first found on this machine."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path

from .errors import FaceChainError
from .file_hashes import FileHashes
from .file_lock import try_lock
from .stored_files import write_atomically
from .style_file import FirstSight

RECORD = "style-loras.json"
LOCK_WAIT_SECONDS = 5.0
"""Another ComfyUI on the same models folder holds the lock for milliseconds."""


class FirstSights:
    """A JSON file of names, hashes and days. Whoever deletes an entry accepts the next file of that name."""

    def __init__(self, record: Path, hashes: FileHashes) -> None:
        self._record = record
        self._hashes = hashes

    def of(self, name: str) -> FirstSight | None:
        """What is remembered of the file called `name`."""
        entry = self._read().get(name)
        if not isinstance(entry, dict):
            return None
        sha256, day = entry.get("sha256"), entry.get("first_seen")
        return FirstSight(sha256, day) if isinstance(sha256, str) and isinstance(day, str) else None

    def sha256(self, file: Path) -> str:
        """Hex sha256 of `file` as it is now; a large file is read once per change."""
        return self._hashes.sha256(file)

    def look_at(self, file: Path) -> FirstSight:
        """What is remembered of `file`; its content of now, which is remembered from now on, if nothing is."""
        known = self.of(file.name)
        if known is not None:
            return known
        # A folder that cannot be written must not cost a portrait; the next sight is the first one then.
        with suppress(OSError):
            self._remember(file.name, _today(self.sha256(file)), replace=False)
        return self.of(file.name) or _today(self.sha256(file))

    def accept(self, name: str, sha256: str) -> None:
        """The content `sha256` counts for `name` from now on. Raises FaceChainError if it cannot be written."""
        try:
            self._remember(name, _today(sha256), replace=True)
        except OSError as error:
            raise FaceChainError(
                f"{RECORD} could not be written ({error.strerror or error}). "
                "Free disk space, or check the rights of models/facechain, then add the file again."
            ) from error

    def is_other(self, file: Path) -> bool:
        """True if `file` is known to differ from its first sight. Reads no file: one never used here is False."""
        known = self.of(file.name)
        now = self._hashes.known(file)
        return known is not None and now not in ("", known.sha256)

    def _remember(self, name: str, sight: FirstSight, *, replace: bool) -> None:
        self._record.parent.mkdir(parents=True, exist_ok=True)
        with _locked(self._record.with_name(f".{RECORD}.lock")):
            entries = self._read()
            if replace or name not in entries:
                entries[name] = {"sha256": sight.sha256, "first_seen": sight.day}
                write_atomically(self._record, json.dumps(entries, indent=2, ensure_ascii=False).encode())

    def _read(self) -> dict[str, object]:
        try:
            entries = json.loads(self._record.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return entries if isinstance(entries, dict) else {}


def _today(sha256: str) -> FirstSight:
    return FirstSight(sha256, datetime.now(timezone.utc).date().isoformat())


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Holds the lock file `path`. Raises OSError if another holds it for longer than we wait."""
    deadline = time.monotonic() + LOCK_WAIT_SECONDS
    with path.open("ab") as file:
        while not try_lock(file):
            if time.monotonic() >= deadline:
                raise TimeoutError(f"{path.name} is locked by another program")
            time.sleep(0.05)
        yield
