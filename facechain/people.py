"""A trained person: what the pipeline needs to draw them again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from .errors import InvalidSetting
from .geometry import ByteArray
from .names import slug_from_name

Subject = Literal["person", "woman", "man", "girl", "boy"]
SUBJECTS: tuple[Subject, ...] = get_args(Subject)

REFERENCE_SIDE_PX = 512
MOST_REFERENCES = 8
"""More crops no longer change the median likeness, but each costs a detection and a file."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Person:
    """One trained person. Holds no photo, no photo's name and no absolute path but the LoRA's."""

    slug: str
    """Folder name; `slug_from_name(display_name)`."""
    display_name: str
    trigger_word: str
    """The word that the LoRA was trained with."""
    subject: Subject
    attribute_words: tuple[str, ...] = ()
    """What most captions share, for example "glasses"; may be empty."""
    base_family: str
    """"sd15" or "sdxl"."""
    base_sha256: str
    """Of the checkpoint file that the LoRA was trained on."""
    lora_file: Path
    lora_sha256: str
    references: tuple[ByteArray, ...]
    """Aligned crops, RGB uint8 (512, 512, 3), read-only, best quality first; 1 to 8."""
    analyzer_id: str = "embedded"
    """Catalogue id of the face analyzer that saw the training photos; "auto" means this one for the person."""
    created: datetime
    """With a time zone."""

    def __post_init__(self) -> None:
        if slug_from_name(self.slug) != self.slug:
            raise InvalidSetting(f'"{self.slug}" is no person slug. Use slug_from_name(display_name).')
        if self.subject not in SUBJECTS:
            raise InvalidSetting(f'Subject "{self.subject}" is unknown. Use one of: {", ".join(SUBJECTS)}.')
        if self.created.tzinfo is None:
            raise InvalidSetting("The creation time has no time zone. Use datetime.now(timezone.utc).")
        object.__setattr__(self, "references", _checked_references(self.references))

    def __repr__(self) -> str:
        return f"Person({self.slug}, {len(self.references)} references)"


def _checked_references(references: tuple[ByteArray, ...]) -> tuple[ByteArray, ...]:
    if not 1 <= len(references) <= MOST_REFERENCES:
        raise InvalidSetting(
            f"A person needs 1 to {MOST_REFERENCES} reference crops, got {len(references)}. "
            "Pass the crops of best quality."
        )
    shape = (REFERENCE_SIDE_PX, REFERENCE_SIDE_PX, 3)
    for reference in references:
        if reference.shape != shape or reference.dtype != np.uint8:
            raise InvalidSetting(f"A reference crop is {reference.dtype} {reference.shape}. Use uint8 {shape}.")
    copies = tuple(reference.copy() for reference in references)
    for copy in copies:
        copy.setflags(write=False)
    return copies
