"""How a worker is started: its command line, its environment, its process group."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from ..errors import InvalidSetting, TrainingFailed
from .control import HOST_PROCESS, WATCH_STDIN
from .job import TrainJob
from .post_mortem import missing_package

HOST_ONLY = ("PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_ALLOC_CONF", "RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE")
HOST_ONLY_PREFIXES = ("ACCELERATE_", "FSDP_", "TORCHELASTIC_", "MASTER_")
"""The host sets the allocator for inference; the rest says how the host itself was launched, if it was. The worker
chooses for itself.
"""
WORKER_ENVIRONMENT = {
    WATCH_STDIN: "1",
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "PYTHONUTF8": "1",
    # What -s and -u ask for, again for the processes that accelerate starts without them.
    "PYTHONNOUSERSITE": "1",
    "PYTHONUNBUFFERED": "1",
    # With -m the folder in which the host was started would come before every package.
    "PYTHONSAFEPATH": "1",
}
WINDOWS_ENVIRONMENT = {"USE_LIBUV": "0"}
"""torch for Windows is built without libuv, and looks for it as soon as processes are to meet."""
NEW_GROUP_WITHOUT_WINDOW = 0x0000_0200 | 0x0800_0000
"""CREATE_NEW_PROCESS_GROUP | CREATE_NO_WINDOW, which `subprocess` names on Windows only."""

COUNT_GPUS = "import torch; print(torch.cuda.device_count())"


@dataclass(frozen=True, slots=True)
class Launch:
    """A worker to be started."""

    python: str
    script: PurePath
    folder: PurePath
    devices: int
    """Processes that share each batch."""
    port: int
    """Free on this machine; at it several processes meet."""
    threads: int
    """For each process."""

    def command(self) -> list[str]:
        """The arguments, not for a shell: one process is started directly, several through accelerate."""
        worker = [str(self.script), str(self.folder)]
        if self.devices == 1:
            return [self.python, "-s", "-u", *worker]
        # Everything is said that accelerate's own configuration file could otherwise say. On a CPU too it is
        # --multi_gpu: it only means one process each; with --cpu accelerate starts a single one, whatever is asked.
        return [
            *(self.python, "-s", "-u", "-m", "accelerate.commands.launch", "--multi_gpu"),
            *("--num_processes", str(self.devices), "--num_machines", "1", "--machine_rank", "0"),
            *("--main_process_port", str(self.port), "--num_cpu_threads_per_process", str(self.threads)),
            *("--gpu_ids", "all", "--mixed_precision", "no", "--dynamo_backend", "no"),
            *worker,
        ]


def worker_environment(host: Mapping[str, str], host_process: int, *, system: str) -> dict[str, str]:
    """The worker's environment variables, from those of its host; `system` is an `os.name`."""
    kept = {n: v for n, v in host.items() if n not in HOST_ONLY and not n.startswith(HOST_ONLY_PREFIXES)}
    own = WORKER_ENVIRONMENT | (WINDOWS_ENVIRONMENT if system == "nt" else {})
    return kept | own | {HOST_PROCESS: str(host_process)}


def own_group(system: str) -> dict[str, int | bool]:
    """Arguments of Popen that keep the host's Ctrl+C from the worker, and let it be ended with its children."""
    return {"creationflags": NEW_GROUP_WITHOUT_WINDOW} if system == "nt" else {"start_new_session": True}


def require_gpus(job: TrainJob, gpus: int) -> None:
    """Nothing, if this machine has a GPU for each of the job's processes, or none is to be used.

    Raises InvalidSetting otherwise. `gpus`: what torch sees.
    """
    on_cpu = job.device == "cpu" or (job.device == "auto" and gpus == 0)
    if not on_cpu and gpus < job.devices:
        seen = f"{gpus} GPU{'' if gpus == 1 else 's'}"
        raise InvalidSetting(f"devices is {job.devices}, but torch sees {seen} here. Set devices to {max(gpus, 1)}.")


def launch_of(job: TrainJob, folder: PurePath, script: PurePath, python: str) -> Launch:
    """The worker of `job` on this machine. Raises InvalidSetting if it lacks the GPUs, TrainingFailed if torch."""
    if job.devices == 1:
        return Launch(python, script, folder, devices=1, port=0, threads=0)
    if job.device != "cpu":
        require_gpus(job, _count_gpus(python))
    given = os.environ.get("OMP_NUM_THREADS", "")
    threads = int(given) if given.isdigit() else max((os.cpu_count() or 1) // job.devices, 1)
    return Launch(python, script, folder, job.devices, _free_port(), threads)


def _count_gpus(python: str) -> int:
    """GPUs that the worker's torch will see; asked in a process of its own, as the host may have another torch."""
    environment = worker_environment(os.environ, os.getpid(), system=os.name)
    asked = subprocess.run(
        [python, "-s", "-c", COUNT_GPUS], env=environment, capture_output=True, text=True, check=False
    )
    if asked.returncode:
        raise TrainingFailed(missing_package("torch", (asked.stderr.strip().splitlines() or ["no reason given"])[-1]))
    return int(asked.stdout.split()[-1])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
