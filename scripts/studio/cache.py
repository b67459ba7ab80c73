"""Where everything downloaded and built lives, and who may build there."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .stages import Reporter

EXTENSION = Path(__file__).resolve().parents[2]
"""Root of the extension: the folder with `__init__.py` and `nodes/`."""
SCRIPTS = EXTENSION / "scripts"


@dataclass(frozen=True)
class Cache:
    """Folders of one cache. Nothing in it is the user's; deleting it costs only time."""

    root: Path

    @property
    def downloads(self) -> Path:
        """Files as the package index served them, hash checked."""
        return self.root / "downloads"

    @property
    def environments(self) -> Path:
        """One virtual environment per key."""
        return self.root / "environments"

    @property
    def comfyui(self) -> Path:
        """One ComfyUI tree per pinned source distribution."""
        return self.root / "comfyui"

    @property
    def photos(self) -> Path:
        """Photos out of published packages, in the packages' own layout."""
        return self.root / "photos"

    @property
    def embedded_models(self) -> Path:
        """What a host sees as `models/facechain/embedded`."""
        return self.root / "models" / "facechain" / "embedded"

    @contextmanager
    def locked(self, report: Reporter) -> Iterator[None]:
        """Hold the cache while building in it; a second process says so and waits here."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "lock").open("a+b") as handle:
            if not _try_lock(handle):
                report.line(f"Another process is building in {self.root}; waiting for it.")
            while not _try_lock(handle):
                time.sleep(1)
            yield


def default_cache() -> Cache:
    """The cache at $FACECHAIN_CACHE, else in the platform's place for caches."""
    return Cache(_cache_folder(os.environ, sys.platform, Path.home()))


def _cache_folder(environ: Mapping[str, str], platform: str, home: Path) -> Path:
    if chosen := environ.get("FACECHAIN_CACHE"):
        return Path(chosen).expanduser().resolve()
    if platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "facechain"
    if platform == "darwin":
        return home / "Library" / "Caches" / "facechain"
    return Path(environ.get("XDG_CACHE_HOME") or home / ".cache") / "facechain"


def _try_lock(handle: IO[bytes]) -> bool:
    """True if we have the file's lock, which the system takes back when the process ends, however it ends."""
    try:
        if sys.platform == "win32":
            import msvcrt

            handle.seek(0)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
