"""Model files of a few bytes, their catalogue entry, and their fetching into a folder of the test."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from pathlib import Path

from facechain.errors import Cancelled
from facechain.progress import Progress, SilentProgress
from facechain.providers.downloads import fetch_model
from facechain.providers.file_download import Patience
from facechain.providers.model_entry import ModelEntry, Proof, Role
from facechain.providers.model_files import ModelFile, ModelLocations, Source

WEIGHTS = random.Random(1).randbytes(300_000)
HALF = 150_000
FOLDER = "tiny/models"
BRISK = Patience(stall_s=0.3, resumes=3, pause_s=0.0)
PATIENT = Patience(stall_s=30.0, resumes=3, pause_s=0.0)
"""Nothing waits that long here: a test that does, fails."""


class RecordingProgress:
    """Keeps all reports; the user presses stop once `stop_at` bytes are there."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.reports: list[tuple[int, int]] = []
        self._stop_at = stop_at

    def step(self, done: int, total: int) -> None:
        self.reports.append((done, total))
        if self._stop_at is not None and done >= self._stop_at:
            raise Cancelled("Stopped.")


def published(content: bytes, *urls: str, file: str = "tiny.onnx", **changes) -> ModelFile:
    """A file of the catalogue with this content, at these addresses."""
    digest = hashlib.sha256(content).hexdigest()
    sources = tuple(Source(url) for url in urls)
    return replace(ModelFile(file, digest, len(content), "MIT", (FOLDER,), sources), **changes)


def entry_of(*files: ModelFile, **changes) -> ModelEntry:
    entry = ModelEntry(Role.SWAPPER, "tiny", files, "MIT", "yes", Proof.CONTRACT, ".tiny", "Tiny")
    return replace(entry, **changes)


def fetch(own: ModelLocations, *files: ModelFile, progress: Progress | None = None, patience: Patience = PATIENT):
    fetch_model(entry_of(*files), own, progress or SilentProgress(), patience=patience)


def names_in(own: ModelLocations) -> list[str]:
    return sorted(file.name for file in (own.root / FOLDER).iterdir())


def leave_part(own: ModelLocations, content: bytes, name: str = "tiny.onnx") -> Path:
    """The beginning of a file, as an earlier call left it."""
    part = own.root / FOLDER / f"{name}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(content)
    return part
