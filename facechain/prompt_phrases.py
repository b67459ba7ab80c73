"""Prompts as the phrases between their commas."""

from __future__ import annotations

import re
from collections.abc import Iterable

BREAK = "BREAK"
"""Where people who know it from other programs begin a new chunk; it may come as often as they like."""
_PIECE = re.compile(r"\\.|[(),]|[^\\(),]+|\\")
_WEIGHTED = re.compile(r"\(+([^(),\\]+?)(?::\s*[\d.]+)?\s*\)+")


def split_phrases(text: str) -> list[str]:
    """What stands between commas that are in no bracket, with single spaces; nothing empty."""
    phrases, depth = [""], 0
    for piece in _PIECE.findall(" ".join(text.split())):
        # A bracket too many, as in a smiley, must not open the brackets that follow it.
        depth = max(depth + (piece == "(") - (piece == ")"), 0)
        if piece == "," and depth == 0:
            phrases.append("")
        else:
            phrases[-1] += piece
    return [phrase.strip() for phrase in phrases if phrase.strip()]


def bare(phrase: str) -> str:
    """`phrase` without the brackets and the number of its weight, in small letters: what it speaks of."""
    weighted = _WEIGHTED.fullmatch(phrase)
    return re.sub(r"\\([()])", r"\1", weighted[1] if weighted else phrase).strip().casefold()


def join_phrases(phrases: Iterable[str]) -> str:
    """All `phrases` in their order, each once; the first one with a weight stands for those without."""
    chosen: dict[str, str] = {}
    for place, phrase in enumerate(phrases):
        key = f"{BREAK}, {place}" if phrase == BREAK else bare(phrase)
        if key not in chosen or (_is_plain(chosen[key]) and not _is_plain(phrase)):
            chosen[key] = phrase
    return ", ".join(chosen.values())


def _is_plain(phrase: str) -> bool:
    return _WEIGHTED.fullmatch(phrase) is None
