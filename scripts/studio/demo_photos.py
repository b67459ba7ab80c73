"""The pictures of a demo, inside the host's input folder: made ones, and the user's own photos if there are any."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .commands import run_logged
from .environment import clean
from .errors import SetupError
from .photos import Photos

FOLDER = "demo"
"""In the host's input folder; everything in it is ours and made anew by every run."""
OWN = "own"
FEWEST_PHOTOS = 3
PICTURE_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".avif", ".heic", ".heif"}
)
"""As the node Load Portrait Photos reads them."""


@dataclass(frozen=True)
class DemoPicture:
    """One picture of the host's input folder."""

    name: str
    """Relative to the input folder."""
    shows: str
    """For people, in a few words; never a file name of the user's."""


@dataclass(frozen=True)
class DemoPictures:
    """All pictures of a demo."""

    photos_folder: str
    """Relative to the input folder."""
    photos: tuple[DemoPicture, ...]
    """To be checked and trained on, in the order of the node: by name."""
    targets: tuple[DemoPicture, ...]
    """To lay the person's face into."""
    ranking: tuple[DemoPicture, ...]
    """To rank, beside the results of the fusion."""
    portrait: DemoPicture
    """One good photo, public."""
    template: DemoPicture
    """A public photo of two people."""
    second_person: DemoPicture
    """A public photo of the right one of them."""
    own: bool
    """True if the photos are the user's."""


def make_pictures(photos: Photos, input_folder: Path, python: Path, own_photos: Path | None) -> DemoPictures:
    """The demo's pictures, made anew.

    With `own_photos` the ranking has only strangers and faceless pictures to compare with; the user's
    photos join it in the prompt. Raises SetupError if that folder does not serve.
    """
    folder = input_folder / FOLDER
    own = photo_files(own_photos) if own_photos else []
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    sources = folder / "sources.json"
    sources.write_text(json.dumps(_sources(photos)), encoding="utf-8")
    maker = Path(__file__).with_name("demo_photo_maker.py")
    run_logged([python, maker, sources, folder], input_folder.parent / "pictures.log", environ=clean())
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    made = {use: _described(use, entries) for use, entries in index.items()}
    pictures = DemoPictures(
        photos_folder=f"{FOLDER}/photos",
        photos=made["photos"],
        targets=made["targets"],
        ranking=made["ranking"],
        portrait=made["portrait"][0],
        template=made["template"][0],
        second_person=made["second_person"][0],
        own=False,
    )
    if not own:
        return pictures
    _link_files(own, folder / OWN)
    mine = tuple(DemoPicture(f"{FOLDER}/{OWN}/{file.name}", "") for file in own)
    others = tuple(picture for picture in made["ranking"] if not picture.shows.startswith("the person"))
    return replace(pictures, photos_folder=f"{FOLDER}/{OWN}", photos=mine, ranking=others, own=True)


def photo_files(folder: Path) -> list[Path]:
    """The pictures directly in `folder`, by name. Raises SetupError if those are too few."""
    if not folder.is_dir():
        raise SetupError(f"{folder} is no folder. Give --photos the folder that holds the photos.")
    found = sorted(file for file in folder.iterdir() if _is_picture(file))
    if len(found) < FEWEST_PHOTOS:
        raise SetupError(
            f"{folder} holds {len(found)} pictures, at least {FEWEST_PHOTOS} are needed. "
            "Put the photos directly into it, not into subfolders."
        )
    return found


def _is_picture(file: Path) -> bool:
    return file.is_file() and file.suffix.lower() in PICTURE_SUFFIXES and not file.name.startswith(".")


def _link_files(files: Sequence[Path], folder: Path) -> None:
    """Hard links where the file system allows them, else copies; the host refuses symbolic ones that lead outside."""
    folder.mkdir(parents=True)
    for file in files:
        try:
            os.link(file.resolve(), folder / file.name)
        except OSError:
            shutil.copy2(file, folder / file.name)


def _described(use: str, entries: Sequence[dict[str, str]]) -> tuple[DemoPicture, ...]:
    return tuple(DemoPicture(f"{FOLDER}/{use}/{entry['file']}", entry["shows"]) for entry in entries)


def _sources(photos: Photos) -> dict[str, str]:
    files = {
        "astronaut": photos.astronaut,
        "hopper": photos.grace_hopper,
        "cat": photos.cat,
        "coffee": photos.coffee,
        "rocket": photos.rocket,
    }
    return {name: str(file) for name, file in files.items()}
