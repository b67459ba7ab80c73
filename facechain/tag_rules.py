"""What the user wants to be said otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .errors import InvalidSetting
from .tags import Tag

_EDIT = re.compile(r"\s*(\d{1,6})\s*:(.*)")


@dataclass(frozen=True, slots=True)
class TagRules:
    """Words as the user typed them, separated by commas."""

    leave_out: str = ""
    """Kinds, for example hair_tone, or words: "background" leaves out every tag with that word."""
    add: str = ""
    """Come last in every caption, edited ones too."""
    edits: str = ""
    """Lines such as "2: soft smile, outdoors", which replace all tags of that face; faces count from 1."""

    def kept(self, tags: Iterable[Tag]) -> tuple[Tag, ...]:
        """`tags` without those to be left out."""
        unwanted = split_words(self.leave_out)
        return tuple(tag for tag in tags if not any(_speaks_of(tag, words) for words in unwanted))

    def unused(self, tags: Iterable[Tag]) -> tuple[str, ...]:
        """Of the words to be left out, those that none of `tags` has."""
        known = tuple(tags)
        return tuple(words for words in split_words(self.leave_out) if not any(_speaks_of(tag, words) for tag in known))

    def edited(self, count: int) -> dict[int, tuple[str, ...]]:
        """Words of the edited ones among `count` faces, by index from 0; no words: the face has no tags.

        Raises InvalidSetting for a line that cannot be read, or whose face does not exist or has a line already.
        """
        edited: dict[int, tuple[str, ...]] = {}
        for number, line in enumerate(self.edits.splitlines(), 1):
            if line.strip():
                face, words = _parsed(line, number, count)
                if face in edited:
                    raise InvalidSetting(f"Line {number} of edits is the second one for face {face + 1}. Keep one.")
                edited[face] = words
        return edited


def split_words(text: str) -> tuple[str, ...]:
    """The phrases of `text` between commas and line breaks, in order, each once whatever its capitals."""
    first: dict[str, str] = {}
    for part in re.split(r"[,\n\r]", text):
        if phrase := " ".join(part.split()):
            first.setdefault(phrase.casefold(), phrase)
    return tuple(first.values())


def join_words(*groups: Iterable[str]) -> str:
    """All phrases as one caption, each once."""
    return ", ".join(split_words(", ".join(phrase for group in groups for phrase in group)))


def _parsed(line: str, number: int, count: int) -> tuple[int, tuple[str, ...]]:
    match = _EDIT.fullmatch(line)
    if match is None:
        raise InvalidSetting(
            f'Line {number} of edits, "{line.strip()}", cannot be read. '
            'Write the number of a face, a colon and its tags, for example "2: soft smile, outdoors".'
        )
    face = int(match[1])
    if not 1 <= face <= count:
        raise InvalidSetting(f"Line {number} of edits is for face {face}, but there are {count}. Use 1 to {count}.")
    return face - 1, split_words(match[2])


def _speaks_of(tag: Tag, words: str) -> bool:
    wanted = words.casefold()
    if wanted.replace(" ", "_") == tag.kind.value:
        return True
    return f" {wanted} " in f" {tag.words.casefold()} "
