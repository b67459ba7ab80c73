"""The host's side of a training: start the worker, follow it, stop it, say what went wrong."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .. import errors
from ..errors import FaceChainError, TrainingCancelled, TrainingFailed
from ..stored_files import write_atomically
from .control import CANCEL_FILE, EXIT_CANCELLED, STOP_FILE, WATCH_STDIN
from .events import EVENTS_FILE, Event, EventReader, Failed
from .job import JOB_FILE, TrainJob
from .lock import exclusive
from .result import RESULT_FILE, TrainResult

LOG_FILE = "worker.log"
LOCK_FILE = "host.lock"
LOG_LINES_SHOWN = 40
POLL_SECONDS = 0.15
SECONDS_TO_SAVE = 10.0
"""After a cancel, for the step that runs and for writing the state; then the worker is terminated."""
SECONDS_TO_DIE = 5.0
"""After terminating, before killing."""

STOPPED = "Training was stopped; its state is kept. Queue the same job again to go on."

HOST_ONLY_ENVIRONMENT = ("PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_ALLOC_CONF")
"""The host sets these for inference; the worker chooses for itself."""
WORKER_ENVIRONMENT = {
    WATCH_STDIN: "1",
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "PYTHONUTF8": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


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

    Raises TrainingCancelled if `is_cancelled`; TrainingBusy if the job runs already; the worker's
    own FaceChainError; TrainingFailed with the end of its log if it died.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with exclusive(folder / LOCK_FILE):
        finished = finished_result(job, folder)
        if finished is not None:
            return finished
        _prepare(job, folder)
        log_start = _size(folder / LOG_FILE)
        events = EventReader(folder / EVENTS_FILE)
        with _worker(folder, worker_script, python) as process:
            failure = _follow(process, events, on_event, is_cancelled)
        if failure is not None:
            raise _error_class(failure.code)(failure.message)
        if process.returncode == EXIT_CANCELLED:
            raise TrainingCancelled(STOPPED)
        if process.returncode != 0:
            raise TrainingFailed(_post_mortem(process.returncode, folder / LOG_FILE, log_start))
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


@contextmanager
def _worker(folder: Path, script: Path, python: str) -> Iterator[subprocess.Popen[bytes]]:
    """A running worker that is gone, whatever happened, when the block is left."""
    environment = {n: v for n, v in os.environ.items() if n not in HOST_ONLY_ENVIRONMENT}
    group: dict[str, object] = (
        {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
        if os.name == "nt"
        else {"start_new_session": True}
    )
    with open(folder / LOG_FILE, "ab") as log:
        process = subprocess.Popen(
            [python, "-s", "-u", str(script), str(folder)],
            stdin=subprocess.PIPE,  # never written: its end tells the worker that we are gone
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**environment, **WORKER_ENVIRONMENT},
            **group,  # type: ignore[call-overload]
        )
    try:
        yield process
    finally:
        _end(process, folder)


def _follow(
    process: subprocess.Popen[bytes],
    events: EventReader,
    on_event: Callable[[Event], None],
    is_cancelled: Callable[[], bool],
) -> Failed | None:
    """Passes events on until the worker ends; the failure that it reported, if any.

    Raises TrainingCancelled when the user cancels; the worker still runs then.
    """
    failure = None
    while True:
        ended = process.poll() is not None  # asked before reading, so that the last events count
        for event in events.read():
            on_event(event)
            failure = event if isinstance(event, Failed) else failure
        if ended:
            return failure
        if is_cancelled():
            raise TrainingCancelled(STOPPED)
        with suppress(subprocess.TimeoutExpired):
            process.wait(POLL_SECONDS)


def _end(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Sees the worker end: asked first, then terminated, then killed with all its children."""
    if process.poll() is None:
        (folder / CANCEL_FILE).touch()
        if not _ends_within(process, SECONDS_TO_SAVE):
            process.terminate()
            _ends_within(process, SECONDS_TO_DIE)
    if os.name != "nt":
        _kill_group(process.pid)
    elif process.poll() is None:
        process.kill()
    process.wait()
    if process.stdin:
        process.stdin.close()


def _ends_within(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _kill_group(group: int) -> None:
    """Kills what is left of the worker's session; most often nothing is."""
    with suppress(ProcessLookupError, PermissionError):  # macOS answers EPERM for zombies
        os.killpg(group, signal.SIGKILL)


def _error_class(code: str) -> type[FaceChainError]:
    """The class of errors.py with this code; TrainingFailed for one that this version lacks."""
    for value in vars(errors).values():
        if isinstance(value, type) and issubclass(value, FaceChainError) and value.code == code:
            return value
    return TrainingFailed


def _post_mortem(exit_code: int, log: Path, log_start: int) -> str:
    """Why the worker seems to have died, what to do, and the end of what it wrote."""
    end = f"exit code {exit_code}"
    advice = "The end of its log is below."
    if exit_code == -9:
        end = "killed by the system"
        advice = "Most likely memory ran out: close other programs, or lower resolution or batch size."
    elif exit_code < 0:
        end = f"signal {-exit_code}"
    with open(log, "rb") as file:
        file.seek(log_start)
        lines = file.read().decode("utf-8", "replace").splitlines()[-LOG_LINES_SHOWN:]
    text = "\n".join(lines) or "(the log is empty)"
    return (
        f"The training process ended without a result ({end}). {advice} "
        f"Queue the same job again: it goes on from its last saved state.\n{text}"
    )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
