"""A style under a name of its own: another style with more words, other strengths, and its LoRA as it is now."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .errors import InvalidSetting
from .names import slug_from_name
from .prompts import DEFAULT_NEGATIVE
from .style_file import Style, StyleLora, Title


@dataclass(frozen=True, slots=True)
class StyleChanges:
    """What a user says about a style that is to be kept."""

    name: str
    """As people read it; the id is made of it."""
    title_zh: str = ""
    """Empty: the name."""
    prompt: str = ""
    """More words of the look."""
    negative_prompt: str = ""
    """More words against what the look must not have."""
    style_strength: float | None = None
    """None: the style's own."""
    face_strength: float | None = None
    """None: the style's own."""


def named_style(style: Style, changes: StyleChanges, lora_sha256: str | None) -> Style:
    """`style` under the name of `changes`, without a picture; `lora_sha256` is that of its file, None if it is absent.

    Licence and source of the LoRA stay as they are. Raises InvalidName, or InvalidSetting if no words
    are left to draw by.
    """
    name = _one_line(changes.name)
    prompt = _joined(style.prompt, changes.prompt) or ", ".join(style.trigger_tokens)
    if not prompt:
        raise InvalidSetting(f'Style "{name}" has no words. Write its look into prompt.')
    return replace(
        style,
        id=slug_from_name(name),
        title=Title(en=name, zh=_one_line(changes.title_zh) or name),
        lora=_kept(style.lora, lora_sha256) if style.lora else None,
        style_strength=_first_set(changes.style_strength, style.style_strength),
        face_strength=_first_set(changes.face_strength, style.face_strength),
        prompt=prompt,
        negative_prompt=_negative(style, changes.negative_prompt),
        preview=None,
    )


def _kept(lora: StyleLora, sha256: str | None) -> StyleLora:
    return replace(lora, sha256=sha256 or lora.sha256, path=None, seen=None)


def _negative(style: Style, more: str) -> str:
    # Words in a file take the place of the usual ones, so these must come along.
    return _joined(style.negative_prompt or DEFAULT_NEGATIVE, more) if more.strip() else style.negative_prompt


def _joined(words: str, more: str) -> str:
    return ", ".join(part for part in (words.strip().rstrip(","), more.strip().strip(",").strip()) if part)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _first_set(wanted: float | None, own: float) -> float:
    return own if wanted is None else wanted
