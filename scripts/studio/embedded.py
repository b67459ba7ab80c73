"""The models that lie inside published packages, fetched by the extension's own code."""

from __future__ import annotations

import shutil
from pathlib import Path

from .cache import SCRIPTS, Cache
from .commands import run_logged
from .environment import clean
from .stages import Reporter


def fetch_embedded_models(cache: Cache, python: Path, report: Reporter) -> Path:
    """The folder with every embedded model, complete and verified."""
    folder = cache.embedded_models
    log = cache.root / "embedded-models.log"
    with report.stage("Get the embedded models", note=f"136 MB to download, once; log {log}"):
        folder.mkdir(parents=True, exist_ok=True)
        run_logged([python, SCRIPTS / "models.py", "fetch", "--folder", folder], log, environ=clean())
    return folder


def link_folder(source: Path, link: Path) -> None:
    """Make `link` show `source`: a symbolic link, or a copy where those are not allowed (Windows)."""
    link.parent.mkdir(parents=True, exist_ok=True)
    if link.is_symlink():
        link.unlink()
    try:
        link.symlink_to(source, target_is_directory=True)
    except OSError:
        shutil.copytree(source, link, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".git", "__pycache__"))
