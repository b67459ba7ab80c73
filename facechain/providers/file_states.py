"""What is known of one model file on this installation."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TypedDict

from .model_files import ModelFile, ModelLocations

READ_AT_ONCE_BYTES = 16_000_000
"""Files up to this size are read also where hashes are not asked for: that takes 0.05 s at most."""


class HashState(Enum):
    """What is known of a file's content. Values are stable codes."""

    PUBLISHED = "published"
    """The very file that the catalogue names."""
    OTHER = "other"
    """Other weights, or a damaged file."""
    UNKNOWN = "unknown"
    """Read, but nobody published a checksum to compare it with."""
    NOT_READ = "not_read"
    """Too large to read without being asked, or unreadable."""
    ABSENT = "absent"


class FileReport(TypedDict):
    """One file in JSON."""

    file: str
    place: str
    bytes: int
    published_bytes: int
    hash: str
    sha256: str
    published_sha256: str


@dataclass(frozen=True, slots=True)
class FileState:
    """One file of a model on this installation."""

    model: ModelFile
    path: Path | None = field(repr=False)
    """None when it is in none of its folders."""
    bytes: int
    """On disk; 0 when absent."""
    hash: HashState
    sha256: str
    """Of the file on disk; empty when it was not read."""
    place: str
    """Where it lies, or belongs when it is absent: below the models folder, with "/".

    Begins with "…/" when it lies in a further folder that the host was told of.
    """

    @property
    def is_damaged(self) -> bool:
        """True for a file that cannot be what it should be: cut short, or an embedded one with other content."""
        if self.path is None or self.hash is HashState.PUBLISHED:
            return False
        differs = self.model.is_embedded and self.hash is HashState.OTHER
        return differs or self.bytes < max(self.model.bytes, 1)

    def report(self) -> FileReport:
        """The file in JSON; no path outside of the models folder."""
        return {
            "file": self.model.file,
            "place": self.place,
            "bytes": self.bytes,
            "published_bytes": self.model.bytes,
            "hash": self.hash.value,
            "sha256": self.sha256,
            "published_sha256": self.model.sha256,
        }


def file_state(model: ModelFile, locations: ModelLocations, *, read: bool) -> FileState:
    """What is known of `model`; a large file is read only with `read`, else its hash is the remembered one."""
    path = locations.path(model)
    if path is None:
        return FileState(model, None, 0, HashState.ABSENT, "", place_of(locations.home(model), locations))
    size, sha256 = 0, ""
    with suppress(OSError):  # a file that the system does not let us read is one that was not read
        size = path.stat().st_size
        sha256 = locations.sha256(path) if read or size <= READ_AT_ONCE_BYTES else locations.known_sha256(path)
    return FileState(model, path, size, _compared(model, sha256), sha256, place_of(path, locations))


def place_of(path: Path, locations: ModelLocations) -> str:
    """`path` as people may see it: below the models folder, or "…/" and the part below a registered folder."""
    if path.is_relative_to(locations.root):
        return path.relative_to(locations.root).as_posix()
    for name, parents in locations.registered:
        for parent in parents:
            if path.is_relative_to(parent):
                return f"…/{name}/{path.relative_to(parent).as_posix()}"
    return f"…/{path.name}"


def _compared(model: ModelFile, sha256: str) -> HashState:
    if not sha256:
        return HashState.NOT_READ
    if not model.sha256:
        return HashState.UNKNOWN
    return HashState.PUBLISHED if sha256 == model.sha256 else HashState.OTHER
