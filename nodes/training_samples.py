"""Sample portraits of a training, as a page shows them: a copy that it may view, and the likeness."""

import shutil
from functools import cached_property
from pathlib import Path
from typing import Any

from ..facechain.dataset import Dataset
from ..facechain.people import MOST_REFERENCES
from ..facechain.training.sample_files import SampleFile, drawn_samples
from ..facechain.training.sample_likeness import SampleJudge
from . import host
from .open_models import open_analyzer


class SampleGallery:
    """The portraits in a job's folder, compared with the crops of the dataset."""

    def __init__(self, folder: Path, dataset: Dataset) -> None:
        self._folder = folder
        self._dataset = dataset
        self._shown: dict[SampleFile, dict[str, Any]] = {}

    def show(self, sample: SampleFile) -> dict[str, Any]:
        """Step, likeness (None without a face) and the picture as the host's `/view` takes it."""
        if sample not in self._shown:
            picture = self._folder / sample.path
            folder = host.temporary_folder()
            copy = shutil.copyfile(picture, folder / f"{self._folder.name}-{picture.name}")
            image = {"filename": copy.name, "subfolder": folder.name, "type": "temp"}
            likeness = self._judge.likeness(picture)
            self._shown[sample] = {"step": sample.step, "likeness": likeness, "image": image}
        return self._shown[sample]

    def all(self) -> list[dict[str, Any]]:
        """Every portrait of the job, those of earlier runs too, in order of their steps."""
        return [self.show(sample) for sample in drawn_samples(self._folder)]

    @cached_property
    def _judge(self) -> SampleJudge:
        return SampleJudge(
            self._dataset.read_crops(MOST_REFERENCES), open_analyzer(seen_by=[self._dataset.analyzer_id])
        )
