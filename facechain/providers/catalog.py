"""Which models exist, as data; a model's module is imported when the model is opened."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ..errors import ModelUnavailable
from ..interfaces import DeviceLease, FaceAnalyzer
from .assets import FACE_DETECTOR, FACE_EMBEDDER, FACE_MESH, PERSON_SEGMENTER, Asset, embedded_folder

AUTO = "auto"
"""Stands for the best analyzer of this installation."""


@dataclass(frozen=True, slots=True)
class AnalyzerEntry:
    """One analyzer of the catalogue."""

    id: str
    module: str
    """Relative to this package."""
    class_name: str
    assets: tuple[Asset, ...]
    licence: str
    """SPDX identifiers of its weights."""
    commercial_use: Literal["yes", "no", "unknown"]


ANALYZERS = (
    AnalyzerEntry(
        id="embedded",
        module=".embedded",
        class_name="EmbeddedFaceAnalyzer",
        assets=(FACE_DETECTOR, FACE_MESH, PERSON_SEGMENTER, FACE_EMBEDDER),
        licence="Apache-2.0 AND CC0-1.0",
        commercial_use="yes",
    ),
)
"""In the order of preference of "auto"."""


@dataclass(frozen=True, slots=True)
class AnalyzerHandle:
    """An analyzer that is chosen but not loaded; safe to send to another process."""

    id: str
    """Catalogue id, or "auto"."""
    models_folder: Path = field(repr=False)

    def open(self, lease: DeviceLease) -> FaceAnalyzer:
        """The analyzer, loaded. Raises as `open_analyzer` does."""
        return open_analyzer(self.id, self.models_folder, lease)


def find_analyzer(id: str) -> AnalyzerEntry:
    """The catalogue's entry for `id`; for "auto" the first one.

    Raises ModelUnavailable if there is no such id.
    """
    if id == AUTO:
        return ANALYZERS[0]
    for entry in ANALYZERS:
        if entry.id == id:
            return entry
    known = ", ".join((AUTO, *(entry.id for entry in ANALYZERS)))
    raise ModelUnavailable(f'There is no face analyzer "{id}". Choose one of: {known}.')


def open_analyzer(id: str, models_folder: Path, lease: DeviceLease) -> FaceAnalyzer:
    """The analyzer `id` ("auto": the best one) with its files checked and its networks loaded.

    Raises ModelUnavailable for an unknown id, AssetMissing or AssetCorrupt for its files.
    """
    entry = find_analyzer(id)
    module = importlib.import_module(entry.module, package=__package__)
    return getattr(module, entry.class_name)(embedded_folder(models_folder), lease)
