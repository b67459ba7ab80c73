"""Small scripts in place of the real worker, and how they are run and looked after."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import psutil

from facechain.training.process import run_training

ROOT = Path(__file__).resolve().parents[1]

PREAMBLE = f"""
import importlib.util, json, os, sys, time
from pathlib import Path
folder = Path(sys.argv[1])
sys.argv = ["train_worker.py"]
spec = importlib.util.spec_from_file_location("train_worker", {str(ROOT / "train_worker.py")!r})
spec.loader.exec_module(importlib.util.module_from_spec(spec))
from facechain.training.choosing import LAST, Chosen
from facechain.training.control import WorkerControl, exit_code_when_cancelled
from facechain.training.events import EventWriter, Failed, Stage, Step
from facechain.training.job import TrainJob
from facechain.training.result import TrainResult
events = EventWriter(folder / "events.jsonl")
job = TrainJob.from_json((folder / "job.json").read_text())
def finish(stopped_early=False):
    import hashlib
    (folder / "lora.safetensors").write_bytes(b"weights")
    digest = hashlib.sha256(b"weights").hexdigest()
    rest = (((1, 0.5),), (), 1.0, False, 0.1, "cpu", "fp32", {{}}, Chosen(LAST, (2,), "It was asked for."))
    TrainResult(job.id, folder, digest, 2, stopped_early, *rest).write(folder)
"""
FOLLOWS_ORDERS = """
control = WorkerControl(folder)
control.watch_parent()
events(Stage("pid", str(os.getpid())))
while not control.is_cancelled():
    if control.is_stopped():
        finish(stopped_early=True)
        sys.exit(0)
    time.sleep(0.02)
(folder / f"saved{os.environ.get('RANK', '')}").touch()
sys.exit(exit_code_when_cancelled())
"""
IGNORES_ORDERS = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
events(Stage("pid", str(os.getpid())))
time.sleep(60)
"""
HOST = """
import importlib.util, sys
from pathlib import Path
root, folder, python = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
spec = importlib.util.spec_from_file_location("facechain", root / "facechain" / "__init__.py")
sys.modules["facechain"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(sys.modules["facechain"])
from facechain.training.job import TrainJob
from facechain.training.process import run_training
run_training(
    TrainJob.from_json((folder / "job.txt").read_text()),
    folder / "run",
    worker_script=folder / "worker.py",
    python=python,
    on_event=lambda event: print(event.text, flush=True),
    is_cancelled=lambda: False,
)
"""
"""A host of its own process, which tells its worker's Stage events on stdout."""


def write_worker(file, body):
    """`file`, now a worker with this body."""
    file.write_text(PREAMBLE + textwrap.dedent(body))
    return file


def run_body(body, job, folder, **changes):
    """What run_training returns for `job` in `folder`/run with a worker of this body."""
    settings = {"on_event": lambda event: None, "is_cancelled": lambda: False, **changes}
    script = write_worker(folder / "worker.py", body)
    return run_training(job, folder / "run", worker_script=script, python=sys.executable, **settings)


def is_alive(pid):
    """False for a process that is gone or only waits to be collected."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
