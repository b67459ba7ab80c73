"""The stand-in for a base checkpoint: Stable Diffusion 1.5 in architecture, random in its weights."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from .cache import Cache
from .commands import run_logged
from .environment import clean
from .stages import Reporter

MAKERS = ("random_checkpoint.py", "rule_vae.py")
NAME = "facechain-random-sd15.safetensors"


def planned_checkpoint(cache: Cache) -> Path:
    """Where the checkpoint lies; the folder's name is the hash of the programs that write it."""
    here = Path(__file__).parent
    key = hashlib.sha256(b"".join((here / name).read_bytes() for name in MAKERS)).hexdigest()[:16]
    return cache.root / "models" / "checkpoints" / key / NAME


def write_checkpoint(cache: Cache, python: Path, report: Reporter) -> Path:
    """The checkpoint, written where it is missing: 502 MB."""
    file = planned_checkpoint(cache)
    if not file.is_file():
        with report.stage("Write a checkpoint with random weights", note="502 MB"):
            maker = Path(__file__).with_name(MAKERS[0])
            draft = file.with_name(f"draft-{NAME}")
            run_logged([python, maker, draft], cache.root / "checkpoint.log", environ=clean())
            draft.replace(file)
    return file


def link_checkpoint(file: Path, models: Path) -> None:
    """A host with the folder `models` lists `file`: by a link where the system allows one, else as a copy."""
    link = models / "checkpoints" / file.name
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    for make in (link.symlink_to, link.hardlink_to):
        try:
            make(file)
        except OSError:  # Windows without the right to make links, or another disk
            continue
        return
    shutil.copyfile(file, link)
