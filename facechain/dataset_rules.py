"""What may go into a dataset, and in which words."""

from __future__ import annotations

import logging
import re

from .errors import DatasetTooSmall, InvalidSetting
from .faces import AlignedFace, FaceSet
from .names import slug_from_name
from .people import SUBJECTS

logger = logging.getLogger(__name__)

FEWEST_FACES, MOST_FACES = 3, 20
"""Two faces do not tell what is the person and what the photo; above 20 only training time grows."""
TRIGGER_WORD = re.compile(r"[A-Za-z0-9]{1,32}")


def check_words(person_name: str, trigger_word: str, subject: str) -> None:
    """Nothing happens if the words can serve. Raises InvalidName or InvalidSetting if one cannot."""
    slug_from_name(person_name)  # an impossible name must fail before training, not after it
    if not TRIGGER_WORD.fullmatch(trigger_word) or trigger_word.lower() in SUBJECTS:
        raise InvalidSetting(
            f'The trigger word "{trigger_word}" cannot be used. '
            'Use 1 to 32 letters and digits that are no word of their own, for example "fcsks".'
        )
    if subject not in SUBJECTS:
        raise InvalidSetting(f'Subject "{subject}" is unknown. Use one of: {", ".join(SUBJECTS)}.')


def best_faces(faces: FaceSet, held_out_count: int) -> list[AlignedFace]:
    """At most 20 faces, best quality first, equal ones in photo order.

    Raises DatasetTooSmall below 3 faces; InvalidSetting if fewer than 3 would not be held out, or if
    the crops are not square.
    """
    if len(faces.faces) < FEWEST_FACES:
        raise DatasetTooSmall(_why_too_small(faces))
    if faces.size.width != faces.size.height:
        raise InvalidSetting(f"Crops are {faces.size.width} x {faces.size.height} px. Training needs square ones.")
    best = sorted(faces.faces, key=lambda face: -face.quality.score)[:MOST_FACES]
    if not 0 <= held_out_count <= len(best) - FEWEST_FACES:
        raise InvalidSetting(
            f"{held_out_count} of {len(best)} crops cannot be held out. "
            f"Choose 0 to {len(best) - FEWEST_FACES}, so that {FEWEST_FACES} remain to train on."
        )
    if len(best) < len(faces.faces):
        logger.info("FaceChain trains on the %d best of %d faces", len(best), len(faces.faces))
    return best


def caption_of(face: AlignedFace, *, trigger_word: str, subject: str) -> str:
    """Trigger word, subject, and what the tagger found, for example "fcsks, a woman, glasses"."""
    caption = f"{trigger_word}, a {subject}"
    return f"{caption}, {face.caption}" if face.caption else caption


def _why_too_small(faces: FaceSet) -> str:
    accepted, total = len(faces.faces), len(faces.verdicts)
    refused = [
        f"Photo {number} of {total}: {verdict.reason} {verdict.advice}"
        for number, verdict in enumerate(faces.verdicts, 1)
        if not verdict.accepted
    ]
    fact = f"Training needs {FEWEST_FACES} accepted photos, and {accepted} of {total} were accepted. Add more photos."
    return "\n".join([fact, *refused])
