"""FaceChain's own style files, read as styles of ours: dropped into the styles folder they are in the gallery.

Format: the files of `styles/<base model>/*.json` in FaceChain 1.1 to 3.0.
"""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from contextlib import suppress
from pathlib import Path
from typing import Any

from .errors import StyleUnreadable
from .json_fields import Field, problems_sentence, read_fields
from .style_file import MOST_BYTES, STRONGEST, Style, StyleLora, Title, is_strength, is_text, read_style

ID_PHOTO_LORA = StyleLora(
    file="zjz_mj_jiyi_small_addtxt_fromleo.safetensors",
    source="ModelScope: Cherrytest/zjz_mj_jiyi_small_addtxt_fromleo, revision v1.0.0",
    sha256=None,
    licence="unknown",
)
"""What FaceChain takes where a style names no LoRA."""
SDXL_FOLDER = "stable-diffusion-xl"
"""Beginning of the folder in which FaceChain keeps styles of SDXL; in the file itself nothing says it."""

_THEIR_OWN = "add_prompt_style"
"""A field that our files do not have."""


def read_any_style(file: Path) -> Style:
    """The style in `file`, ours or FaceChain's. Raises StyleUnreadable with all problems of the file."""
    if obstacle := _obstacle(file):
        raise StyleUnreadable(problems_sentence("Style", file, [obstacle]))
    fields, problems = read_fields(file, _FIELDS, {})
    if _THEIR_OWN not in fields:
        return read_style(file)
    if problems:
        raise StyleUnreadable(problems_sentence("FaceChain style", file, problems))
    return _style(fields, file)


def is_facechain_style(fields: object) -> bool:
    """True if the content of a JSON file is meant to be a style of FaceChain's own format."""
    return isinstance(fields, dict) and _THEIR_OWN in fields


def _obstacle(file: Path) -> str:
    """Why nothing in `file` can be a style; empty if its text has to be read to know."""
    if not file.is_file():
        return "it is a link to nothing" if file.is_symlink() else "it is no file"
    if (size := file.stat().st_size) > MOST_BYTES:
        return f"it has {size:,} bytes, a style file has at most {MOST_BYTES:,}"
    with suppress(OSError), file.open("rb") as stream:  # the parser says why it cannot be read
        if stream.read(2) in (BOM_UTF16_LE, BOM_UTF16_BE):
            return "it is UTF-16 text, save it as UTF-8"
    return ""


def _style(fields: dict[str, Any], file: Path) -> Style:
    is_sdxl = file.parent.name.startswith(SDXL_FOLDER)
    return Style(
        id=file.stem,
        title=Title(fields["name"], fields["name"]),
        base_family="sdxl" if is_sdxl else "sd15",
        recommended_checkpoint=f"A photographic {'SDXL' if is_sdxl else 'SD 1.5'} checkpoint",
        lora=_lora(fields),
        style_strength=float(fields["multiplier_style"]),
        face_strength=float(fields["multiplier_human"]),
        prompt=fields["add_prompt_style"].strip(),
        negative_prompt="",
        trigger_tokens=(),  # they stand in the prompt
        tags=("facechain",),
        preview=None,
    )


def _lora(fields: dict[str, Any]) -> StyleLora:
    name = fields["bin_file"]
    if not name:
        return ID_PHOTO_LORA
    source = f"ModelScope: {fields['model_id']}, revision {fields['revision']}"
    return StyleLora(name, source, sha256=None, licence="unknown")


def _is_plain_lora(value: Any) -> bool:
    return value in (None, "") or (
        is_text(value) and value.endswith(".safetensors") and not set("/\\:") & set(value) and value[0] != "."
    )


def _is_text_or_null(value: Any) -> bool:
    return value is None or is_text(value)


def _is_word(value: Any) -> bool:
    return is_text(value) and bool(value.strip())


_STRENGTH = Field(f"a number from 0 to {STRONGEST:g}", is_strength)
_ANY_TEXT = Field("a text or null", _is_text_or_null)
_FIELDS = {
    "name": Field("a text that is not empty", _is_word),
    "img": _ANY_TEXT,
    "model_id": _ANY_TEXT,
    "revision": _ANY_TEXT,
    "bin_file": Field("a plain file name that ends in .safetensors, or null", _is_plain_lora),
    "multiplier_style": _STRENGTH,
    "multiplier_human": _STRENGTH,
    "add_prompt_style": Field("a text that is not empty", _is_word),
}
