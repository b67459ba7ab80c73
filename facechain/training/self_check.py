"""Whether a compiled model learns the same as the eager one; where it does not, the training stays eager.

A compiler may be right forwards and wrong backwards: one release of torch had losses equal to 3e-8 and gradients
that were off by 12 % on a CPU. Nobody sees that in a loss.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from .draws import generator
from .events import Event, Stage
from .gradients import Gradients
from .job import TrainJob
from .model import LearningModel

LARGEST_ERROR = {"fp32": 1e-3, "bf16": 2e-2, "fp16": 2e-2}
"""Relative, by precision: a hundred times what sums in another order differ by, a tenth of a fault worth the name."""
CHECKED_STEP = 0
NOISE = 0.05
"""Standard deviation of the LoRA's weights during the check. At the start up is zero, and then down has no gradient."""

Compiler = str | Callable[..., Any]
"""A backend of torch.compile, by name or as a function."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one step says."""

    loss: float
    gradients: list[Tensor]


def compile_where_equal(
    job: TrainJob,
    model: LearningModel,
    gradients: Gradients,
    precision: str,
    emit: Callable[[Event], None],
    *,
    compiler: Compiler = "inductor",
) -> bool:
    """True if the job asks for compiling and the model is compiled now; else it is eager, and a Stage event says why.

    Weights, gradients and every later random number are what they were.
    """
    if job.compute != "compile":
        return False
    emit(Stage("compiling", "Compiling the model and comparing a step with the eager one"))
    kept = model.adapter.copy()
    model.adapter.assign(_noise(kept, job.seed))
    try:
        reason = _difference(model, gradients, precision, compiler)
    finally:
        model.adapter.assign(kept)
    if reason is None:
        return True
    make_eager(model.unet)
    emit(Stage("eager", f"Training without compiling: {reason}"))
    return False


def make_eager(module: nn.Module) -> None:
    """`module` and all inside it compute without compiled code from now on."""
    for part in module.modules():
        part._compiled_call_impl = None  # what nn.Module.compile sets; torch has no call that takes it back


def relative_error(found: Answer, expected: Answer) -> tuple[float, float]:
    """Of the loss, and of all gradients as one vector. NaN where one of them is not finite."""
    apart = _norm([a - b for a, b in zip(found.gradients, expected.gradients, strict=True)])
    return abs(found.loss - expected.loss) / abs(expected.loss), apart / _norm(expected.gradients)


def _difference(model: LearningModel, gradients: Gradients, precision: str, compiler: Compiler) -> str | None:
    """Compiles the model; why it cannot be used as it is now, or None."""
    expected = _answer(model, gradients)
    try:
        model.unet.compile_repeated_blocks(backend=compiler)  # type: ignore[operator]  # of diffusers' models
        found = _answer(model, gradients)
    except (RuntimeError, OSError, ImportError) as error:  # torch's own, a missing C++ compiler, a missing Triton
        _forget(model)
        return f"compiling failed ({' '.join(str(error).split())[:300]})."
    loss, gradient = relative_error(found, expected)
    limit = LARGEST_ERROR[precision]
    if loss <= limit and gradient <= limit:  # false for NaN too
        return None
    return (
        f"compiled, the loss is off by {loss:.2%} and the gradients by {gradient:.2%}, "
        f"where {limit:.1%} is allowed in {precision}."
    )


def _answer(model: LearningModel, gradients: Gradients) -> Answer:
    """Loss and gradients of one step of the training, which are gone from the weights afterwards."""
    loss = gradients.of_step(CHECKED_STEP)
    weights = model.adapter.values()
    found = [torch.zeros_like(w) if w.grad is None else w.grad.detach().clone() for w in weights]
    _forget(model)
    return Answer(float(loss), found)


def _forget(model: LearningModel) -> None:
    for weight in (*model.adapter.values(), *model.adapter.inside):
        weight.grad = None


def _noise(like: dict[str, Tensor], seed: int) -> dict[str, Tensor]:
    """A value for each weight, the same at every check."""
    return {n: NOISE * torch.randn(v.shape, generator=generator(seed, "check", n)) for n, v in like.items()}


def _norm(tensors: list[Tensor]) -> float:
    return float(torch.stack([tensor.double().norm() for tensor in tensors]).norm())
