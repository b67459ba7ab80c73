"""What the catalogue says of one model."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

from .model_files import ModelFile


class Role(Enum):
    """What a model is for: the Protocol of interfaces.py that it fulfils. Values are words in messages."""

    ANALYZER = "face analyzer"
    PARSER = "face parser"
    QUALITY_SCORER = "face quality scorer"
    POSE_ESTIMATOR = "pose estimator"
    GAZE_ESTIMATOR = "gaze estimator"
    RESTORER = "face restorer"
    SWAPPER = "face swapper"
    TAGGER = "tagger"
    ATTRIBUTES = "face attribute estimator"
    LANDMARKS = "face landmark finder"


class Proof(Enum):
    """How far we know that a model works in this extension. Values are stable codes."""

    PHOTOS = "real photos"
    """The weights themselves were run on real photos in the tests."""
    CONTRACT = "contract"
    """Its tensors' names, shapes and ranges were tested with small stand-ins; the weights were never here."""
    NONE = "not run"
    """Known by name; this version has no code that runs it."""


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One model of the catalogue."""

    role: Role
    id: str
    """Unique within its role."""
    files: tuple[ModelFile, ...]
    licence: str
    """SPDX identifiers of its weights, or the name of their licence."""
    commercial_use: Literal["yes", "no", "unknown"]
    proof: Proof
    module: str = ""
    """Relative to this package; empty exactly when `proof` is NONE."""
    class_name: str = ""
    licence_url: str = ""
    """Where the terms are published; empty for SPDX licences."""
    chosen_by_auto: bool = True
    """False: only when somebody names it."""
    package: str = ""
    """Python package that must be installed beside the files; empty: none."""
    package_note: str = ""
    """How it is installed and what that changes, in sentences."""
    optional_files: tuple[ModelFile, ...] = ()
    """Those of `files` without which it runs and tells less."""

    @property
    def required_files(self) -> tuple[ModelFile, ...]:
        """Those of `files` without which it does not run."""
        return tuple(file for file in self.files if file not in self.optional_files)

    @property
    def needs_acceptance(self) -> bool:
        """True if somebody must accept its licence on this installation before it is fetched or run."""
        return self.commercial_use != "yes"

    @property
    def runs(self) -> bool:
        """True if this version has code for it."""
        return bool(self.module)
