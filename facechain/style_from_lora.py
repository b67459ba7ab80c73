"""A style made of any LoRA file and a few words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .errors import InvalidSetting
from .lora_file import describe_lora
from .style_file import STRONGEST, Style, StyleLora, Title


@dataclass(frozen=True, slots=True)
class StyleWords:
    """What a user says about a LoRA."""

    prompt: str
    negative_prompt: str = ""
    """Empty: the default negative prompt is used."""
    style_strength: float = 0.6
    """Of the LoRA, 0..2."""
    face_strength: float = 0.95
    """Of the person's LoRA, 0..2."""

    def __post_init__(self) -> None:
        for name in ("style_strength", "face_strength"):
            if not 0 <= getattr(self, name) <= STRONGEST:
                raise InvalidSetting(f"{name} is {getattr(self, name)}. Choose a number from 0 to {STRONGEST:g}.")


def style_from_lora(file: Path, words: StyleWords) -> Style:
    """The style of the LoRA in `file`: its family and trigger phrase from the file, the rest from `words`.

    Raises as `describe_lora` does.
    """
    facts = describe_lora(file)
    return Style(
        id=file.stem,
        title=Title(en=file.stem, zh=file.stem),
        base_family=facts.family,
        recommended_checkpoint="",
        lora=StyleLora(file.name, source="chosen on this machine", sha256=None, licence="unknown", path=file),
        style_strength=words.style_strength,
        face_strength=words.face_strength,
        prompt=words.prompt.strip(),
        negative_prompt=words.negative_prompt.strip(),
        trigger_tokens=(facts.trigger_phrase,) if facts.trigger_phrase else (),
        tags=(),
        preview=None,
    )
