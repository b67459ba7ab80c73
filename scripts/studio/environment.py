"""The virtual environment: one folder per hash of everything that goes into it."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .cache import EXTENSION, SCRIPTS, Cache
from .commands import run_logged
from .errors import SetupError
from .stages import Reporter

RECIPE = 2
"""Raise it when the steps below change, so that environments built the old way are not reused."""
REQUIREMENTS = (EXTENSION / "requirements.txt", SCRIPTS / "requirements-test.txt")
ORACLE = SCRIPTS / "requirements-oracle.txt"
INPUTS = (SCRIPTS / "pins-comfyui.txt", SCRIPTS / "constraints.txt", *REQUIREMENTS, ORACLE)
"""Everything but Python itself. The pin stands for ComfyUI's own requirements."""
IMPORT_CHECK = "import torch, torchvision, torchaudio, cv2, insightface"
"""torch and torchaudio of different CUDA releases install without a word and fail only here."""


@dataclass(frozen=True)
class Environment:
    """A virtual environment, finished or not."""

    folder: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return python_in(self.folder)

    @property
    def log(self) -> Path:
        """What pip and venv said."""
        return self.folder / "build.log"

    @property
    def is_ready(self) -> bool:
        """True once every stage has ended well."""
        return self.python.exists() and self.has_passed("checked")

    def has_passed(self, stage: str) -> bool:
        """True if `stage` has ended well, now or in an earlier run."""
        return (self.folder / f"{stage}.done").is_file()

    def start_anew_next_time(self) -> None:
        """No stage has been passed: what is installed does not work."""
        for marker in self.folder.glob("*.done"):
            marker.unlink()

    @contextmanager
    def passing(self, stage: str) -> Iterator[None]:
        """Mark `stage` as passed when the block ends without an error."""
        yield
        (self.folder / f"{stage}.done").touch()


def planned_environment(cache: Cache) -> Environment:
    """The environment that fits the files of this checkout and the running Python."""
    return Environment(cache.environments / environment_key(INPUTS))


def environment_key(inputs: Sequence[Path]) -> str:
    """16 hexadecimal digits that change with Python, the platform, or a requirement in `inputs`."""
    base_python = f"{platform.python_version()} {sysconfig.get_platform()} {sys.base_prefix}"
    digest = hashlib.sha256(f"{RECIPE} {base_python}".encode())
    for file in inputs:
        lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
        wanted = filter(None, (" ".join(line.split("#")[0].split()) for line in lines))
        digest.update("\n".join((f"\0{file.name}", *wanted)).encode())
    return digest.hexdigest()[:16]


def create(environment: Environment, report: Reporter) -> None:
    """Make the bare environment with pip, once; a half-made one is made anew."""
    if environment.has_passed("created") and environment.python.exists():
        return
    with report.stage("Create the environment", note=str(environment.folder)):
        shutil.rmtree(environment.folder, ignore_errors=True)
        environment.folder.mkdir(parents=True)
        with environment.passing("created"):
            base = getattr(sys, "_base_executable", sys.executable)  # not the one of an outer venv
            run_logged([base, "-m", "venv", environment.folder], environment.log)


def install(environment: Environment, comfyui_requirements: Path, report: Reporter) -> None:
    """Install every package, once. After an interruption pip continues with what is missing."""
    if environment.is_ready:
        return
    if not environment.has_passed("installed"):
        note = f"2.8 GB to download, 6.9 GB on disk; log {environment.log}"
        with report.stage("Install the packages", note=note), environment.passing("installed"):
            run_logged(_pip_install(environment, comfyui_requirements, *REQUIREMENTS), environment.log)
            run_logged([*_pip_install(environment, ORACLE), "--no-deps"], environment.log)
    try:
        with report.stage("Import torch and OpenCV"), environment.passing("checked"):
            run_logged([environment.python, "-c", IMPORT_CHECK], environment.log, environ=clean())
    except SetupError:
        environment.start_anew_next_time()
        raise


def clean() -> dict[str, str]:
    """This process's environment variables without those that change where Python imports from."""
    redirecting = ("PYTHONPATH", "PYTHONHOME", "PYTHONSAFEPATH")
    return {name: value for name, value in os.environ.items() if name not in redirecting}


def python_in(folder: Path) -> Path:
    """Where a virtual environment keeps its interpreter on this platform."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _pip_install(environment: Environment, *requirements: Path) -> list[str | Path]:
    wanted = [word for file in requirements if file.is_file() for word in ("-r", file)]
    # Wheels only: a source distribution would run its build script. Not compiled: most of
    # torch's 20 000 files are never imported.
    options = ["--only-binary", ":all:", "--no-compile", "--no-input", "--progress-bar", "off"]
    pip = [environment.python, "-m", "pip", "install", *options]
    return [*pip, "-c", SCRIPTS / "constraints.txt", *wanted]
