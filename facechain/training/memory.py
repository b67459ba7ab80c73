"""How much GPU memory a training needs, told and weighed before the first step instead of found out by failing.

Measured on diffusers' U-Nets with attention that keeps no scores; it grows with the number of pixels at every
resolution from 512 to 1024 within 3 %.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch

from .events import Event, Stage
from .job import RANGES, TrainJob
from .model import LearningModel

KEPT_PER_PIXEL = {"sd15": 3560, "sdxl": 6480}
"""Bytes of 16-bit activations that one picture leaves for the backward pass, for each of its pixels."""
KEPT_PER_PIXEL_RECOMPUTED = {"sd15": 590, "sdxl": 545}
"""The same where activations are computed twice."""
TEXT_VALUES = {"sd15": 123_060_480, "sdxl": 817_720_320}
"""In CLIP-L's text half, and in those of CLIP-L and CLIP-G."""
STATE_BYTES = 20
"""For each value that learns: itself, its gradient, AdamW's two moments and the running mean, in float32."""
COPY_BYTES = 4
"""And where the model computes in 16 bits: its copy, and the copy's gradient."""
SPARE = 1 << 29
"""Bytes kept free for workspaces of cuDNN and cuBLAS, and for what the allocator cannot use of its blocks."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What a model consists of."""

    frozen: int
    """Values that stay."""
    learned: int
    """Values that learn."""
    bytes_each: int
    """Of what the model computes in: 2 or 4."""


@dataclass(frozen=True, slots=True)
class Course:
    """How a step is computed; its result does not depend on it."""

    at_once: int
    """Pictures at a time."""
    recomputes: bool
    """Activations are computed twice instead of kept."""


def memory_need(job: TrainJob, weights: Weights, course: Course) -> int:
    """Bytes on one device while `job` learns by `course`."""
    copies = COPY_BYTES if weights.bytes_each == 2 else 0
    per_pixel = (KEPT_PER_PIXEL_RECOMPUTED if course.recomputes else KEPT_PER_PIXEL)[job.family]
    activations = min(course.at_once, _share(job)) * job.resolution**2 * per_pixel * weights.bytes_each // 2
    return weights.frozen * weights.bytes_each + weights.learned * (STATE_BYTES + copies) + activations


def courses(job: TrainJob) -> list[Course]:
    """What may be tried, the fastest first: fewer pictures at a time, then activations computed twice."""
    most = int(RANGES["gradient_accumulation"][1])
    parts = [
        number
        for number in range(job.batch_size, 0, -1)
        if job.batch_size % number == 0 and job.gradient_accumulation * job.batch_size // number <= most
    ]
    kept = [] if job.gradient_checkpointing == "on" else [Course(number, recomputes=False) for number in parts]
    twice = [] if job.gradient_checkpointing == "off" else [Course(number, recomputes=True) for number in parts]
    return kept + twice


def fitting_course(job: TrainJob, weights: Weights, free: int) -> Course:
    """The fastest course for which `free` bytes suffice; the smallest of all if they suffice for none."""
    possible = courses(job)
    fits = (course for course in possible if memory_need(job, weights, course) + SPARE <= free)
    return next(fits, possible[-1])


def preflight(job: TrainJob, model: LearningModel, emit: Callable[[Event], None]) -> TrainJob:
    """`job`, computed in smaller parts where the GPU's free memory asks for it; each step's sums stay the same.

    Tells what the training needs and what is free. On a CPU it only tells the need.
    """
    weights = weights_of(job, model)
    asked = courses(job)[0]
    need = _gigabytes(memory_need(job, weights, asked))
    if model.device.type != "cuda":
        emit(Stage("memory", f"Training needs about {need} of memory"))
        return job
    free = free_memory(model.device)
    told = f"Training needs about {need} of GPU memory, {_gigabytes(free)} are free"
    course = fitting_course(job, weights, free)
    if course == asked:
        emit(Stage("memory", told))
        return job
    emit(Stage("memory", f"{told}: {_in_words(course)}, which needs {_gigabytes(memory_need(job, weights, course))}"))
    return computed_by(job, course)


def computed_by(job: TrainJob, course: Course) -> TrainJob:
    """The same steps as those of `job`, computed by `course`."""
    return replace(
        job,
        batch_size=course.at_once,
        gradient_accumulation=job.gradient_accumulation * job.batch_size // course.at_once,
        gradient_checkpointing="on" if course.recomputes else job.gradient_checkpointing,
    )


def weights_of(job: TrainJob, model: LearningModel) -> Weights:
    """The weights of the U-Net, and of the text encoders where they learn too."""
    inside = sum(weight.numel() for weight in model.adapter.inside)
    unet = list(model.unet.parameters())
    text = TEXT_VALUES[job.family] if job.text_encoder_learning_rate else 0
    frozen = sum(weight.numel() for weight in unet) - sum(w.numel() for w in unet if w.requires_grad)
    return Weights(frozen + text, inside, unet[0].element_size())


def free_memory(device: torch.device) -> int:
    """Bytes that the training may have of the GPU, those included that this process holds already."""
    free, whole = torch.cuda.mem_get_info(device)
    held = torch.cuda.memory_reserved(device)
    # The most that this process may have; older versions of torch limit it as well, and cannot tell.
    share = getattr(torch.cuda, "get_per_process_memory_fraction", lambda device: 1.0)(device)
    return min(free + held, int(whole * share))


def _share(job: TrainJob) -> int:
    """Pictures of one step that the busiest of the job's processes has."""
    return -(-job.batch_size * job.gradient_accumulation // job.devices)


def _in_words(course: Course) -> str:
    pictures = "one picture" if course.at_once == 1 else f"{course.at_once} pictures"
    return f"computing {pictures} at a time" + (", activations twice" if course.recomputes else "")


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB"
