"""A LoRA from elsewhere as a person: the weights are there, photos say whose they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from . import opencv as cv2
from .dataset_rules import check_words
from .errors import InvalidSetting, NoFaceFound
from .faces import FaceSet
from .geometry import ByteArray
from .lora_file import describe_lora
from .names import slug_from_name
from .people import MOST_REFERENCES, REFERENCE_SIDE_PX, Person, Subject
from .stored_files import file_sha256


@dataclass(frozen=True, slots=True)
class PersonWords:
    """What its owner says about a LoRA."""

    person_name: str
    trigger_word: str
    """Empty: the file says it."""
    subject: Subject


def adopt_person(lora: Path, faces: FaceSet, words: PersonWords, base_sha256: str) -> Person:
    """The person whose LoRA is `lora` and whose photos gave `faces`; not in the library yet.

    The crops of best quality become the references. The family is read from the weights.

    Raises UnreadableCheckpoint or StyleUnreadable if the file is no LoRA, NoFaceFound without a face,
    InvalidName, or InvalidSetting without a trigger word.
    """
    facts = describe_lora(lora)
    trigger_word = words.trigger_word.strip() or facts.trigger_phrase
    if not trigger_word:
        raise InvalidSetting(f'"{lora.name}" does not say its trigger word. Type the word that it was trained with.')
    check_words(words.person_name, trigger_word, words.subject)
    best = sorted(faces.faces, key=lambda face: -face.quality.score)[:MOST_REFERENCES]
    if not best:
        raise NoFaceFound("No photo shows the person. Connect at least one in which the face is large and lit.")
    return Person(
        slug=slug_from_name(words.person_name),
        display_name=words.person_name.strip(),
        trigger_word=trigger_word,
        subject=words.subject,
        base_family=facts.family,
        base_sha256=base_sha256,
        lora_file=lora,
        lora_sha256=file_sha256(lora),
        references=tuple(_reference(face.crop) for face in best),
        analyzer_id=faces.analyzer_id,
        created=datetime.now(timezone.utc),
    )


def _reference(crop: ByteArray) -> ByteArray:
    enlarged = crop.shape[0] < REFERENCE_SIDE_PX
    how = cv2.INTER_CUBIC if enlarged else cv2.INTER_AREA
    return cv2.resize(crop, (REFERENCE_SIDE_PX, REFERENCE_SIDE_PX), interpolation=how)
