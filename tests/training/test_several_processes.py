"""Two processes share every batch, as `accelerate launch` starts them for two GPUs."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from facechain.training.job import JOB_FILE
from facechain.training.result import TrainResult
from facechain.training.trainer import train

WORKER = Path(__file__).resolve().parents[2] / "train_worker.py"


@pytest.mark.long
def test_two_processes_learn_what_one_learns(job_with, tmp_path):
    job = job_with(batch_size=3)  # odd, so that the two have different shares
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    alone = train(job, tmp_path / "one")
    (tmp_path / "two" / JOB_FILE).write_text(job.to_json())
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    run = subprocess.run(
        [*launcher, str(WORKER), str(tmp_path / "two")],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    together = TrainResult.read(tmp_path / "two")
    assert [loss for _, loss in together.losses] == pytest.approx([loss for _, loss in alone.losses], rel=1e-5)
    first, second = load_file(alone.lora), load_file(together.lora)
    for name, tensor in first.items():
        # Gradients are added in another order; AdamW turns the smallest of them into whole steps.
        torch.testing.assert_close(second[name], tensor, rtol=1e-2, atol=1e-4)
