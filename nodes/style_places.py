"""The style library of this installation, and what it remembers of the LoRAs of styles."""

from __future__ import annotations

from contextlib import suppress

from ..facechain.errors import StyleNotFound
from ..facechain.file_hashes import FileHashes
from ..facechain.first_sights import RECORD, FirstSights
from ..facechain.library_listing import StyleListing, style_listing
from ..facechain.style_file import Style
from ..facechain.style_library import StyleLibrary
from ..facechain.style_lora import lora_state, with_first_sight
from ..facechain.styles import StyleCatalog
from . import host


def library() -> StyleLibrary:
    """The user's styles in front of the bundled ones."""
    return StyleLibrary(host.style_folders())


def first_sights() -> FirstSights:
    """The record of LoRA files in the models folder; hashes are remembered beside those of checkpoints."""
    hashes = FileHashes(host.private_folder("cache") / "hashes.json")
    return FirstSights(host.models_folder() / "facechain" / RECORD, hashes)


def found_style(style_id: str) -> Style:
    """The style of this id, with what this machine remembers of its LoRA. Raises as the catalogue does."""
    return seen_style(StyleCatalog(host.style_folders()).load(style_id))


def seen_style(style: Style) -> Style:
    """`style` with what this machine remembers of its LoRA."""
    return with_first_sight(style, host.lora_folders(), first_sights())


def style_state(style_id: str) -> str:
    """A text that differs after the style or its LoRA file was changed. Raises as the catalogue does."""
    style = StyleCatalog(host.style_folders()).load(style_id)
    return f"{style!r}|{lora_state(style, host.lora_folders(), first_sights())}"


def listed_styles() -> StyleListing:
    """Every style as the page shows it."""
    return style_listing(host.style_folders(), host.lora_names(), _is_other_lora)


def _is_other_lora(name: str) -> bool:
    with suppress(StyleNotFound, OSError):  # a file that went away since it was listed is not there the next time
        return first_sights().is_other(host.lora_path(name))
    return False


def tell_pages(change: dict[str, str]) -> None:
    """Every open page hears of `change` in the style library."""
    host.send_event("library_changed", {"library": "styles", **change})
