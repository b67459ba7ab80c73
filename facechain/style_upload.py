"""A style file that comes from elsewhere, of our format or FaceChain's, as a style of ours."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

from .base_families import FAMILY_TITLES
from .errors import InvalidName, InvalidSetting, StyleUnreadable
from .facechain_style import SDXL_FOLDER, is_facechain_style, read_any_style
from .names import slug_from_name
from .style_file import MOST_BYTES, Style


def read_uploaded_style(name: str, content: bytes, family: str = "sd15") -> Style:
    """The style in `content`, a file that its sender calls `name`; its id is fit for a file name.

    Files of FaceChain's do not say their `family`, ours do. Raises StyleUnreadable with all problems
    of the file, InvalidSetting for an unknown family.
    """
    if family not in FAMILY_TITLES:
        raise InvalidSetting(f'The family "{family[:40]}" is unknown. Choose one of: {", ".join(FAMILY_TITLES)}.')
    if len(content) > MOST_BYTES:
        raise StyleUnreadable(f"{name} has {len(content):,} bytes, a style file at most {MOST_BYTES:,}. Shorten it.")
    stem = _stem(name, content)
    # The rules read a file under its own name, and FaceChain's folder is the only place that says its family.
    with tempfile.TemporaryDirectory(prefix="facechain-import-", ignore_cleanup_errors=True) as folder:
        home = Path(folder) / (SDXL_FOLDER if family == "sdxl" else family)
        home.mkdir()
        file = home / f"{stem}.json"
        file.write_bytes(content)
        style = read_any_style(file)
    return replace(style, id=slug_from_name(stem))


def _stem(name: str, content: bytes) -> str:
    """What the file would be called in a styles folder: by the id that it says, else by its own name."""
    own = Path(name.replace("\\", "/")).stem
    try:
        fields = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        fields = None
    said = fields.get("id") if isinstance(fields, dict) and not is_facechain_style(fields) else None
    stem = said if isinstance(said, str) else own
    try:
        # Ids of people's own making may have capitals; what else differs is no plain file name.
        is_plain = slug_from_name(stem).casefold() == stem.casefold()
        return stem if is_plain else slug_from_name(own)
    except InvalidName:
        return "style"
