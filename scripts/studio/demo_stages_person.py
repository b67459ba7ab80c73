"""The demo's stages with the drawing model: the training, and the whole workflow at once."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from pathlib import Path

from .demo_lora import read_lora
from .demo_prompts import training_prompt
from .demo_run import DemoRun, Json, images_of, report_of


def train(run: DemoRun) -> Json:
    """The training's record, its loss picture, sample portraits if there are any, and the LoRA file."""
    prompt = training_prompt(run.journey)
    result = run.queue("Train the person", prompt)
    record = report_of(result, prompt, "FaceChainTrainLora")
    record["held_out"] = run.settings.held_out
    record["loss_picture"] = run.save(result.outputs["loss"]["images"], "loss")[0]
    samples = run.save([sample.pop("image") for sample in record["samples"]], "sample")
    for sample, picture in zip(record["samples"], samples, strict=True):
        sample["picture"] = picture
    lora = _lora_file(run, record)
    record["lora"] = asdict(read_lora(lora))
    if not run.settings.random:
        results = run.output / "results"
        results.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(lora, results / lora.name)
    last = record["validations"][-1][1] if record["validations"] else record["losses"][-1][1]
    note = " (trained by an earlier run)" if record["was_finished"] else ""
    run.report.line(f"  loss {record['validation_before']:.4f} before, {last:.4f} after{note}")
    return record


def make_portraits(run: DemoRun) -> Json:
    """The whole workflow at once: noise in `smoke/` for random weights, else portraits in `results/`."""
    prompt, random = run.journey, run.settings.random
    result = run.queue("Check the installation (pictures are noise)" if random else "Make portraits", prompt)
    folder = "smoke" if random else "results"
    names = run.save(images_of(result, prompt, "SaveImage"), "portrait", folder=folder)
    if random:
        run.report.line(f"  {', '.join(names)}: noise, not a result, since the checkpoint's weights are random")
    return {
        "noise": random,
        "pictures": names,
        "prompt": report_of(result, prompt, "FaceChainApplyPersonStyle"),
        "fusion": report_of(result, prompt, "FaceChainFuseFaces"),
        "ranking": report_of(result, prompt, "FaceChainRankPortraits"),
    }


def _lora_file(run: DemoRun, record: Json) -> Path:
    name = f"{record['person']}-{record['lora_sha256'][:8]}.safetensors"
    return run.server.base / "models" / "loras" / "facechain" / name
