"""Speed and memory of training a LoRA, beside the usual loop with diffusers and peft and ComfyUI's own node.

    python train.py COMFYUI [--launches 3] [--steps 3] [--whole 200] [--skip native] [--json FILE]
    python train.py COMFYUI --quick

The base model is a full-size Stable Diffusion 1.5 with random weights (2.1 GB), written once into FaceChain's cache;
--quick takes a narrow one, which ComfyUI's node does not know. The trainers take turns, a process for each of a
setting's launches, so that a busy machine slows all of them. CPU seconds are the figure to compare; wall seconds stand
beside them. ComfyUI's node takes part with a batch of 1 only: it needs 14 GB, and computes a batch of 4 as 16.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

from train_setting import Setting, write_photos

from facechain.training.control import WATCH_STDIN
from facechain.training.launch import WORKER_ENVIRONMENT
from studio.cache import default_cache

HERE = Path(__file__).resolve().parent
TRAINERS = ("ours", "plain", "native")
SIDES, BATCHES = (64, 128), (1, 4)
ONE_THREAD = {"OMP_NUM_THREADS": "1"}
"""On a busy machine threads that wait for each other add up to half to the CPU seconds, differently each time."""
OUR_ENVIRONMENT = {n: v for n, v in WORKER_ENVIRONMENT.items() if n != WATCH_STDIN and not n.startswith("PYTHON")}
"""What the host sets for our worker; without what says where Python looks for modules, and without a host."""


def main() -> None:
    """Prints tables, and the same as JSON."""
    arguments = _arguments()
    folder = default_cache().root / "benchmark"
    checkpoint = _checkpoint(folder, quick=arguments.quick)
    common = (str(checkpoint), arguments.comfyui, str(folder))
    settings = [Setting(*common, side, batch, 2, arguments.steps) for side in SIDES for batch in BATCHES]
    for setting in settings:
        write_photos(setting)
    skipped = {*arguments.skip, *(["native"] if arguments.quick else [])}
    trainers = [trainer for trainer in TRAINERS if trainer not in skipped]
    loads = [os.getloadavg()[0]]
    measured = []
    for launch in range(arguments.launches):
        for setting in settings:
            for trainer in trainers if launch % 2 == 0 else trainers[::-1]:
                if trainer != "native" or setting.batch == 1:
                    measured.append({"trainer": trainer, **_steps(trainer, setting, folder)})
        loads.append(os.getloadavg()[0])
    result = {
        "model": checkpoint.stem,
        "cores": os.cpu_count(),
        "loads": [round(load, 1) for load in loads],
        "steps": _summary(measured),
        "whole": _whole(replace(settings[0], warm_up=0, steps=arguments.whole), folder) if arguments.whole else None,
    }
    _print_tables(result)
    text = json.dumps(result)
    print(text)
    if arguments.json:
        Path(arguments.json).write_text(text + "\n")


def _checkpoint(folder: Path, *, quick: bool) -> Path:
    """The base model, written if it is not there."""
    from studio.random_checkpoint import Recipe, write_random_checkpoint

    full = Recipe(channel_mult=(1, 2, 4, 4), residual_blocks=2, transformer_depth=(1, 1, 1, 0))
    narrow = replace(full, model_channels=32, vae_channels=32, text_layers=1, rule_vae=True)
    path = folder / ("sd15-narrow.safetensors" if quick else "sd15-full.safetensors")
    return path if path.exists() else write_random_checkpoint(path, narrow if quick else full)


def _steps(trainer: str, setting: Setting, folder: Path) -> dict:
    """What one process of the trainer measures of its steps."""
    text = _run(trainer, [str(HERE / f"train_{trainer}.py"), _setting_file(setting, folder)])
    return json.loads(next(line for line in text.splitlines() if line.startswith("{")))


def _whole(setting: Setting, folder: Path) -> dict[str, dict[str, float]]:
    """Launch to LoRA on disk, in CPU and wall seconds: our worker, and the usual loop with VAE and text encoder."""
    from train_ours import job_of

    job_folder = folder / "whole"
    shutil.rmtree(job_folder, ignore_errors=True)
    job_folder.mkdir()
    (job_folder / "job.json").write_text(job_of(setting).to_json())
    file = _setting_file(setting, folder)
    commands = {
        "ours": [str(HERE.parent / "train_worker.py"), str(job_folder)],
        "plain": [str(HERE / "train_plain.py"), file, str(folder / "plain.safetensors")],
    }
    return {trainer: _timed(trainer, command) for trainer, command in commands.items()}


def _timed(trainer: str, command: list[str]) -> dict[str, float]:
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    _run(trainer, command)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return {"cpu_s": round(cpu, 1), "wall_s": round(wall, 1), "load": round(os.getloadavg()[0], 1)}


def _run(trainer: str, command: list[str]) -> str:
    """What the process prints. Its complaints go to ours, and end the benchmark if it fails."""
    environment = {**os.environ, **ONE_THREAD, **(OUR_ENVIRONMENT if trainer == "ours" else {})}
    return subprocess.run(
        [sys.executable, *command], env=environment, stdout=subprocess.PIPE, text=True, check=True
    ).stdout


def _setting_file(setting: Setting, folder: Path) -> str:
    path = folder / "setting.json"
    path.write_text(json.dumps(asdict(setting)))
    return str(path)


def _summary(measured: list[dict]) -> list[dict]:
    """A row per trainer and setting, over all launches."""
    rows = []
    for side, batch in sorted({(one["side"], one["batch"]) for one in measured}):
        own = None
        for trainer in TRAINERS:
            ones = [one for one in measured if (one["trainer"], one["side"], one["batch"]) == (trainer, side, batch)]
            if not ones:
                continue
            times = {unit: [second for one in ones for second in one[unit]] for unit in ("cpu_s", "wall_s")}
            row = {"side": side, "batch": batch, "trainer": trainer, "count": len(times["cpu_s"])}
            for unit, seconds in times.items():
                row |= {f"min_{unit}": min(seconds), f"median_{unit}": round(statistics.median(seconds), 3)}
            own = own or row
            row["times_ours"] = round(row["median_cpu_s"] / own["median_cpu_s"], 2)
            row["times_ours_wall"] = round(row["median_wall_s"] / own["median_wall_s"], 2)
            row["peak_mb"] = max(one["peak_mb"] for one in ones)
            rows.append(row)
    return rows


def _print_tables(result: dict) -> None:
    print("| px | batch | trainer | steps | CPU s min | median | wall s min | median | x ours: CPU | wall | peak MB |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for row in result["steps"]:
        print("| " + " | ".join(str(value) for value in row.values()) + " |")
    for trainer, times in (result["whole"] or {}).items():
        print(f"launch to LoRA, {trainer}: {times['cpu_s']} CPU s, {times['wall_s']} s, load {times['load']}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("comfyui", help="a tree of ComfyUI")
    parser.add_argument("--launches", type=int, default=3, help="processes of each trainer")
    parser.add_argument("--steps", type=int, default=3, help="timed in each process, for each setting")
    parser.add_argument("--whole", type=int, default=0, help="steps from launch to LoRA on disk; 0: not measured")
    parser.add_argument("--skip", action="append", default=[], choices=TRAINERS, help="leave a trainer out")
    parser.add_argument("--quick", action="store_true", help="a narrow model: does the benchmark work?")
    parser.add_argument("--json", help="file for the result")
    return parser.parse_args()


if __name__ == "__main__":
    main()
