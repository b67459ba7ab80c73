"""File names made of what people call themselves."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from .errors import InvalidName

LONGEST_SLUG_BYTES = 64
"""UTF-8. Leaves room for "-<hash>.safetensors" and for folders inside Windows' 260 characters."""

_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin", "conout"}
    | {f"{port}{digit}" for port in ("com", "lpt") for digit in range(10)}
)
"""Windows opens these as devices, whatever folder they stand in."""

_INVISIBLE_LETTERS = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0\u034f") | {
    chr(code) for span in ((0x180B, 0x1810), (0xFE00, 0xFE10), (0xE0100, 0xE01F0)) for code in range(*span)
}
"""Unicode calls them letters or marks, but they draw nothing: Hangul fillers, variation selectors."""


def slug_from_name(name: str) -> str:
    """`name` as one safe file name: lower-case letters, digits, "-" and "_" of any script.

    Never empty, never a device name, at most 64 bytes of UTF-8, compatibility-normalised, and
    `slug_from_name(slug) == slug`. Names that differ only in case, punctuation or emoji share a
    slug; a longer name ends in a part of its hash, so that two long names stay apart.

    Raises InvalidName if `name` holds a path separator, or no letter and no digit.
    """
    readable = _normalised(name)
    if "/" in readable or "\\" in readable:
        raise InvalidName(f"The name {_quoted(name)} looks like a path. Leave out / and \\.")
    slug = re.sub(r"-*_[-_]*|-+", _one_separator, _safe_characters(readable)).strip("-_")
    if not slug:
        raise InvalidName(f"The name {_quoted(name)} has no letter or digit. Add at least one.")
    if slug in _DEVICES:
        slug = f"person-{slug}"
    return _shortened(slug)


def _normalised(name: str) -> str:
    # NFKC turns look-alikes such as a full-width slash into what they stand for, so that the checks
    # see them; case folding can undo the normal form, hence the second pass.
    folded = unicodedata.normalize("NFKC", name).casefold()
    return unicodedata.normalize("NFKC", folded)


def _safe_characters(text: str) -> str:
    safe = ""
    for character in text:
        category = unicodedata.category(character)
        if category == "Cf" or character in _INVISIBLE_LETTERS:
            continue
        after_letter = bool(safe) and safe[-1] not in "-_"
        if category[0] in "LN" or character == "_" or (category[0] == "M" and after_letter):
            safe += character
        else:
            safe += "-"
    return safe


def _one_separator(run: re.Match[str]) -> str:
    return "_" if "_" in run.group() else "-"


def _shortened(slug: str) -> str:
    encoded = slug.encode()
    if len(encoded) <= LONGEST_SLUG_BYTES:
        return slug
    digest = hashlib.sha256(encoded).hexdigest()[:6]
    head = encoded[: LONGEST_SLUG_BYTES - 7].decode(errors="ignore")
    return f"{head.rstrip('-_')}-{digest}"


def _quoted(name: str) -> str:
    shown = name if len(name) <= 40 else name[:40] + "…"
    return ascii(shown) if not shown.isprintable() else f'"{shown}"'
