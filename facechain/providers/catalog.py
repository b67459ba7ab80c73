"""Which models exist, as data; a model's module is imported when the model is opened."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, Literal

from ..errors import ModelUnavailable
from ..interfaces import DeviceLease
from .assets import (
    FACE_DETECTOR,
    FACE_EMBEDDER,
    FACE_MESH,
    IRIS_LANDMARKS,
    PERSON_SEGMENTER,
    POSE_LANDMARKS,
    Asset,
    embedded_folder,
)

AUTO = "auto"
"""Stands for the best model of its role on this installation."""


class Role(Enum):
    """What a model is for: the Protocol of interfaces.py that it fulfils. Values are words in messages."""

    ANALYZER = "face analyzer"
    PARSER = "face parser"
    POSE_ESTIMATOR = "pose estimator"
    GAZE_ESTIMATOR = "gaze estimator"


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One model of the catalogue."""

    role: Role
    id: str
    """Unique within its role."""
    module: str
    """Relative to this package."""
    class_name: str
    assets: tuple[Asset, ...]
    licence: str
    """SPDX identifiers of its weights."""
    commercial_use: Literal["yes", "no", "unknown"]


MODELS = (
    ModelEntry(
        role=Role.ANALYZER,
        id="embedded",
        module=".embedded",
        class_name="EmbeddedFaceAnalyzer",
        assets=(FACE_DETECTOR, FACE_MESH, PERSON_SEGMENTER, FACE_EMBEDDER),
        licence="Apache-2.0 AND CC0-1.0",
        commercial_use="yes",
    ),
    ModelEntry(
        role=Role.PARSER,
        id="embedded",
        module=".embedded_parser",
        class_name="EmbeddedFaceParser",
        assets=(PERSON_SEGMENTER,),
        licence="Apache-2.0",
        commercial_use="yes",
    ),
    ModelEntry(
        role=Role.POSE_ESTIMATOR,
        id="embedded",
        module=".blazepose",
        class_name="BlazePoseEstimator",
        assets=(FACE_DETECTOR, FACE_MESH, PERSON_SEGMENTER, POSE_LANDMARKS),
        licence="Apache-2.0",
        commercial_use="yes",
    ),
    ModelEntry(
        role=Role.GAZE_ESTIMATOR,
        id="embedded",
        module=".iris",
        class_name="IrisGazeEstimator",
        assets=(IRIS_LANDMARKS,),
        licence="Apache-2.0",
        commercial_use="yes",
    ),
)
"""Within a role in the order of preference of "auto"."""


@dataclass(frozen=True, slots=True)
class ModelHandle:
    """A model that is chosen but not loaded; safe to send to another process."""

    role: Role
    id: str
    """Catalogue id, or "auto"."""
    models_folder: Path = field(repr=False)

    def open(self, lease: DeviceLease) -> Any:
        """The model, loaded: what the Protocol of its role says. Raises as `open_model` does."""
        return open_model(self.role, self.id, self.models_folder, lease)


def model_ids(role: Role) -> list[str]:
    """Ids of a role in the order of preference."""
    return [entry.id for entry in MODELS if entry.role is role]


def find_model(role: Role, id: str) -> ModelEntry:
    """The catalogue's entry for `id`; for "auto" the first of its role.

    Raises ModelUnavailable if there is no such id.
    """
    entries = [entry for entry in MODELS if entry.role is role]
    if id == AUTO:
        return entries[0]
    for entry in entries:
        if entry.id == id:
            return entry
    known = ", ".join((AUTO, *(entry.id for entry in entries)))
    raise ModelUnavailable(f'There is no {role.value} "{id}". Choose one of: {known}.')


def open_model(role: Role, id: str, models_folder: Path, lease: DeviceLease) -> Any:
    """The model `id` of `role` ("auto": the best one) with its files checked and its networks loaded.

    Raises ModelUnavailable for an unknown id, AssetMissing or AssetCorrupt for its files.
    """
    entry = find_model(role, id)
    module = importlib.import_module(entry.module, package=__package__)
    return getattr(module, entry.class_name)(embedded_folder(models_folder), lease)
