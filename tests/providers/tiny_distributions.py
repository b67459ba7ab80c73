"""Real distributions of a few bytes, so that the real pip can fetch them from a folder."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from facechain.providers.archives import Pip
from facechain.providers.assets import Origin
from facechain.providers.model_files import ModelFile

WHEEL = "tiny_models-1.0-cp311-cp311-manylinux_2_28_x86_64.whl"
SOURCE = "tiny_weights-1.0.tar.gz"
MODEL = b"a model of a few bytes"
WEIGHTS = b"weights"

_METADATA = "Metadata-Version: 2.1\nName: {}\nVersion: 1.0\n"
_BACKEND = f"""
import pathlib

def prepare_metadata_for_build_wheel(folder, settings=None):
    name = "tiny_weights-1.0.dist-info"
    (pathlib.Path(folder) / name).mkdir()
    (pathlib.Path(folder) / name / "METADATA").write_text({_METADATA.format("tiny_weights")!r})
    return name
"""
_PROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


@dataclass(frozen=True)
class TinyIndex:
    """A folder that serves a wheel and a source distribution."""

    folder: Path
    origins: tuple[Origin, ...]
    pip: Pip


def tiny_index(folder: Path) -> TinyIndex:
    """Both distributions in `folder`, their pins, and the two assets that lie inside."""
    folder.mkdir()
    _write_wheel(folder / WHEEL)
    _write_source(folder / SOURCE)
    requirements = folder / "requirements.txt"
    requirements.write_text(
        "--only-binary tiny_models\n--no-binary tiny_weights\n"
        f"tiny_models==1.0 --hash=sha256:{_sha256((folder / WHEEL).read_bytes())}\n"
        f"tiny_weights==1.0 --hash=sha256:{_sha256((folder / SOURCE).read_bytes())}\n"
    )
    origins = (
        Origin(_asset("model.bin", MODEL), WHEEL, "tiny/model.bin"),
        Origin(_asset("weights.bin", WEIGHTS.upper()), SOURCE, "tiny_weights-1.0/weights.dat", bytes.upper),
    )
    return TinyIndex(folder, origins, Pip(requirements=requirements, options=local(folder)))


def local(folder: Path) -> tuple[str, ...]:
    """Options of pip that leave it no other source than `folder`."""
    return ("--no-index", "--find-links", str(folder))


def _asset(file: str, content: bytes) -> ModelFile:
    return ModelFile(file, _sha256(content), len(content), "CC0-1.0")


def _write_wheel(file: Path) -> None:
    info = "tiny_models-1.0.dist-info"
    with zipfile.ZipFile(file, "w") as wheel:
        wheel.writestr("tiny/model.bin", MODEL)
        wheel.writestr(f"{info}/METADATA", _METADATA.format("tiny_models"))
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: cp311-cp311-manylinux_2_28_x86_64\n")
        wheel.writestr(f"{info}/RECORD", "")


def _write_source(file: Path) -> None:
    contents = {
        "PKG-INFO": _METADATA.format("tiny_weights").encode(),
        "pyproject.toml": _PROJECT.encode(),
        "backend.py": _BACKEND.encode(),
        "weights.dat": WEIGHTS,
    }
    with tarfile.open(file, "w:gz") as tar:
        for name, content in contents.items():
            member = tarfile.TarInfo(f"tiny_weights-1.0/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
