"""What the portraits drawn during training show: whether there is a face, how large, and how alike to the person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..decoding import decode_picture
from ..errors import ModelUnavailable
from ..geometry import ByteArray
from ..identity import Identity
from ..interfaces import FaceAnalyzer
from ..people import MOST_REFERENCES
from ..person_embeddings import embed_references
from ..providers.catalog import open_model
from ..providers.lease import CpuLease
from ..providers.model_entry import Role
from ..providers.model_files import ModelLocations
from .job import TrainJob
from .samples import Manifest


@dataclass(frozen=True, slots=True)
class Look:
    """The largest face in one portrait."""

    likeness: float | None
    """0..1 to the person, 1 for as alike as their own photos are to each other; None: there is no face."""
    face_share: float | None
    """Area of the face's box over that of the picture, 0..1; None: there is no face."""


NO_FACE = Look(None, None)


class SampleJudge:
    """Compares pictures with a person's crops, whose embeddings are computed once."""

    def __init__(self, crops: Sequence[ByteArray], analyzer: FaceAnalyzer) -> None:
        """Raises NoFaceFound if `analyzer` sees no face in any crop."""
        self._analyzer = analyzer
        self._person = Identity.of(tuple(crops), embed_references(crops, analyzer), analyzer.calibration)

    def look(self, picture: ByteArray) -> Look:
        """What `picture` shows."""
        faces = self._analyzer.detect(picture)
        if not faces:
            return NO_FACE
        largest = max(faces, key=lambda face: face.box.area)
        height, width = picture.shape[:2]
        inside_width = min(largest.box.x2, width) - max(largest.box.x1, 0)
        inside_height = min(largest.box.y2, height) - max(largest.box.y1, 0)
        likeness = self._person.likeness(self._analyzer.embed(picture, largest))
        return Look(likeness, max(inside_width, 0) * max(inside_height, 0) / (width * height))


def open_judge(job: TrainJob, manifest: Manifest) -> SampleJudge:
    """The judge of the job's portraits, on the CPU, where it takes no memory from the training.

    Raises ModelUnavailable, LicenceNotAccepted, AssetMissing or AssetCorrupt if the analyzer cannot be opened, and
    NoFaceFound if it does not see the person in the dataset.
    """
    assert job.models_folder is not None
    try:
        analyzer = open_model(Role.ANALYZER, job.analyzer_id, ModelLocations(job.models_folder), CpuLease())
    except ImportError as error:
        raise ModelUnavailable(f'Analyzer "{job.analyzer_id}" cannot be loaded ({error}). Connect another.') from None
    crops = [decode_picture(sample.image) for sample in manifest.samples[:MOST_REFERENCES]]
    return SampleJudge(crops, analyzer)
