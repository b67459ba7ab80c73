"""Presets: recipes of a training by name, each a file in `presets/` that says why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ..errors import InvalidSetting
from ..json_fields import Field, is_number, is_object, is_word, problems_sentence, read_fields
from .job import CHOICES, RANGES, TrainJob, default_steps

FOLDER = Path(__file__).with_name("presets")
SCHEMA = 1
DEFAULT = "best_likeness"

Setting = int | float | str

FROM_PRESET: dict[str, Setting] = {
    **dict.fromkeys(("steps", "batch_size", "gradient_accumulation", "clip_skip"), 0),
    **dict.fromkeys(("lora_rank", "lora_alpha", "learning_rate"), 0),
    **dict.fromkeys(("lora_dropout", "text_encoder_learning_rate", "warmup", "min_snr_gamma", "noise_offset"), -1),
    **dict.fromkeys(("ema_decay", "caption_dropout", "samples", "sample_every"), -1),
    **dict.fromkeys(("lora_targets", "lr_scheduler", "choose"), "preset"),
}
"""What stands for "as the preset has it" where a person may say otherwise: no job can have these values."""

ONLY_IN_PRESETS = ("weight_decay", "gradient_clip", "mask_face_weight", "mask_background_weight", "sample_steps")
"""Settings that no person is asked for."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A recipe. What it does not set is as TrainJob has it."""

    id: str
    """File name without ".json"."""
    title: Mapping[str, str]
    """By language, "en" and "zh"."""
    why: Mapping[str, str]
    """What it is for, in a sentence or two, by language."""
    settings: Mapping[str, Setting]
    """Fields of TrainJob; rank and alpha of the LoRA always."""

    def fitted(self, said: Mapping[str, Setting], photo_count: int) -> dict[str, Any]:
        """Fields of a TrainJob for so many photos; what a person `said` wins, unless it is FROM_PRESET's value.

        Without a number of its own the preset trains `default_steps`. Alpha follows a rank that was said, so that
        the LoRA acts as strongly as the preset means it to.
        """
        own = {name: value for name, value in said.items() if name not in FROM_PRESET or value != FROM_PRESET[name]}
        fitted = {"steps": default_steps(photo_count), **self.settings, **own}
        if "lora_alpha" not in own:
            fitted["lora_alpha"] = float(self.settings["lora_alpha"]) * fitted["lora_rank"] / self.settings["lora_rank"]
        return fitted

    def changed_in(self, job: TrainJob, photo_count: int) -> list[str]:
        """Names of the settings that `job` has otherwise than this preset would give them for so many photos."""
        return [name for name, value in self.fitted({}, photo_count).items() if getattr(job, name) != value]


def preset_ids() -> list[str]:
    """Ids of all presets, sorted."""
    return sorted(file.stem for file in FOLDER.glob("*.json"))


def load_preset(id: str) -> Preset:
    """The preset called `id`. Raises InvalidSetting if there is none, or its file has problems."""
    if id not in preset_ids():
        raise InvalidSetting(f'There is no preset "{id}". Choose one of {", ".join(preset_ids())}.')
    return read_preset(FOLDER / f"{id}.json")


def read_preset(file: Path) -> Preset:
    """The preset in `file`. Raises InvalidSetting with all problems of the file."""
    content, problems = read_fields(file, _FIELDS, {"title": _TEXTS, "why": _TEXTS, "settings": _SETTINGS})
    if problems:
        raise InvalidSetting(problems_sentence("Preset", file, problems))
    return Preset(content["id"], content["title"], content["why"], content["settings"])


def _setting_field(name: str) -> Field:
    """The rule that TrainJob has for its field `name`."""
    is_required = name in ("lora_rank", "lora_alpha")
    if allowed := CHOICES.get(name):
        return Field(f"one of {', '.join(allowed)}", lambda value: value in allowed, is_required)
    low, high = RANGES[name]
    whole = _TYPES[name] == "int"
    kind = "a whole number" if whole else "a number"
    return Field(
        f"{kind} from {low:g} to {high:g}",
        lambda value: is_number(value) and low <= value <= high and (isinstance(value, int) or not whole),
        is_required,
    )


_TYPES = {field.name: field.type for field in fields(TrainJob)}
_OBJECT = Field("an object", is_object)
_FIELDS = {
    "schema": Field(f"{SCHEMA}", lambda value: value == SCHEMA and not isinstance(value, bool)),
    "id": Field("a text that is not empty", is_word),
    "title": _OBJECT,
    "why": _OBJECT,
    "settings": _OBJECT,
}
_TEXTS = {language: Field("a text that is not empty", is_word) for language in ("en", "zh")}
_SETTINGS = {name: _setting_field(name) for name in (*FROM_PRESET, *ONLY_IN_PRESETS)}
