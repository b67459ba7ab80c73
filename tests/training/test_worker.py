"""The real worker process: killed, cancelled, resumed, and equal to an undisturbed run in the end."""

import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from facechain.errors import TrainingCancelled, TrainingFailed, WrongBaseModel
from facechain.training.events import CheckpointSaved, Finished, Stage, Started, Step
from facechain.training.process import run_training
from facechain.training.sample_files import PROMPTS, drawn_samples
from facechain.training.trainer import train

WORKER = Path(__file__).resolve().parents[2] / "train_worker.py"


class Host:
    """Collects events, and does something at a certain step."""

    def __init__(self, *, at_step=None, action=None):
        self.at_step, self.action = at_step, action
        self.events = []
        self.cancelled = False

    def on_event(self, event):
        self.events.append(event)
        if isinstance(event, Step) and event.step == self.at_step:
            self.action(self)

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]

    def cancel(self):
        self.cancelled = True

    def kill_worker(self):
        os.kill(self.of(Started)[0].pid, getattr(signal, "SIGKILL", signal.SIGTERM))

    def run(self, job, folder):
        return run_training(
            job,
            folder,
            worker_script=WORKER,
            python=sys.executable,
            on_event=self.on_event,
            is_cancelled=lambda: self.cancelled,
        )


def test_a_killed_and_cancelled_training_ends_bit_equal_to_an_undisturbed_one(job_with, tmp_path):
    # Long enough that orders, which are looked for seven times a second, arrive before the end even when
    # this process is kept waiting for a second or two.
    steps = 160
    job = job_with(steps=steps, validate_every=80, save_every=5, samples=1, sample_steps=2)
    folder = tmp_path / "Zoë's job"  # a space, a quote and an umlaut must not matter

    killed = Host(at_step=12, action=Host.kill_worker)
    with pytest.raises(TrainingFailed, match=r"killed by the system(.|\n)*Queue the same job again"):
        killed.run(job, folder)
    saved = killed.of(CheckpointSaved)[-1].step

    cancelled = Host(at_step=saved + 5, action=Host.cancel)
    with pytest.raises(TrainingCancelled, match="its state is kept"):
        cancelled.run(job, folder)
    assert cancelled.of(Step)[0].step == saved + 1
    state = max(int(path.stem[6:]) for path in folder.glob("state-*.json"))
    assert state >= saved + 5
    assert state < steps

    last = Host()
    result = last.run(job, folder)
    assert [event.text for event in last.of(Stage) if event.name == "resuming"] == [f"Going on from step {state}"]
    assert last.of(Finished)[0].lora_sha256 == result.lora_sha256
    assert [step for step, _ in result.losses] == list(range(1, steps + 1))
    stops = [(sample.step, sample.prompt) for sample in drawn_samples(folder)]
    assert stops == [(step, prompt) for step in (0, 40, 80, 120, 160) for prompt in PROMPTS]

    (tmp_path / "undisturbed").mkdir()
    undisturbed = train(replace(job, samples=0), tmp_path / "undisturbed")
    assert result.lora_sha256 == undisturbed.lora_sha256
    assert (result.losses, result.validations) == (undisturbed.losses, undisturbed.validations)

    began = time.monotonic()
    assert Host().run(job, folder) == result
    assert time.monotonic() - began < 1


def test_a_wrong_checkpoint_fails_in_the_worker_before_torch_is_loaded(job_with, write_header, tmp_path):
    unet = "model.diffusion_model.input_blocks"
    shapes = {f"{unet}.0.0.weight": (320, 4, 3, 3), f"{unet}.4.1.attn2.to_k.weight": (640, 2048)}
    checkpoint = write_header("xl.safetensors", shapes)
    began = time.monotonic()
    with pytest.raises(WrongBaseModel, match=r"xl\.safetensors is SDXL"):
        Host().run(job_with(base_checkpoint=checkpoint), tmp_path / "job")
    assert time.monotonic() - began < 3  # torch alone takes longer to import on a busy machine
