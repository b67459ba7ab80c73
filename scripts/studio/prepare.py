"""This machine made ready for a ComfyUI with the extension: environment, host, then what a run reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import debian, preflight
from .cache import Cache, default_cache
from .checkpoint import planned_checkpoint, write_checkpoint
from .comfyui import ComfyUI, pinned_comfyui, require_packages, unpack_pinned_comfyui, users_comfyui
from .embedded import fetch_embedded_models
from .environment import create, install, planned_environment
from .errors import SetupError
from .photos import Photos, fetch_photos, planned_photos
from .stages import Reporter


@dataclass(frozen=True)
class Studio:
    """Everything that a run needs, and where it lies."""

    cache: Cache
    comfyui: ComfyUI

    @property
    def python(self) -> Path:
        """The interpreter with ComfyUI's and the extension's packages."""
        return self.comfyui.python

    @property
    def photos(self) -> Photos:
        """Real photos; there after `get_photos`."""
        return planned_photos(self.cache)

    @property
    def embedded_models(self) -> Path:
        """What a host sees as `models/facechain/embedded`; complete after `get_embedded_models`."""
        return self.cache.embedded_models

    def get_photos(self, report: Reporter) -> None:
        """Download the photos where they are missing."""
        with self.cache.locked(report):
            fetch_photos(self.cache, self.python, report)

    def get_embedded_models(self, report: Reporter) -> None:
        """Download the embedded models where they are missing."""
        with self.cache.locked(report):
            fetch_embedded_models(self.cache, self.python, report)

    @property
    def random_checkpoint(self) -> Path:
        """A base checkpoint with random weights; there after `get_random_checkpoint`."""
        return planned_checkpoint(self.cache)

    def get_random_checkpoint(self, report: Reporter) -> None:
        """Write the checkpoint with random weights where it is missing."""
        with self.cache.locked(report):
            write_checkpoint(self.cache, self.python, report)


def prepare(report: Reporter, requirements: Sequence[Path]) -> Studio:
    """The studio with its host, built where that is missing; a second call takes about a second.

    A user's own ComfyUI must have `requirements` in its own Python. Raises SetupError, with every
    problem of this machine at once, before anything is downloaded.
    """
    cache = default_cache()
    comfyui = users_comfyui()
    if comfyui is not None:
        preflight.check(cache.root, environment_ready=True)
        require_packages(comfyui, requirements)
        return Studio(cache, comfyui)
    with cache.locked(report):
        return Studio(cache, _build_pinned(cache, report))


def prepared() -> Studio:
    """The studio as an earlier `prepare` left it; raises SetupError if there is none."""
    cache = default_cache()
    comfyui = users_comfyui() or pinned_comfyui(cache, planned_environment(cache))
    if not (comfyui.folder / "main.py").is_file() or not comfyui.python.exists():
        raise SetupError("The studio is not set up for these files. Run `python scripts/test.py` once.")
    return Studio(cache, comfyui)


def _build_pinned(cache: Cache, report: Reporter) -> ComfyUI:
    environment = planned_environment(cache)
    preflight.check(cache.root, environment_ready=environment.is_ready)
    if preflight.lacks_opencv_libraries():
        with report.stage("Install libGL and GLib", note="Debian packages that OpenCV loads"):
            debian.install(preflight.OPENCV_PACKAGES)
    create(environment, report)
    comfyui = pinned_comfyui(cache, environment)
    unpack_pinned_comfyui(cache, comfyui, report)
    install(environment, comfyui.folder / "requirements.txt", report)
    return comfyui
