"""The words of a portrait: who, how, and what else the user wants."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .base_families import FAMILY_TITLES
from .people import Person, Subject
from .prompt_phrases import bare, join_phrases, split_phrases
from .style_file import Style

DEFAULT_NEGATIVE = (
    "painting, sketch, nsfw, (worst quality, low quality:1.4), lowres, blurry, monochrome, greyscale, "
    "text, logo, watermark, signature, tattoo, deformed hands, extra fingers, missing fingers, extra limbs"
)
"""In the sense of FaceChain's, without its words against moles, spots and age: they are part of a likeness."""

_OTHER_AGE: dict[Subject, str] = {"woman": "child", "man": "child", "girl": "adult", "boy": "adult"}
"""What the sampler must not draw instead. Nothing for "person": it leaves the age open."""

_CHILDREN: tuple[Subject, ...] = ("girl", "boy")
_LORA_TAG = re.compile(r"<(?:lora|lyco|hypernet):[^<>]*>")
"""How other programs load files out of a prompt."""


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

    What the user does not want is taken out of the person's attributes and of the style. What the
    person has is never unwanted by a style. The trigger word carries no weight: FaceChain's ":10" was
    literal text to its own encoder, but ComfyUI would obey it.
    """
    additions = additions or PromptAdditions()
    notes: list[str] = []
    wanted, refused = (_phrases(text, notes) for text in (additions.positive, additions.negative))
    attributes = [word for text in _attributes(person) for word in split_phrases(text)]
    looks = [*style.trigger_tokens, style.prompt] if style else []
    offered = [*attributes, *(phrase for look in looks for phrase in _phrases(look, notes))]
    kept = _without(offered, refused, notes, "Left out of the prompt, because it is unwanted")
    positive = join_phrases([*_names(person), *kept, *wanted])
    unwanted = _phrases((style.negative_prompt if style else "") or DEFAULT_NEGATIVE, notes)
    own = [word for word in attributes if word in kept]
    unwanted = _without(unwanted, own, notes, "Not unwanted, because the person has it")
    negative = join_phrases([*unwanted, *_unwanted_of(person, positive), *refused])
    return Prompts(positive, negative, (*notes, *_fit_notes(person, style)))


def _names(person: Person | None) -> list[str]:
    return [_as_text(person.trigger_word), f"a {person.subject}"] if person else []


def _attributes(person: Person | None) -> list[str]:
    return [_as_text(word) for word in person.attribute_words] if person else []


def _as_text(word: str) -> str:
    # Brackets are weights to ComfyUI; in a word of the person they are text.
    return re.sub(r"(?<!\\)([()])", r"\\\1", word)


def _without(phrases: list[str], others: list[str], notes: list[str], reason: str) -> list[str]:
    left_out = {bare(phrase) for phrase in phrases} & {bare(other) for other in others}
    if left_out:
        notes.append(f"{reason}: {', '.join(sorted(left_out))}.")
    return [phrase for phrase in phrases if bare(phrase) not in left_out]


def _unwanted_of(person: Person | None, positive: str) -> list[str]:
    if person is None:
        return []
    other = _OTHER_AGE.get(person.subject)
    # "holding a child" is a wish; forbidding it in the same breath would undo it.
    unwanted = [other] if other and not re.search(rf"\b{other}", positive, re.IGNORECASE) else []
    return [*unwanted, "nsfw", "nudity"] if person.subject in _CHILDREN else unwanted


def _fit_notes(person: Person | None, style: Style | None) -> list[str]:
    if person is None:
        return ["No person is connected: the portrait shows nobody in particular."]
    if style is None or style.lora is None or person.base_family == style.base_family:
        return []
    made_for, trained_on = (FAMILY_TITLES.get(each.base_family, each.base_family) for each in (style, person))
    return [f'Style "{style.id}" is made for {made_for}, the person was trained on {trained_on}: likeness suffers.']


def _phrases(text: str, notes: list[str]) -> list[str]:
    notes += [f"{tag} is no text for ComfyUI and was left out. Use Load Style LoRA." for tag in _LORA_TAG.findall(text)]
    return split_phrases(_LORA_TAG.sub("", text))
