"""Fetch the models that lie inside published packages: `python scripts/models.py fetch --folder DIR`.

Loads ./facechain by path, so it needs the extension's packages; where the running Python lacks
them, the environment that scripts/test.py and scripts/demo.py build takes over.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from studio.cache import default_cache
from studio.core import load_core
from studio.environment import planned_environment
from studio.errors import SetupError
from studio.stages import Reporter

_NEEDED = ("cv2", "numpy", "PIL")


class PrintedProgress:
    """A line for every tenth of the bytes."""

    def __init__(self, report: Reporter) -> None:
        self._report = report
        self._tenths = 0

    def step(self, done: int, total: int) -> None:
        """A line, if another tenth is done; a caller that waits at the end says the same many times."""
        tenths = 10 * done // max(total, 1)
        if tenths > self._tenths:
            self._tenths = tenths
            self._report.line(f"{done / 1e6:.0f} of {total / 1e6:.0f} MB")


def main() -> int:
    """Exit status of the command line."""
    report = Reporter()
    folder = _arguments().folder.expanduser().resolve()
    try:
        if any(importlib.util.find_spec(name) is None for name in _NEEDED):
            return _run_in_environment()
    except SetupError as error:
        report.line(str(error))
        return 1
    return _fetch(folder, report)


def _fetch(folder: Path, report: Reporter) -> int:
    load_core()
    assets = importlib.import_module("facechain.providers.assets")
    errors = importlib.import_module("facechain.errors")
    try:
        assets.fetch_embedded(folder, PrintedProgress(report))
    except errors.FaceChainError as error:
        report.line(str(error))
        return 1
    report.line(f"The embedded models are in {folder}.")
    return 0


def _run_in_environment() -> int:
    environment = planned_environment(default_cache())
    if not environment.is_ready or Path(sys.prefix).resolve() == environment.folder:
        raise SetupError(
            f"{sys.executable} lacks one of {', '.join(_NEEDED)}. Install requirements.txt into it, "
            "or run scripts/test.py once, which builds an environment."
        )
    command = [str(environment.python), *sys.argv]
    if os.name == "nt":
        return subprocess.call(command)  # there, execv returns to the caller before the work is done
    os.execv(command[0], command)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=["fetch"], help="fetch: download what is missing, check hashes")
    parser.add_argument("--folder", type=Path, required=True, help="where the models go")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
