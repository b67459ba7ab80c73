"""The style value, and the rules of `styles/<id>.json`, whose every problem is reported at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .base_families import FAMILY_TITLES
from .errors import StyleUnreadable
from .json_fields import Field, field_problems, is_object, problems_sentence, read_fields

SCHEMA = 1
STRONGEST = 2.0
"""Above it a LoRA breaks every checkpoint known to us."""
MOST_BYTES = 256 * 1024
"""Of a style file. The longest of FaceChain's 76 has 1 kB."""


@dataclass(frozen=True, slots=True)
class Title:
    """The name in the gallery."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class FirstSight:
    """Content of a LoRA file when it was first found on this machine."""

    sha256: str
    day: str
    """ISO 8601, UTC."""


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
    seen: FirstSight | None = field(default=None, repr=False)
    """What this machine remembers of the file; style files never say it."""


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
    fields, problems = read_fields(file, _FIELDS, _NESTED)
    if problems:
        raise StyleUnreadable(problems_sentence("Style", file, problems))
    return _style_from_fields(fields)


def style_problems(fields: dict[str, Any]) -> list[str]:
    """All that a style file with these fields would have wrong, one sentence part each."""
    nested = [problem for key, rules in _NESTED.items() for problem in _nested_problems(fields, key, rules)]
    return field_problems(fields, _FIELDS) + nested


def _nested_problems(fields: dict[str, Any], key: str, rules: dict[str, Field]) -> list[str]:
    return field_problems(fields[key], rules, f"{key}.") if fields.get(key) else []


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


def is_text(value: Any) -> bool:
    """True for a text that a file can hold."""
    # JSON can spell half a character, which no file, page or tokenizer takes.
    return isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value)


def _is_word(value: Any) -> bool:
    return is_text(value) and bool(value.strip())


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and all(_is_word(word) for word in value)


def is_strength(value: Any) -> bool:
    """True for a number from 0 to STRONGEST."""
    # No number of JSON is too long for a comparison, and NaN is on neither side.
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= STRONGEST


def _is_plain_file(suffixes: str) -> Callable[[Any], bool]:
    # A style may come from anyone: a name with a path in it must not reach another folder.
    pattern = re.compile(rf"[^./\\:][^/\\:]*\.({suffixes})", re.IGNORECASE)
    return lambda value: is_text(value) and pattern.fullmatch(value) is not None


def _or_null(is_valid: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or is_valid(value)


def _is_sha256(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value) is not None


_STRENGTH = Field(f"a number from 0 to {STRONGEST:g}", is_strength)
_WORD = Field("a text that is not empty", _is_word)
_WORDS = Field("a list of texts that are not empty", _is_words)
_OBJECT = Field("an object or null", _or_null(is_object))

_FIELDS = {
    "schema": Field(f"{SCHEMA}", lambda value: value == SCHEMA and not isinstance(value, bool)),
    "id": _WORD,
    "title": Field("an object with en and zh", is_object),
    "base_family": Field(f"one of {', '.join(FAMILY_TITLES)}", lambda value: value in list(FAMILY_TITLES)),
    "recommended_checkpoint": Field("a text", is_text),
    "lora": _OBJECT,
    "style_strength": _STRENGTH,
    "face_strength": _STRENGTH,
    "prompt": _WORD,
    "negative_prompt": Field("a text", is_text),
    "trigger_tokens": _WORDS,
    "tags": _WORDS,
    "preview": Field("a picture's plain file name or null", _or_null(_is_plain_file("png|jpg|jpeg|webp"))),
}
_TITLE_FIELDS = {"en": _WORD, "zh": _WORD}
_LORA_FIELDS = {
    "file": Field("a plain file name that ends in .safetensors", _is_plain_file("safetensors")),
    "source": _WORD,
    "sha256": Field("64 lower-case hex digits or null", _or_null(_is_sha256)),
    "licence": Field('a licence, or "unknown"', _is_word),
}
_NESTED = {"title": _TITLE_FIELDS, "lora": _LORA_FIELDS}
