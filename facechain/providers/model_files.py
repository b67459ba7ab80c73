"""Model files: what each is, which folders it may lie in, and which of them has it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ..errors import AssetCorrupt, AssetMissing
from ..file_hashes import FileHashes
from ..stored_files import file_sha256

EMBEDDED_FOLDER = "facechain/embedded"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a file is published."""

    url: str
    """https; on a hub the address of the file itself, not of its page."""
    member: str = ""
    """Path inside of the zip archive that `url` is; empty when `url` is the file."""
    archive_sha256: str = ""
    archive_bytes: int = 0
    """Of the archive; 0 when unknown."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One model file."""

    file: str
    sha256: str
    """Of the published file; empty when none is known."""
    bytes: int
    """0 when unknown."""
    licence: str
    """SPDX identifier of the weights, or their licence's name."""
    folders: tuple[str, ...] = (EMBEDDED_FOLDER,)
    """Below the models folder, with "/", in the order searched; a fetched file goes into the first."""
    sources: tuple[Source, ...] = ()
    """In the order tried; empty: only by hand, or out of a package (assets.py)."""
    contract: str = ""
    """Inputs and outputs: name, shape, value range; read when a file is not the published one."""

    @property
    def is_embedded(self) -> bool:
        """True if it comes out of a published Python package (assets.py)."""
        return EMBEDDED_FOLDER in self.folders

    @property
    def can_be_fetched(self) -> bool:
        """True if it comes by itself when it is needed; False: somebody has to put it there."""
        return self.is_embedded or bool(self.sha256 and self.sources)

    def __str__(self) -> str:
        details = [f"sha256 {self.sha256}"] if self.sha256 else []
        details += [f"{self.bytes / 1e6:.1f} MB"] if self.bytes else []
        return f"{self.file} ({', '.join(details)})" if details else self.file


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A model file on this machine."""

    model: ModelFile
    path: Path
    sha256: str

    @property
    def is_published(self) -> bool:
        """True for the very file that the catalogue names; False for other weights, or a damaged file."""
        return self.sha256 == self.model.sha256

    def weights_id(self, name: str) -> str:
        """`name` for the published weights, else `name` with the beginning of the file's hash."""
        return name if self.is_published else f"{name}-{self.sha256[:8]}"


@dataclass(frozen=True, slots=True)
class ModelLocations:
    """Where model files may lie on this installation. Hashable, and safe to send to another process."""

    root: Path = field(repr=False)
    """The host's models folder."""
    registered: tuple[tuple[str, tuple[Path, ...]], ...] = field(default=(), repr=False)
    """First part of a folder, for example "insightface" -> further folders that the host was told of."""
    hash_cache: Path | None = field(default=None, repr=False)
    """JSON file that remembers hashes of large files; None: read them each time."""

    @property
    def embedded(self) -> Path:
        """Folder of the embedded models."""
        return self.root / EMBEDDED_FOLDER

    def home(self, model: ModelFile) -> Path:
        """Where `model` is put when it is fetched."""
        return self.root / model.folders[0] / model.file

    def places(self, model: ModelFile) -> tuple[Path, ...]:
        """Every path that is searched for `model`, its home first, each once."""
        further = dict(self.registered)
        places = []
        for folder in map(PurePosixPath, model.folders):
            places.append(self.root / folder / model.file)
            below = PurePosixPath(*folder.parts[1:])
            places += [parent / below / model.file for parent in further.get(folder.parts[0], ())]
        return tuple(dict.fromkeys(places))

    def path(self, model: ModelFile) -> Path | None:
        """The first of `places` that exists, or None. Its content is not looked at."""
        # os.path: where a folder may not be entered, Path.is_file raises.
        return next((place for place in self.places(model) if os.path.isfile(place)), None)

    def found(self, model: ModelFile) -> FoundFile:
        """The file, whatever weights it has.

        Raises AssetMissing with every place that was searched, or AssetCorrupt if it cannot be read.
        """
        path = self.path(model)
        if path is None:
            searched = ", ".join(str(place.parent) for place in self.places(model))
            raise AssetMissing(f"{model} is not on this machine. Searched: {searched}.")
        with _readable(path):
            return FoundFile(model, path, self.sha256(path))

    def verified(self, model: ModelFile) -> Path:
        """Where the published file lies. Raises AssetMissing, or AssetCorrupt if its content differs."""
        self.read(model)
        return self.path(model) or self.home(model)

    def read(self, model: ModelFile) -> bytes:
        """Content of the published file. Raises AssetMissing, or AssetCorrupt if it differs or cannot be read."""
        path = self.path(model)
        if path is None:
            raise AssetMissing(
                f"{model} is not in {self.home(model).parent}. "
                "Run again with a network, so that it is fetched, or copy it there from another installation."
            )
        with _readable(path):
            content = path.read_bytes()
        require_content(model, content, advice=f"Delete it from {path.parent} and run again.")
        return content

    def sha256(self, path: Path) -> str:
        """Hex sha256 of a file: the remembered one while the file is unchanged, else read now."""
        return FileHashes(self.hash_cache).sha256(path) if self.hash_cache else file_sha256(path)

    def known_sha256(self, path: Path) -> str:
        """The remembered hex sha256 of a file, without reading it; empty when none is remembered."""
        return FileHashes(self.hash_cache).known(path) if self.hash_cache else ""


def require_content(model: ModelFile, content: bytes, *, advice: str) -> None:
    """Nothing if `content` is the published file. Raises AssetCorrupt if it is not."""
    digest = hashlib.sha256(content).hexdigest()
    if digest != model.sha256:
        raise AssetCorrupt(
            f"Checksum of {model.file} differs (file {digest[:8]}…, expected {model.sha256[:8]}…; "
            f"{len(content)} of {model.bytes} bytes). {advice}"
        )


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise AssetCorrupt(
            f"{path.name} in {path.parent} cannot be read ({error.strerror or error}). Mend its permissions, or "
            "delete it and run again."
        ) from error
