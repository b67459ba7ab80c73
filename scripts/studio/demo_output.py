"""The output folder of a demo: report.json, index.html and the pictures beside them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from .demo_page import draw_page
from .errors import SetupError
from .stages import Reporter

REPORT = "report.json"
RESULTS = "results"
OURS = ("index.html", REPORT, "pictures", "smoke", RESULTS)
SCHEMA = 1


def open_output(folder: Path) -> Path:
    """The absolute folder. Raises SetupError if it holds other things than an earlier demo."""
    folder = folder.expanduser().resolve()
    if folder.exists() and not folder.is_dir():
        raise SetupError(f"{folder} is a file. Give --output a folder.")
    others = sorted(file.name for file in folder.iterdir() if file.name not in OURS) if folder.is_dir() else []
    if others:
        raise SetupError(f'{folder} holds other files, for example "{others[0]}". Give --output a folder of its own.')
    return folder


def clear_output(folder: Path) -> None:
    """The folder exists and nothing of an earlier demo is in it but real portraits."""
    for name in OURS:
        if name != RESULTS:
            shutil.rmtree(folder / name, ignore_errors=True)
            (folder / name).unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)


def write_output(stages: dict[str, Any], folder: Path, report: Reporter) -> Path:
    """The page, written."""
    times = [{"stage": stage.name, "seconds": round(stage.seconds, 2)} for stage in report.times]
    content = {"schema": SCHEMA, **stages, "times": times}
    (folder / REPORT).write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
    page = folder / "index.html"
    page.write_text(draw_page(content), encoding="utf-8")
    return page
