"""The style value, and the parser of `styles/<id>.json`, which reports every problem at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import StyleUnreadable
from .json_fields import Field, is_number, is_object, is_word, problems_sentence, read_fields

SCHEMA = 1
FAMILY_TITLES = {"sd15": "SD 1.5", "sdxl": "SDXL"}
"""Base families by id, as people call them."""
STRONGEST = 2.0
"""Above it a LoRA breaks every checkpoint known to us."""


@dataclass(frozen=True, slots=True)
class Title:
    """The name in the gallery."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class StyleLora:
    """The LoRA that a style was made for. We ship none."""

    file: str
    """Plain file name, looked up in ComfyUI's loras folders and their subfolders."""
    source: str
    """Where it was published, as text."""
    sha256: str | None
    """None: not known; then any file of this name is taken."""
    licence: str
    """SPDX id or "unknown"."""
    path: Path | None = field(default=None, repr=False)
    """Where it lies, when a person chose it on this machine; style files never say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A look: prompt, strengths and, if there is one, its LoRA."""

    id: str
    """File name without ".json"."""
    title: Title
    base_family: str
    """"sd15" or "sdxl"."""
    recommended_checkpoint: str
    """Advice for people, not a file name."""
    lora: StyleLora | None
    style_strength: float
    """Of the style LoRA, 0..2."""
    face_strength: float
    """Of the person's LoRA, 0..2."""
    prompt: str
    negative_prompt: str
    """Empty: the default negative prompt is used."""
    trigger_tokens: tuple[str, ...]
    """Words that the LoRA was trained with, spelled exactly."""
    tags: tuple[str, ...]
    preview: str | None
    """Picture beside the file, plain name."""


def read_style(file: Path) -> Style:
    """The style in `file`. Raises StyleUnreadable with all problems of the file."""
    fields, problems = read_fields(file, _FIELDS, {"lora": _LORA_FIELDS, "title": _TITLE_FIELDS})
    if problems:
        raise StyleUnreadable(problems_sentence("Style", file, problems))
    return _style_from_fields(fields)


def _style_from_fields(fields: dict[str, Any]) -> Style:
    return Style(
        id=fields["id"],
        title=Title(**fields["title"]),
        base_family=fields["base_family"],
        recommended_checkpoint=fields["recommended_checkpoint"],
        lora=StyleLora(**fields["lora"]) if fields["lora"] else None,
        style_strength=float(fields["style_strength"]),
        face_strength=float(fields["face_strength"]),
        prompt=fields["prompt"].strip(),
        negative_prompt=fields["negative_prompt"].strip(),
        trigger_tokens=tuple(fields["trigger_tokens"]),
        tags=tuple(fields["tags"]),
        preview=fields["preview"],
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and all(is_word(word) for word in value)


def _is_strength(value: Any) -> bool:
    return is_number(value) and 0 <= value <= STRONGEST


def _is_plain_file(suffixes: str) -> Callable[[Any], bool]:
    # A style may come from anyone: a name with a path in it must not reach another folder.
    pattern = re.compile(rf"[^./\\:][^/\\:]*\.({suffixes})", re.IGNORECASE)
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _or_null(is_valid: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or is_valid(value)


def _is_sha256(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value) is not None


_STRENGTH = Field(f"a number from 0 to {STRONGEST:g}", _is_strength)
_WORD = Field("a text that is not empty", is_word)
_WORDS = Field("a list of texts that are not empty", _is_words)
_OBJECT = Field("an object or null", _or_null(is_object))

_FIELDS = {
    "schema": Field(f"{SCHEMA}", lambda value: value == SCHEMA and not isinstance(value, bool)),
    "id": _WORD,
    "title": Field("an object with en and zh", is_object),
    "base_family": Field(f"one of {', '.join(FAMILY_TITLES)}", lambda value: value in list(FAMILY_TITLES)),
    "recommended_checkpoint": Field("a text", _is_text),
    "lora": _OBJECT,
    "style_strength": _STRENGTH,
    "face_strength": _STRENGTH,
    "prompt": _WORD,
    "negative_prompt": Field("a text", _is_text),
    "trigger_tokens": _WORDS,
    "tags": _WORDS,
    "preview": Field("a picture's plain file name or null", _or_null(_is_plain_file("png|jpg|jpeg|webp"))),
}
_TITLE_FIELDS = {"en": _WORD, "zh": _WORD}
_LORA_FIELDS = {
    "file": Field("a plain file name that ends in .safetensors", _is_plain_file("safetensors")),
    "source": _WORD,
    "sha256": Field("64 lower-case hex digits or null", _or_null(_is_sha256)),
    "licence": Field('a licence, or "unknown"', is_word),
}
