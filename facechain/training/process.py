"""The host's side of a training: start the worker, follow it, stop it, say what went wrong."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .. import errors
from ..errors import FaceChainError, TrainingCancelled, TrainingFailed
from ..stored_files import write_atomically
from .control import CANCEL_FILE, EXIT_CANCELLED, STOP_FILE
from .ending import end
from .events import EVENTS_FILE, Event, EventReader, Failed
from .job import JOB_FILE, TrainJob
from .launch import Launch, launch_of, own_group, worker_environment
from .lock import exclusive
from .post_mortem import post_mortem
from .result import RESULT_FILE, TrainResult

LOG_FILE = "worker.log"
LOCK_FILE = "host.lock"
POLL_SECONDS = 0.15

STOPPED = "Training was stopped; its state is kept. Queue the same job again to go on."


def run_training(
    job: TrainJob,
    folder: Path,
    *,
    worker_script: Path,
    python: str,
    on_event: Callable[[Event], None],
    is_cancelled: Callable[[], bool],
) -> TrainResult:
    """The result of `job`, trained in `folder` by a process of its own.

    Blocks; calls `on_event` and `is_cancelled` about seven times a second. If `folder` holds the
    finished job, its result is returned at once and nothing is called; if it holds a part of the
    job, training goes on from there. An exception from a callback ends the worker as a cancel does.

    Raises TrainingCancelled if `is_cancelled`; TrainingBusy if the job runs already; InvalidSetting if this
    machine lacks the devices; the worker's own FaceChainError; TrainingFailed with the end of its log if it died.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with exclusive(folder / LOCK_FILE):
        finished = finished_result(job, folder)
        if finished is not None:
            return finished
        launch = launch_of(job, folder, worker_script, python)
        _prepare(job, folder)
        log_start = _size(folder / LOG_FILE)
        events = EventReader(folder / EVENTS_FILE)
        with _worker(launch, folder) as process:
            failure = _follow(process, events, on_event, is_cancelled)
        if failure is not None:
            raise _error_class(failure.code)(failure.message)
        if _was_cancelled(process.returncode, job, folder):
            raise TrainingCancelled(STOPPED)
        if process.returncode != 0:
            raise TrainingFailed(post_mortem(process.returncode, folder / LOG_FILE, log_start))
        return TrainResult.read(folder)


def finished_result(job: TrainJob, folder: Path) -> TrainResult | None:
    """The result in `folder` if it is this job's and unchanged; None if there is work to do."""
    if not (folder / RESULT_FILE).exists():
        return None
    try:
        result = TrainResult.read(folder)
    except TrainingFailed:
        return None
    return result if result.job_id == job.id else None


def stop_and_keep(folder: Path) -> None:
    """Asks the worker of `folder` to finish after the step that runs; no effect without a worker."""
    if folder.is_dir():
        write_atomically(folder / STOP_FILE, b"")


def _prepare(job: TrainJob, folder: Path) -> None:
    """Writes the job, and takes away what earlier runs were told."""
    for name in (CANCEL_FILE, STOP_FILE, RESULT_FILE):
        (folder / name).unlink(missing_ok=True)
    write_atomically(folder / JOB_FILE, job.to_json().encode())


def _was_cancelled(exit_code: int, job: TrainJob, folder: Path) -> bool:
    """True if the worker ended because someone else than this host asked for it."""
    if job.devices == 1:
        return exit_code == EXIT_CANCELLED
    return exit_code == 0 and not (folder / RESULT_FILE).exists()  # see control.exit_code_when_cancelled


@contextmanager
def _worker(launch: Launch, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A running worker that is gone, whatever happened, when the block is left."""
    with open(folder / LOG_FILE, "ab") as log:
        process = subprocess.Popen(
            launch.command(),
            stdin=subprocess.PIPE,  # never written: its end tells the worker that we are gone
            stdout=log,
            stderr=subprocess.STDOUT,
            env=worker_environment(os.environ, os.getpid(), system=os.name),
            **own_group(os.name),  # type: ignore[call-overload]
        )
    try:
        yield process
    finally:
        end(process, folder)


def _follow(
    process: subprocess.Popen[bytes],
    events: EventReader,
    on_event: Callable[[Event], None],
    is_cancelled: Callable[[], bool],
) -> Failed | None:
    """Passes events on until the worker ends; the first failure that it reported, if any.

    The first: when one of several processes fails, the others fail because of it.

    Raises TrainingCancelled when the user cancels; the worker still runs then.
    """
    failure = None
    while True:
        ended = process.poll() is not None  # asked before reading, so that the last events count
        for event in events.read():
            on_event(event)
            failure = event if failure is None and isinstance(event, Failed) else failure
        if ended:
            return failure
        if is_cancelled():
            raise TrainingCancelled(STOPPED)
        with suppress(subprocess.TimeoutExpired):
            process.wait(POLL_SECONDS)


def _error_class(code: str) -> type[FaceChainError]:
    """The class of errors.py with this code; TrainingFailed for one that this version lacks."""
    for value in vars(errors).values():
        if isinstance(value, type) and issubclass(value, FaceChainError) and value.code == code:
            return value
    return TrainingFailed


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
