"""Files from the package index, pinned by hash, and their safe unpacking."""

from __future__ import annotations

import hashlib
import re
import shutil
import tarfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from .commands import run_logged
from .errors import SetupError

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+)(?P<hashes>(\s+--hash=\S+)+)$")


@dataclass(frozen=True)
class Pin:
    """One line of a pins file."""

    name: str
    version: str
    sha256s: tuple[str, ...]

    def is_file_name(self, name: str) -> bool:
        """True for names of this release; the separator differs between wheels and sources."""
        return _plain(name).startswith(_plain(f"{self.name}-{self.version}"))


def read_pins(file: Path) -> tuple[Pin, ...]:
    """The pins of `file`, in its order. Raises SetupError for a line without version or hash."""
    text = file.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    return tuple(_read_pin(line, file) for line in lines if line)


def fetch_pinned(pins: Path, folder: Path, python: Path, *, options: Sequence[str] = ()) -> tuple[Path, ...]:
    """The pinned files, in the order of `pins`, each with its hash checked by us as well.

    Files already in `folder` are used as they are. pip refuses a wrong hash before it looks
    inside a file, and a source distribution's build script runs only after that.
    """
    wanted = read_pins(pins)
    found = [_find(pin, folder) for pin in wanted]
    if None in found:
        folder.mkdir(parents=True, exist_ok=True)
        pip = [python, "-m", "pip", "download", "--no-deps", "--require-hashes", *options]
        run_logged([*pip, "-r", pins, "-d", folder], folder / "pip-download.log")
        found = [_find(pin, folder) for pin in wanted]
    return tuple(_present(pin, file, folder) for pin, file in zip(wanted, found, strict=True))


def unpack(archive: Path, wanted: Iterable[str], target: Path) -> None:
    """Put the archive's regular files below `wanted` folders (or equal to one) into `target`.

    Paths that would leave `target`, links and devices are refused. `target` appears at once and
    complete, or not at all.
    """
    prefixes = tuple(wanted)
    partial = target.with_name(target.name + ".part")
    shutil.rmtree(partial, ignore_errors=True)
    for name, content in _members(archive):
        if any(name == prefix or name.startswith(prefix + "/") for prefix in prefixes):
            file = partial.joinpath(*_safe_parts(name, archive))
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("wb") as out:
                shutil.copyfileobj(content, out)
    if not partial.is_dir():
        raise SetupError(f"{archive.name} holds none of {', '.join(prefixes)}. Mend the pins file.")
    shutil.rmtree(target, ignore_errors=True)
    partial.rename(target)


def _members(archive: Path) -> Iterator[tuple[str, IO[bytes]]]:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as wheel:
            for name in wheel.namelist():
                if not name.endswith("/"):
                    with wheel.open(name) as content:
                        yield name, content
        return
    with tarfile.open(archive) as source:
        for member in source:
            content = source.extractfile(member) if member.isfile() else None
            if content is not None:
                yield member.name.partition("/")[2], content  # without "<name>-<version>/"


def _safe_parts(name: str, archive: Path) -> tuple[str, ...]:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        raise SetupError(f'{archive.name} holds "{name}", which leaves its folder. Do not use it.')
    return path.parts


def _read_pin(line: str, file: Path) -> Pin:
    match = _PIN.match(line)
    if match is None:
        raise SetupError(f'"{line}" in {file.name} is not pinned. Write name==version --hash=sha256:...')
    hashes = tuple(word.partition("sha256:")[2] for word in match["hashes"].split())
    return Pin(match["name"], match["version"], hashes)


def _find(pin: Pin, folder: Path) -> Path | None:
    candidates = sorted(folder.iterdir()) if folder.is_dir() else []
    return next((file for file in candidates if _is_pinned(pin, file)), None)


def _is_pinned(pin: Pin, file: Path) -> bool:
    return file.is_file() and pin.is_file_name(file.name) and sha256_of(file) in pin.sha256s


def _present(pin: Pin, file: Path | None, folder: Path) -> Path:
    if file is None:
        raise SetupError(
            f"{pin.name} {pin.version} is not in {folder} with a pinned hash after the download. "
            "Delete that folder and run again."
        )
    return file


def sha256_of(file: Path) -> str:
    """The file's SHA-256 in hexadecimal."""
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while block := content.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
