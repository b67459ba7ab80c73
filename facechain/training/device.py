"""Where and how exactly a training computes."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import version

import torch
from accelerate import Accelerator

from ..errors import TrainingFailed
from .job import TrainJob

LIBRARIES = ("torch", "diffusers", "peft", "accelerate", "transformers", "safetensors")
BASE_DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
SCALED = ("fp16",)
"""Precisions whose small gradients would vanish without a scaler."""


def choose_precision(job: TrainJob) -> str:
    """ "fp32", "bf16" or "fp16". Raises TrainingFailed for what this machine cannot do."""
    on_gpu = torch.cuda.is_available() and job.device != "cpu"
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
    return "bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "fp16"


def make_accelerator(job: TrainJob, precision: str) -> Accelerator:
    """accelerate's view of this process: its device, its rank and its gradient scaler."""
    on_cpu = job.device == "cpu" or not torch.cuda.is_available()
    # No autocast: what computes in fewer bits is in fewer bits. Only the scaler is accelerate's.
    return Accelerator(cpu=on_cpu, mixed_precision=precision if precision in SCALED else "no")


def peak_memory(device: torch.device) -> int:
    """Bytes: the peak on the GPU, or of this process on a CPU; 0 where the system does not tell."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    if sys.platform == "win32":
        return 0
    import resource  # absent on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def versions() -> dict[str, str]:
    """Versions of Python and the libraries that compute."""
    return {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}
