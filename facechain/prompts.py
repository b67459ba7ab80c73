"""The words of a portrait: who, how, and what else the user wants."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .people import Person, Subject
from .style_file import Style

DEFAULT_NEGATIVE = (
    "painting, sketch, nsfw, (worst quality, low quality:1.4), lowres, blurry, monochrome, greyscale, "
    "text, logo, watermark, signature, tattoo, deformed hands, extra fingers, missing fingers, extra limbs"
)
"""In the sense of FaceChain's, without its words against moles, spots and age: they are part of a likeness."""

_OTHER_AGE: dict[Subject, str] = {"woman": "child", "man": "child", "girl": "adult", "boy": "adult"}
"""What the sampler must not draw instead. Nothing for "person": it leaves the age open."""

_CHILDREN: tuple[Subject, ...] = ("girl", "boy")


@dataclass(frozen=True, slots=True)
class PromptAdditions:
    """What the user adds at the end."""

    positive: str = ""
    negative: str = ""


@dataclass(frozen=True, slots=True)
class Prompts:
    """Texts for two CLIP encoders."""

    positive: str
    negative: str
    notes: tuple[str, ...]
    """What was left out or changed, one sentence each; empty when nothing was."""


def assemble_prompt(person: Person | None, style: Style | None, additions: PromptAdditions | None = None) -> Prompts:
    """Trigger word, subject and attributes, then the style, then the user's words; each phrase once.

    The trigger word carries no weight: FaceChain's ":10" was literal text to its own encoder, but
    ComfyUI would obey it.
    """
    additions = additions or PromptAdditions()
    notes: list[str] = []
    style_words = [*style.trigger_tokens, style.prompt] if style else []
    positive = _joined([*_person_words(person), *style_words, additions.positive], notes)
    unwanted = (style.negative_prompt if style else "") or DEFAULT_NEGATIVE
    negative = _joined([unwanted, *_unwanted_of(person, positive), additions.negative], notes)
    if person is None:
        notes.append("No person is connected: the portrait shows nobody in particular.")
    if person and style and style.lora and person.base_family != style.base_family:
        notes.append(
            f'Style "{style.id}" is made for {style.base_family}, the person was trained on {person.base_family}: '
            "likeness suffers."
        )
    return Prompts(positive, negative, tuple(notes))


def _person_words(person: Person | None) -> list[str]:
    if person is None:
        return []
    words = [person.trigger_word, f"a {person.subject}", *person.attribute_words]
    # Brackets are weights to ComfyUI; in a word of the person they are text.
    return [re.sub(r"(?<!\\)([()])", r"\\\1", word) for word in words]


def _unwanted_of(person: Person | None, positive: str) -> list[str]:
    if person is None:
        return []
    other = _OTHER_AGE.get(person.subject)
    # "holding a child" is a wish; forbidding it in the same breath would undo it.
    unwanted = [other] if other and not re.search(rf"\b{other}", positive) else []
    return [*unwanted, "nsfw", "nudity"] if person.subject in _CHILDREN else unwanted


def _joined(parts: list[str], notes: list[str]) -> str:
    phrases: dict[str, str] = {}
    for part in parts:
        for phrase in _phrases(_without_lora_tags(part, notes)):
            phrases.setdefault(phrase.casefold(), phrase)
    return ", ".join(phrases.values())


def _without_lora_tags(text: str, notes: list[str]) -> str:
    tags = re.findall(r"<lora:[^<>]*>", text)
    notes += [f"{tag} is no text for ComfyUI and was left out. Use Load Style LoRA." for tag in tags]
    return re.sub(r"<lora:[^<>]*>", "", text)


def _phrases(text: str) -> list[str]:
    """What stands between commas that are in no bracket, with single spaces; nothing empty."""
    phrases, depth = [""], 0
    for character in re.sub(r"\s+", " ", text):
        depth += (character == "(") - (character == ")")
        if character == "," and depth <= 0:
            phrases.append("")
        else:
            phrases[-1] += character
    return [phrase.strip() for phrase in phrases if phrase.strip()]
