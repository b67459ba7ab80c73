"""Which LoRAs, how strong, and which words: what a person and a style ask of a base model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import WrongBaseModel
from .people import Person
from .prompts import PromptAdditions, Prompts, assemble_prompt
from .style_file import FAMILY_TITLES, Style
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

    Raises WrongBaseModel if a model of `family` can carry the style or the person only by accident.
    """
    loras: list[LoraUse] = []
    prompts = assemble_prompt(person, style, additions)
    notes = list(prompts.notes)
    if style is not None:
        check_base_family(style, family)
        located = locate_style_lora(style, lora_folders)
        notes += [located.note] if located.note else []
        if located.file is not None:
            loras.append(LoraUse(located.file, _first_set(strengths.style, style.style_strength)))
    if person is not None:
        _check_person(person, family)
        own = style.face_strength if style else FACE_STRENGTH_ALONE
        loras.append(LoraUse(person.lora_file, _first_set(strengths.face, own)))
    return PortraitPlan(tuple(loras), prompts, tuple(notes))


def _check_person(person: Person, family: str) -> None:
    if person.base_family != family:
        trained, found = (FAMILY_TITLES.get(name, name) for name in (person.base_family, family))
        raise WrongBaseModel(
            f'Person "{person.slug}" was trained on {trained}, but the connected MODEL is {found}. '
            f"Load an {trained} checkpoint, or train the person on this one."
        )


def _first_set(wanted: float | None, own: float) -> float:
    return own if wanted is None else wanted
