"""Models that users may have: face parsing."""

from __future__ import annotations

from .model_entry import ModelEntry

PARSING_MODELS: tuple[ModelEntry, ...] = ()
