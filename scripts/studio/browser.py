"""A Chromium for the tests of the page."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from . import debian
from .errors import SetupError
from .stages import Reporter

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--no-sandbox",  # root has no user namespace sandbox, and the page is ours
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> Path | None:
    """$FACECHAIN_CHROMIUM, else the first Chromium or Chrome on the search path, else None."""
    if chosen := os.environ.get("FACECHAIN_CHROMIUM"):
        if not Path(chosen).is_file():
            raise SetupError(f"FACECHAIN_CHROMIUM is {chosen}, which is no file. Mend it or unset it.")
        return Path(chosen)
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    return Path(found) if found else None


def chromium_problem() -> str:
    """Why there is no Chromium and none can be installed; empty if there is or can be one."""
    if find_chromium() or debian.can_install():
        return ""
    return (
        "No Chromium or Chrome was found. Install one (Debian: `sudo apt-get install chromium`), "
        "or set FACECHAIN_CHROMIUM to its program."
    )


def require_chromium(report: Reporter) -> Path:
    """A Chromium, installed as a Debian package where this process may do that, else SetupError."""
    if found := find_chromium():
        return found
    if problem := chromium_problem():
        raise SetupError(problem)
    with report.stage("Install Chromium", note="Debian package, 100 MB to download"):
        debian.install(["chromium"])
    if found := find_chromium():
        return found
    raise SetupError("apt-get installed chromium, but no program of that name is on PATH. Set FACECHAIN_CHROMIUM.")
