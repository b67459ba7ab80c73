"""How many operations a step dispatches, ours beside the usual loop: the count, not the time, which is the machine's.

It depends on the layout of the U-Net and not on its width, so a narrow one of SD 1.5's layout tells it.
"""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from support_training import run

from facechain.training.events import Step
from studio.random_checkpoint import TINY, write_random_checkpoint

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
MOST = 3399
"""40 % of the usual loop's 8,498, counted by the same rule when the goal was set."""


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """SD 1.5's layout, a tenth as wide, without its text encoder's layers."""
    recipe = replace(TINY, channel_mult=(1, 2, 4, 4), residual_blocks=2, transformer_depth=(1, 1, 1, 0))
    return write_random_checkpoint(tmp_path_factory.mktemp("base") / "layout.safetensors", recipe)


@pytest.fixture
def operations(monkeypatch):
    """A counter of dispatched operations."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from dispatched import DispatchedOperations

    return DispatchedOperations()


def counted_between_steps(job, folder, operations):
    """Operations of the second step, from the event of the first to its own: whatever a training does is in it."""
    totals = []

    class Watch:
        def emit(self, event):
            if isinstance(event, Step):
                totals.append(operations.counts.copy())

        is_cancelled = is_stopped = lambda self: False

    with operations:
        run(job, folder, Watch())
    return totals[1] - totals[0]


def test_a_step_dispatches_at_most_40_percent_of_the_usual_loop(
    tiny_job, checkpoint, operations, tmp_path, comfyui, crop_face, astronaut
):
    job = replace(tiny_job, base_checkpoint=checkpoint, steps=3, batch_size=1, lora_rank=32, precision="bf16")
    job = replace(job, validate_every=100, save_every=100, choose="last")
    own = counted_between_steps(job, tmp_path / "job", operations)
    assert own.total() <= MOST, own.most_common(12)
    assert own["_fused_adamw_"] == own["_foreach_lerp_"] == own["_foreach_norm"] == 1
    assert own["_foreach_copy_"] == 2  # weights into the model, gradients out of it
    assert own["zeros_like"] == 0

    usual = _usual_step(checkpoint, comfyui, tmp_path, operations)
    assert own.total() <= 0.4 * usual
    assert usual == pytest.approx(8498, rel=0.01)  # and the opponent is the one that the goal was set by


def _usual_step(checkpoint, comfyui, folder, operations):
    from train_plain import PlainLoop
    from train_setting import Setting

    setting = Setting(str(checkpoint), str(comfyui), str(folder), side=64, batch=1, warm_up=0, steps=1)
    loop = PlainLoop(setting)
    latents, text = torch.randn(1, 4, 8, 8), torch.randn(1, 77, 768)
    loop.step(lambda number: (latents, text))
    operations.counts.clear()
    with operations:
        loop.step(lambda number: (latents, text))
    sys.modules.pop("train_plain"), sys.modules.pop("train_setting")
    return operations.counts.total()
