"""The child process: reads the job, trains, reports. Its exit code says how it ended."""

from __future__ import annotations

import importlib
import logging
import os
import sys
import traceback
from contextlib import nullcontext
from pathlib import Path

from ..errors import FaceChainError, TrainingCancelled, TrainingFailed
from .base_model import require_family
from .control import WorkerControl, exit_code_when_cancelled, is_one_of_several
from .events import EVENTS_FILE, EventWriter, Failed
from .job import JOB_FILE, TrainJob
from .lock import exclusive
from .unexpected import explain, is_only_a_lost_peer

LOCK_FILE = "worker.lock"
SECONDS_FOR_AN_ORPHAN = 40
"""Longer than the worker of a killed host needs to notice, save its state and end."""

NOT_NEEDED = ("scipy", "torchaudio", "torchvision")
"""transformers and diffusers import these where they are installed; one made for another CUDA
version than torch then breaks the import. The trainer uses neither, and starts faster without."""


def main(folder: Path) -> int:
    """Exit code: 0 finished, 1 failed, 3 cancelled with its state saved; see `exit_code_when_cancelled`."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    control = WorkerControl(folder)
    control.watch_parent()
    events = EventWriter(folder / EVENTS_FILE)
    try:
        run(folder, events, control)
    except TrainingCancelled:
        return exit_code_when_cancelled()
    except FaceChainError as error:
        logging.getLogger(__name__).error("%s", error)
        events(Failed(error.code, str(error)))
        return 1
    except Exception as error:  # noqa: BLE001  the edge of the process: the host must read it
        traceback.print_exc()
        if not (is_one_of_several() and is_only_a_lost_peer(error)):
            events(Failed(TrainingFailed.code, explain(error)))
        return 1
    return 0


def run(folder: Path, events: EventWriter, control: WorkerControl) -> None:
    """Trains the job of `folder` to its end."""
    job = TrainJob.from_json((folder / JOB_FILE).read_text(encoding="utf-8"))
    require_family(job.base_checkpoint, job.family)
    is_first = os.environ.get("RANK", "0") == "0"  # of the processes that accelerate launched
    lock = exclusive(folder / LOCK_FILE, wait_seconds=SECONDS_FOR_AN_ORPHAN)
    with lock if is_first else nullcontext():
        with control.leaving_at_once():
            hide_what_is_not_needed()
            # Imported here: a wrong checkpoint and a cancel must not wait seconds for torch.
            trainer = importlib.import_module("..trainer", __name__)
            if is_one_of_several():
                importlib.import_module("..device", __name__).meet_other_processes(job)
        trainer.train(job, folder, emit=events, control=control)


def hide_what_is_not_needed() -> None:
    """Makes libraries of NOT_NEEDED look absent in this process, unless they are loaded already."""
    for name in NOT_NEEDED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
