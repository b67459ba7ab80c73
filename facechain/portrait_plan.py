"""Which LoRAs, how strong, and which words: what a person and a style ask of a base model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .base_families import FAMILY_TITLES
from .errors import WrongBaseModel
from .people import Person
from .prompts import PromptAdditions, Prompts, assemble_prompt
from .style_file import Style
from .style_lora import locate_style_lora
from .styles import check_base_family

FACE_STRENGTH_ALONE = 0.95
"""Without a style. FaceChain's value for 64 of its 76 styles."""


@dataclass(frozen=True, slots=True)
class Strengths:
    """What the user wants instead of the style's own strengths."""

    style: float | None = None
    face: float | None = None


@dataclass(frozen=True, slots=True)
class LoraUse:
    """One LoRA file at one strength, for U-Net and text encoder alike."""

    file: Path
    strength: float
    """Above 0: a LoRA that is to add nothing is no use of it."""
    of: Literal["style", "person"]


@dataclass(frozen=True, slots=True)
class PortraitPlan:
    """LoRAs in the order in which they are patched, and the prompts; its notes are in `prompts`."""

    loras: tuple[LoraUse, ...]
    prompts: Prompts
    notes: tuple[str, ...]


def plan_portrait(
    person: Person | None,
    style: Style | None,
    *,
    strengths: Strengths,
    additions: PromptAdditions,
    family: str,
    lora_folders: Sequence[Path],
) -> PortraitPlan:
    """The style's LoRA first, the face LoRA second, and the assembled prompts.

    A LoRA whose strength is 0 or less is left out: it then neither has to be there nor to fit.
    Raises WrongBaseModel if a model of `family` can carry the style or the person only by accident.
    """
    prompts = assemble_prompt(person, style, additions)
    style_loras, style_notes = _style_loras(style, strengths.style, family, lora_folders)
    own = style.face_strength if style else FACE_STRENGTH_ALONE
    face_loras, face_notes = _face_loras(person, _first_set(strengths.face, own), family)
    return PortraitPlan((*style_loras, *face_loras), prompts, (*prompts.notes, *style_notes, *face_notes))


def _style_loras(
    style: Style | None, wanted: float | None, family: str, lora_folders: Sequence[Path]
) -> tuple[list[LoraUse], list[str]]:
    """The style's LoRA if it is used, and what is to be said of it."""
    if style is None or style.lora is None:
        return [], []
    strength = _first_set(wanted, style.style_strength)
    if strength <= 0:
        return [], [f'The LoRA of style "{style.id}" is left out: its strength is {strength:g}.']
    check_base_family(style, family)
    located = locate_style_lora(style, lora_folders)
    notes = [located.note] if located.note else []
    return ([LoraUse(located.file, strength, "style")] if located.file else []), notes


def _face_loras(person: Person | None, strength: float, family: str) -> tuple[list[LoraUse], list[str]]:
    """The person's LoRA if it is used, and what is to be said of it."""
    if person is None:
        return [], []
    if strength <= 0:
        return [], [f'The face LoRA of "{person.slug}" is left out: its strength is {strength:g}.']
    _check_person(person, family)
    return [LoraUse(person.lora_file, strength, "person")], []


def _check_person(person: Person, family: str) -> None:
    if person.base_family != family:
        trained, found = (FAMILY_TITLES.get(name, name) for name in (person.base_family, family))
        raise WrongBaseModel(
            f'Person "{person.slug}" was trained on {trained}, but the connected MODEL is {found}. '
            f"Load an {trained} checkpoint, or train the person on this one."
        )


def _first_set(wanted: float | None, own: float) -> float:
    return own if wanted is None else wanted
