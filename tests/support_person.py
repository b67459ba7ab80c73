"""The person whom the host suite trains once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from studio.photos import Photos

PERSON = "Ana Test"


@dataclass(frozen=True)
class TrainedPerson:
    """A person in the library of the running host."""

    settings: dict[str, dict[str, Any]]
    """Changes to workflow 06, by node class, that belong to this person."""
    expected_verdicts: list[str]
    record: dict[str, Any]
    """What the training node put into the history."""
    lora_name: str


def write_photos(photos: Photos, folder: Path) -> list[str]:
    """Photos for a training, named in order of their verdicts, which are returned."""
    folder.mkdir(parents=True)
    face = Image.open(photos.astronaut).convert("RGB")
    near = face.crop((60, 0, 380, 320)).resize((640, 640), Image.Resampling.BICUBIC)
    made = [
        (face, "accepted"),
        (ImageOps.mirror(near), "accepted"),
        (face.rotate(12, expand=True), "accepted"),
        (face.rotate(90, expand=True), "accepted"),
        (ImageEnhance.Brightness(near).enhance(1.2), "accepted"),
        (near.filter(ImageFilter.GaussianBlur(7)), "blurred"),
        (ImageEnhance.Brightness(face).enhance(0.12), "too_dark"),
        (Image.open(photos.cat).convert("RGB"), "no_face"),
        (Image.open(photos.grace_hopper).convert("RGB"), "stranger"),
    ]
    for number, (picture, _) in enumerate(made):
        picture.save(folder / f"{number:02d}.png")
    (folder / "99.jpg").write_bytes(b"no picture at all")
    return [*(verdict for _, verdict in made), "unreadable"]
