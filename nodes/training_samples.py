"""Sample portraits of a training, as a page shows them: a copy that it may view, and the likeness."""

import shutil
from pathlib import Path
from typing import Any

from ..facechain.training.events import EVENTS_FILE, EventReader, SampleDrawn
from . import host


class SampleGallery:
    """The portraits in a job's folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def show(self, sample: SampleDrawn) -> dict[str, Any]:
        """Step, prompt, likeness (None without a face) and the picture as the host's `/view` takes it."""
        picture = self._folder / sample.file
        folder = host.temporary_folder()
        copy = shutil.copyfile(picture, folder / f"{self._folder.name}-{picture.name}")
        image = {"filename": copy.name, "subfolder": folder.name, "type": "temp"}
        return {"step": sample.step, "prompt": sample.prompt, "likeness": sample.likeness, "image": image}

    def all(self) -> list[dict[str, Any]]:
        """Every portrait of the job, those of earlier runs too, in order of step, prompt and number."""
        told = EventReader(self._folder / EVENTS_FILE, from_start=True).read()
        drawn = {(event.step, event.prompt, event.number): event for event in told if isinstance(event, SampleDrawn)}
        return [self.show(drawn[key]) for key in sorted(drawn)]
