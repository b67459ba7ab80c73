"""What this machine lacks, found before anything is downloaded and told all at once."""

from __future__ import annotations

import ctypes.util
import importlib.util
import shutil
import sys
from pathlib import Path

from . import debian
from .errors import all_problems

PYTHON_MINIMUM = (3, 10)
PYTHON_MAXIMUM = (3, 13)
"""Newest release for which every package of the environment has wheels."""
DISK_NEEDED_GB = 15.0
"""6.9 GB environment, 2.8 GB of downloads while pip runs, 2.8 GB pip cache, the rest for the runs."""
DISK_NEEDED_READY_GB = 2.0
OPENCV_PACKAGES = ("libgl1", "libglib2.0-0")
"""Debian's names of what `import cv2` loads besides the C library."""


def check(cache: Path, *, environment_ready: bool) -> None:
    """Return if setting up can work here; raises SetupError that lists every problem."""
    found = (
        _python_problem(),
        _disk_problem(cache, DISK_NEEDED_READY_GB if environment_ready else DISK_NEEDED_GB),
        None if environment_ready else _venv_problem(),
        _opencv_problem(),
    )
    problems = [problem for problem in found if problem is not None]
    if problems:
        raise all_problems(problems)


def lacks_opencv_libraries() -> bool:
    """True on a Linux where `import cv2` would fail for want of libGL or GLib."""
    names = ("GL", "glib-2.0")
    return sys.platform == "linux" and not all(map(ctypes.util.find_library, names))


def _python_problem() -> str | None:
    version = sys.version_info[:2]
    if PYTHON_MINIMUM <= version <= PYTHON_MAXIMUM:
        return None
    return (
        f"This is Python {version[0]}.{version[1]}; the studio needs 3.10 to 3.13. "
        "Install one of them and start the script with it, for example `python3.12`."
    )


def _disk_problem(cache: Path, needed_gb: float) -> str | None:
    existing = next(folder for folder in (cache, *cache.parents) if folder.exists())
    free_gb = shutil.disk_usage(existing).free / 1e9
    if free_gb >= needed_gb:
        return None
    return (
        f"{free_gb:.1f} GB are free at {existing}, {needed_gb:.0f} GB are needed. "
        f"Free some (all but the newest folder in {cache / 'environments'} may go), "
        "or set FACECHAIN_CACHE to a folder on a larger disk."
    )


def _venv_problem() -> str | None:
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if not missing:
        return None
    return (
        f"This Python has no {' and no '.join(missing)}, so it cannot create an environment with "
        "pip. On Debian and Ubuntu: `apt-get install python3-venv`."
    )


def _opencv_problem() -> str | None:
    if not lacks_opencv_libraries() or debian.can_install():
        return None
    return (
        "OpenCV's system libraries libGL and GLib are missing. On Debian and Ubuntu: "
        f"`sudo apt-get install {' '.join(OPENCV_PACKAGES)}`."
    )
