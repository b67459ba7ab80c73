"""The dataset folder as the trainer reads it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from ..errors import DatasetUnreadable
from .sample_files import PLAIN, PROMPTS, STYLED

MANIFEST_FILE = "manifest.json"
PORTRAIT_WORDS = {
    PLAIN: "portrait photo, looking at the camera, plain background",
    STYLED: "oil painting of a face, upper body, ornate costume, dramatic light",
}
"""Of the sample portraits: one as plain as the training photos, and one far from them, which shows whether the
model still follows a prompt."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One crop with its caption."""

    image: Path
    mask: Path | None
    caption: str
    repeats: int
    held_out: bool
    """Never trained on; measures the validation loss."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in a dataset folder."""

    trigger_word: str
    subject: str
    resolution: int
    samples: tuple[Sample, ...]

    @property
    def portrait_prompts(self) -> tuple[str, ...]:
        """What sample portraits are asked for, as PROMPTS has them: the captions' beginning, in two settings."""
        return tuple(f"{self.trigger_word}, a {self.subject}, {PORTRAIT_WORDS[name]}" for name in PROMPTS)

    @property
    def trained(self) -> tuple[int, ...]:
        """Indices of the samples to train on, each as often as it is repeated."""
        return tuple(
            index for index, sample in enumerate(self.samples) if not sample.held_out for _ in range(sample.repeats)
        )

    @property
    def validated(self) -> tuple[int, ...]:
        """Indices of the held-out samples; of all samples if none is held out."""
        held_out = tuple(index for index, sample in enumerate(self.samples) if sample.held_out)
        return held_out or tuple(range(len(self.samples)))


def read_manifest(folder: Path) -> Manifest:
    """The content of `folder`. Raises DatasetUnreadable if a file is missing or wrong."""
    try:
        content = json.loads((folder / MANIFEST_FILE).read_bytes())
        if content["schema"] != 1:
            raise DatasetUnreadable(
                f"The dataset has schema {content['schema']}, this version reads 1. Build it again."
            )
        samples = tuple(
            Sample(
                image=_inside(folder, entry["image"]),
                mask=_inside(folder, entry["mask"]) if entry.get("mask") else None,
                caption=str(entry["caption"]),
                repeats=int(entry.get("repeats", 1)),
                held_out=bool(entry.get("held_out", False)),
            )
            for entry in content["samples"]
        )
        manifest = Manifest(
            trigger_word=str(content["trigger_word"]),
            subject=str(content["subject"]),
            resolution=int(content["resolution"]),
            samples=samples,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetUnreadable(
            f"The dataset folder {folder.name} cannot be read ({type(error).__name__}: {error}). Build it again."
        ) from None
    if not manifest.trained:
        raise DatasetUnreadable(f"The dataset has {len(samples)} samples and none to train on. Accept more photos.")
    return manifest


def _inside(folder: Path, name: str) -> Path:
    """A file of the dataset folder itself; a manifest must not reach beyond it."""
    if Path(name).name != name:
        raise DatasetUnreadable(f"The dataset names a file outside of its folder ({name!r}). Build it again.")
    return folder / name
