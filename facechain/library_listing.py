"""The libraries of styles and poses as a page shows them, and the picture of one style or pose."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path, PureWindowsPath
from typing import TypedDict

from PIL import Image

from .errors import StyleNotFound
from .pose_library import PoseLibrary
from .pose_map import pose_thumbnail
from .style_file import Style, Title
from .style_lora import ADDED_FOLDER
from .styles import StyleCatalog


class ListedTitle(TypedDict):
    """A name in both languages."""

    en: str
    zh: str


class ListedLora(TypedDict):
    """The LoRA that a style was made for."""

    file: str
    installed: bool
    is_other: bool
    """True when it is known to be another file than the one first seen here."""


class ListedStyle(TypedDict):
    """One style in JSON."""

    id: str
    title: ListedTitle
    base_family: str
    tags: list[str]
    prompt: str
    lora: ListedLora | None
    preview: bool
    """True when `style_preview` gives a picture."""
    own: bool
    """True when the file is the user's and can be deleted."""
    hides_bundled: bool
    """True when a bundled style of this id stands behind it."""


class ListedPose(TypedDict):
    """One pose in JSON."""

    id: str
    title: ListedTitle


class ListedProblem(TypedDict):
    """A file that cannot be used."""

    id: str
    reason: str


class StyleListing(TypedDict):
    """All styles in JSON."""

    styles: list[ListedStyle]
    problems: list[ListedProblem]


class PoseListing(TypedDict):
    """All poses in JSON."""

    poses: list[ListedPose]
    problems: list[ListedProblem]


def style_listing(
    folders: Sequence[Path], lora_names: Iterable[str], is_other: Callable[[str], bool] = lambda name: False
) -> StyleListing:
    """Every style in `folders`, the user's own first, by id, and every file there that is none.

    `lora_names` are the installed LoRAs, relative to their folders. A LoRA counts as installed by its
    file name; its checksum is compared when the style is used. `is_other` says of an installed name
    whether it is known to be another file than the one first seen.
    """
    catalog = StyleCatalog(folders)
    # The host separates folders as its system does; this class knows both ways. Added files count first, so come last.
    paths = sorted(map(PureWindowsPath, lora_names), key=lambda path: path.parent == PureWindowsPath(ADDED_FOLDER))
    places = {path.name: str(path) for path in paths}
    return {
        "styles": [_listed(style, folders, _listed_lora(style, places, is_other)) for style in catalog.styles()],
        "problems": [{"id": problem.style_id, "reason": problem.reason} for problem in catalog.problems()],
    }


def style_preview(style_id: str, folders: Sequence[Path]) -> Path:
    """The picture of a style, beside its file.

    Raises StyleNotFound if there is no such style or it has no picture; StyleUnreadable like the catalogue.
    """
    file = _preview_file(StyleCatalog(folders).load(style_id), folders)
    if file is None:
        raise StyleNotFound(f'Style "{style_id}" has no picture. Name one beside its file as "preview".')
    return file


def pose_listing(folders: Sequence[Path]) -> PoseListing:
    """Every pose in `folders`, by id, and every file there that is none."""
    library = PoseLibrary(folders)
    return {
        "poses": [{"id": pose.id, "title": _title(pose.title)} for pose in library.poses()],
        "problems": [{"id": problem.pose_id, "reason": problem.reason} for problem in library.problems()],
    }


def pose_picture(pose_id: str, folders: Sequence[Path]) -> bytes:
    """A small map of a pose as a PNG file. Raises PoseNotFound and PoseUnreadable like the library."""
    stream = io.BytesIO()
    Image.fromarray(pose_thumbnail(PoseLibrary(folders).load(pose_id))).save(stream, "PNG")
    return stream.getvalue()


def _title(title: Title) -> ListedTitle:
    return {"en": title.en, "zh": title.zh}


def _listed(style: Style, folders: Sequence[Path], lora: ListedLora | None) -> ListedStyle:
    homes = [folder for folder in folders if (folder / f"{style.id}.json").exists()]
    return {
        "id": style.id,
        "title": _title(style.title),
        "base_family": style.base_family,
        "tags": list(style.tags),
        "prompt": style.prompt,
        "lora": lora,
        "preview": _preview_file(style, folders) is not None,
        "own": homes[0] == folders[0] and len(folders) > 1,
        "hides_bundled": len(homes) > 1,
    }


def _listed_lora(style: Style, places: Mapping[str, str], is_other: Callable[[str], bool]) -> ListedLora | None:
    if style.lora is None:
        return None
    place = places.get(style.lora.file)
    return {"file": style.lora.file, "installed": place is not None, "is_other": place is not None and is_other(place)}


def _preview_file(style: Style, folders: Sequence[Path]) -> Path | None:
    home = next(folder for folder in folders if (folder / f"{style.id}.json").is_file())
    if style.preview is None or not (home / style.preview).is_file():
        return None
    return home / style.preview
