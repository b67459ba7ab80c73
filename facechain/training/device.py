"""Where and how exactly a training computes."""

from __future__ import annotations

import ctypes
import platform
import sys
from datetime import timedelta
from importlib.metadata import version

import torch
from accelerate import Accelerator, PartialState

from ..errors import TrainingFailed
from .job import TrainJob

LIBRARIES = ("torch", "diffusers", "peft", "accelerate", "transformers", "safetensors")
BASE_DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
SCALED = ("fp16",)
"""Precisions whose small gradients would vanish without a scaler."""


WAIT_FOR_OTHERS = timedelta(days=1)
"""Longer than the first process draws portraits while the others wait; one that died is noticed all the same."""


def choose_precision(job: TrainJob) -> str:
    """ "fp32", "bf16" or "fp16". Raises TrainingFailed for what this machine cannot do."""
    has_gpu = torch.cuda.is_available()  # true for AMD's too; Apple's is none of those
    has_bf16 = has_gpu and torch.cuda.is_bf16_supported(including_emulation=False)
    return precision_on(job, has_gpu=has_gpu, has_bf16=has_bf16)


def precision_on(job: TrainJob, *, has_gpu: bool, has_bf16: bool) -> str:
    """ "fp32", "bf16" or "fp16" on such a machine. Raises TrainingFailed for what it cannot do."""
    on_gpu = has_gpu and job.device != "cpu"
    if job.device == "cuda" and not on_gpu:
        raise TrainingFailed(
            "The job asks for a GPU, but torch sees none. Set device to auto, or install a torch for your GPU."
        )
    if job.precision == "fp16" and not on_gpu:
        raise TrainingFailed("fp16 needs a GPU. Set precision to auto.")
    if job.precision != "auto":
        return job.precision
    if not on_gpu:
        return "fp32"
    return "bf16" if has_bf16 else "fp16"


def meet_other_processes(job: TrainJob) -> None:
    """The processes that accelerate launched for `job` know each other from now on."""
    backend = backend_on(_on_cpu(job), torch.distributed.is_available() and torch.distributed.is_nccl_available())
    PartialState(cpu=_on_cpu(job), backend=backend, timeout=WAIT_FOR_OTHERS)


def backend_on(on_cpu: bool, has_nccl: bool) -> str:
    """How processes exchange gradients: "nccl", or "gloo" on a CPU and where torch has no NCCL, as on Windows."""
    return "nccl" if has_nccl and not on_cpu else "gloo"


def make_accelerator(job: TrainJob, precision: str) -> Accelerator:
    """accelerate's view of this process: its device, its rank and its gradient scaler."""
    # No autocast: what computes in fewer bits is in fewer bits. Only the scaler is accelerate's.
    return Accelerator(cpu=_on_cpu(job), mixed_precision=precision if precision in SCALED else "no")


def _on_cpu(job: TrainJob) -> bool:
    return job.device == "cpu" or not torch.cuda.is_available()


def peak_memory(device: torch.device) -> int:
    """Bytes: the peak on the GPU, or of this process on a CPU; 0 where the system does not tell."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    if sys.platform == "win32":
        return 0
    import resource  # absent on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def release_freed_memory(device: torch.device) -> None:
    """What models that are gone have left goes back to the system; torch and glibc keep it for later allocations."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc only
        if trim is not None:
            trim(0)


def versions() -> dict[str, str]:
    """Versions of Python and the libraries that compute."""
    return {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}
