"""What people call themselves, as the font of our pictures can write it."""

from __future__ import annotations

import unicodedata

LONGEST_NAME = 20


def drawn_name(name: str) -> str:
    """`name` in plain Latin letters without accents, at most 20 characters; empty if it has other letters.

    The font that comes with Pillow draws a box for everything beyond ASCII.
    """
    parts = unicodedata.normalize("NFKD", name)
    plain = "".join(letter for letter in parts if not unicodedata.combining(letter)).strip()
    if not (plain.isascii() and plain.isprintable()):
        return ""
    return plain if len(plain) <= LONGEST_NAME else plain[: LONGEST_NAME - 3] + "..."
