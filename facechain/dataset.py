"""The training folder of one person: crops, captions and a manifest, named by what is in it."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from .dataset_files import MANIFEST_FILE, content_sha256, read_picture, write_folder
from .dataset_rules import best_faces, caption_of, check_words
from .dataset_sources import remember_sources
from .decoding import DECODE_ERRORS
from .errors import DatasetUnreadable
from .faces import AlignedFace, FaceSet
from .geometry import ByteArray
from .loss_weights import loss_weights
from .people import REFERENCE_SIDE_PX, Subject

logger = logging.getLogger(__name__)

SCHEMA = 1
FOLDER_DIGITS = 16
"""Of the sha256; the full one would not fit into Windows paths of 260 characters."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One crop with its caption. Both files lie in the dataset's folder."""

    image: str
    mask: str | None
    """8-bit grey, weight of the training loss; None: all pixels count alike."""
    caption: str
    repeats: int
    held_out: bool
    """Never trained on; measures the validation loss."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A training folder that was complete and unchanged when it was opened."""

    folder: Path
    sha256: str
    """Of the manifest and all pixels; the folder's name is its beginning."""
    person_name: str
    trigger_word: str
    subject: Subject
    resolution: int
    """Both sides of every crop, in pixels."""
    samples: tuple[Sample, ...]
    """Best quality first; the held-out ones are the last."""
    analyzer_id: str = "embedded"
    """Catalogue id of the face analyzer that saw the photos."""

    def __repr__(self) -> str:
        return f"Dataset({self.count} samples, {self.resolution} px)"

    @property
    def count(self) -> int:
        """Number of crops, held-out ones included."""
        return len(self.samples)

    @staticmethod
    def read(folder: Path) -> Dataset:
        """The dataset in `folder`, after every file of it was decoded and checked.

        Raises DatasetUnreadable if a file is missing, damaged or was changed.
        """
        try:
            manifest = (folder / MANIFEST_FILE).read_bytes()
            dataset = _from_manifest(folder, manifest)
            pictures = [
                read_picture(folder / name, dataset.resolution, mode)
                for sample in dataset.samples
                for name, mode in _files(sample)
            ]
        except (KeyError, *DECODE_ERRORS) as error:
            raise DatasetUnreadable(
                f"The dataset {folder.name} is incomplete or damaged ({error}). Build it again."
            ) from error
        dataset = replace(dataset, sha256=content_sha256(manifest, pictures))
        if folder.name != dataset.sha256[:FOLDER_DIGITS]:
            raise DatasetUnreadable(f"The dataset {folder.name} was changed after it was built. Build it again.")
        return dataset

    def read_crops(self, most: int) -> tuple[ByteArray, ...]:
        """At most `most` crops, best quality first, RGB uint8 (512, 512, 3), read-only."""
        return tuple(_reference(self.folder / sample.image) for sample in self.samples[:most])


def build_dataset(
    faces: FaceSet, root: Path, *, person_name: str, trigger_word: str, subject: Subject, held_out_count: int = 0
) -> Dataset:
    """The training folder of `faces` below `root`; the same faces and words give the same folder, unwritten.

    Of more than 20 faces the 20 of best quality are taken. `held_out_count` of the poorest are kept
    out of training to measure its loss; 0 is right for identity, where every photo counts.

    Raises DatasetTooSmall below 3 faces, InvalidSetting and InvalidName for words that cannot serve.
    """
    check_words(person_name, trigger_word, subject)
    chosen = best_faces(faces, held_out_count)
    captions = [caption_of(face, trigger_word=trigger_word, subject=subject) for face in chosen]
    samples = tuple(
        _sample(number, face, captions[number], held_out=number >= len(chosen) - held_out_count)
        for number, face in enumerate(chosen)
    )
    words = (person_name, trigger_word, subject)
    dataset = Dataset(root, "", *words, faces.size.width, samples, faces.analyzer_id)
    manifest = _to_manifest(dataset)
    pictures = _pictures(samples, chosen)
    sha256 = content_sha256(manifest, pictures.values())
    dataset = replace(dataset, folder=root / sha256[:FOLDER_DIGITS], sha256=sha256)
    _write_once(dataset, manifest, pictures)
    remember_sources(dataset.folder, faces)
    return dataset


def _sample(number: int, face: AlignedFace, caption: str, *, held_out: bool) -> Sample:
    mask = None if face.mask is None else f"{number:03d}.mask.png"
    return Sample(f"{number:03d}.png", mask, caption, repeats=1, held_out=held_out)


def _pictures(samples: Sequence[Sample], faces: Sequence[AlignedFace]) -> dict[str, ByteArray]:
    pictures: dict[str, ByteArray] = {}
    for sample, face in zip(samples, faces, strict=True):
        pictures[sample.image] = face.crop
        weights = loss_weights(face)
        if sample.mask and weights is not None:
            pictures[sample.mask] = (weights.clip(0, 1) * 255).round().astype(np.uint8)
    return pictures


def _write_once(dataset: Dataset, manifest: bytes, pictures: dict[str, ByteArray]) -> None:
    if dataset.folder.exists():
        try:
            Dataset.read(dataset.folder)
            return
        except DatasetUnreadable:
            logger.info("FaceChain replaces the damaged dataset %s", dataset.folder.name)
            shutil.rmtree(dataset.folder)
    write_folder(dataset.folder, manifest, pictures)


def _files(sample: Sample) -> list[tuple[str, str]]:
    """(file name, Pillow mode) of what belongs to `sample`."""
    return [(sample.image, "RGB"), *([(sample.mask, "L")] if sample.mask else [])]


def _to_manifest(dataset: Dataset) -> bytes:
    content = {
        "schema": SCHEMA,
        "person_name": dataset.person_name,
        "trigger_word": dataset.trigger_word,
        "subject": dataset.subject,
        "resolution": dataset.resolution,
        "analyzer_id": dataset.analyzer_id,
        "samples": [asdict(sample) for sample in dataset.samples],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _from_manifest(folder: Path, manifest: bytes) -> Dataset:
    content = json.loads(manifest)
    if content["schema"] != SCHEMA:
        raise DatasetUnreadable(
            f"The dataset {folder.name} has schema {content['schema']}, this version reads {SCHEMA}. Build it again."
        )
    samples = tuple(Sample(**sample) for sample in content["samples"])
    for name in (name for sample in samples for name, _ in _files(sample)):
        if Path(name).name != name:
            raise DatasetUnreadable(f"The dataset {folder.name} names a file outside of its folder. Build it again.")
    words = (content["person_name"], content["trigger_word"], content["subject"])
    return Dataset(folder, "", *words, content["resolution"], samples, content["analyzer_id"])


def _reference(file: Path) -> ByteArray:
    side = (REFERENCE_SIDE_PX, REFERENCE_SIDE_PX)
    with Image.open(file) as picture:
        crop = np.array(picture.convert("RGB").resize(side, Image.Resampling.LANCZOS))
    crop.setflags(write=False)
    return crop
