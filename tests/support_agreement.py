"""What ComfyUI's own models answer, asked in a process of its own, and how near that is to ours."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file

SCRIPTS = Path(__file__).with_name("training")


def run_in_host(script, arguments, folder):
    """Runs tests/training/`script` in `folder`; what it complained of."""
    run = subprocess.run(
        [sys.executable, "-s", str(SCRIPTS / script), *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return run.stderr


def host_answers(script, comfyui, files, folder):
    """(tensors, report) that `script` writes into the last of `files`."""
    run_in_host(script, (comfyui, *files), folder)
    with safe_open(files[-1], framework="pt") as file:
        report = json.loads(file.metadata()["report"])
    return load_file(files[-1]), report


def learn_at_random(adapter, spread):
    """Gives a LoRA an effect in every layer."""
    source = torch.Generator().manual_seed(4)
    with torch.no_grad():
        for name, weight in adapter.weights.items():
            if name.endswith(".up"):
                weight.copy_(torch.randn(weight.shape, generator=source) * spread)


def relative_error(actual, expected):
    """Largest difference, as a share of the largest expected value."""
    return float((actual - expected).abs().max() / expected.abs().max())
