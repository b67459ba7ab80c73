"""Models that users may have: restoration, fusion, pose, tags and attributes."""

from __future__ import annotations

from .model_entry import ModelEntry

PORTRAIT_MODELS: tuple[ModelEntry, ...] = ()
