"""What most photos of a person share and a new portrait should have again, such as glasses or a beard."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from .tag_rules import split_words

MOST_HABITS = 6
"""CLIP reads 75 tokens at a time. Six words of the person take up to 20 of them and leave the rest to the style."""
_NAMES = 2
"""Phrases at the beginning of a caption that name the person: trigger word and subject."""
_OF_THE_PERSON = re.compile(
    r"(?:.*\b)?(?:"
    r"hair|bangs|fringe|ponytail|pigtails|twintails|braids?|bun|bob cut|afro|dreadlocks|curls|bald|"
    r"beard|moustache|mustache|goatee|stubble|sideburns|"
    r"(?:eye)?glasses|spectacles|eyewear|"
    r"freckles|moles?|beauty mark|birthmark|scars?|dimples|"
    r"(?:blue|green|brown|hazel|grey|gray|black|amber) eyes"
    r")"
)
"""Whole phrases that end in something that a person wears from photo to photo: hair, beard, spectacles, marks of the
skin and the colour of the eyes. A list of what may stay, because what a tagger says of a photo has no end. FaceChain
keeps hair, face, mouth, skin and smile; face and skin are what the LoRA has learned, mouth and smile are expressions,
and like pose, light, clothes, crop and background they belong to the photo and would fight the style."""
_PASSING = re.compile(r"\b(?:no|without|wet|messy|floating|windblown|blurry|wig)\b")
"""Words that make such a phrase speak of one photo, or of what is not there."""


def habit_tags(captions: Iterable[str]) -> tuple[str, ...]:
    """Phrases that stand in more than half of `captions` and speak of the person, not of the photo.

    The most frequent ones first, equal ones in order of appearance, at most six. Captions are those
    of a dataset: trigger word, subject, tags.
    """
    phrases = [split_words(caption)[_NAMES:] for caption in captions]
    first: dict[str, str] = {}
    for phrase in (phrase for caption in phrases for phrase in caption):
        first.setdefault(phrase.casefold(), phrase)
    # most_common keeps equal ones in the order in which they came.
    counted = Counter(phrase.casefold() for caption in phrases for phrase in caption).most_common()
    frequent = [phrase for phrase, count in counted if 2 * count > len(phrases) and _stays(phrase)]
    return tuple(first[phrase] for phrase in frequent[:MOST_HABITS])


def _stays(phrase: str) -> bool:
    return _OF_THE_PERSON.fullmatch(phrase) is not None and _PASSING.search(phrase) is None
