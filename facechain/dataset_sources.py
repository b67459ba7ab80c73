"""Which photos a dataset was made of, so that deleting a person finds them.

Beside the manifest, not in it: a photo that was looked at and refused changes no dataset.
"""

from __future__ import annotations

import json
from pathlib import Path

from .faces import FaceSet
from .stored_files import write_atomically

SOURCES_FILE = "sources.json"


def remember_sources(folder: Path, faces: FaceSet) -> None:
    """The photos of `faces`, accepted or not, are among `sources_of(folder)` from now on."""
    known = sources_of(folder)
    photos = {verdict.photo.sha256 for verdict in faces.verdicts if verdict.photo.sha256}
    if photos - known:
        write_atomically(folder / SOURCES_FILE, json.dumps(sorted(known | photos), indent=0).encode())


def sources_of(folder: Path) -> frozenset[str]:
    """sha256 of every photo that the dataset in `folder` was made of; empty when nothing is known."""
    try:
        photos = json.loads((folder / SOURCES_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return frozenset()
    return frozenset(photo for photo in photos if isinstance(photo, str)) if isinstance(photos, list) else frozenset()
