"""The stages of the demo on a running host; each returns what report.json says about it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from .client import ComfyClient
from .demo_lora import read_lora
from .demo_photos import DemoPicture, DemoPictures
from .demo_progress import NodeLines
from .demo_prompts import (
    DemoSettings,
    Prompt,
    check_prompt,
    fusion_prompt,
    journey_prompt,
    node_id,
    ranking_prompt,
    titles,
    training_prompt,
)
from .errors import SetupError
from .results import PromptResult
from .server import ComfyServer
from .stages import Reporter

Json = dict[str, Any]
PICTURES = "pictures"
FEWEST_TO_TRAIN = 3
SMOKE_LIMIT_S = 1800.0


@dataclass
class Journey:
    """One run of the demo. Pictures go into `output`, below names that the report holds."""

    server: ComfyServer
    pictures: DemoPictures
    settings: DemoSettings
    output: Path
    report: Reporter

    def run(self) -> Json:
        """What every stage said, by stage."""
        photos = self.check_photos()
        held_out = 1 if self.settings.random and photos["accepted"] > FEWEST_TO_TRAIN else 0
        self.settings = replace(self.settings, held_out=held_out)
        return {
            "host": self._host(),
            "checkpoint": {"name": self.settings.checkpoint, "random": self.settings.random},
            "photos": photos,
            "training": self.train(),
            "fusion": self.fuse(),
            "ranking": self.rank(photos),
            "smoke" if self.settings.random else "portraits": self.make_portraits(),
        }

    def check_photos(self) -> Json:
        """Verdicts, contact sheet and aligned crops."""
        prompt = check_prompt(self._prompt)
        result = self._queue("Check the photos", prompt)
        report = _report(result, prompt, "FaceChainAlignFaces")
        # Of the user's photos the node leaves out repeated files; those have no words of ours.
        for entry, picture in zip(report["photos"], self.pictures.photos, strict=False):
            entry["shows"] = picture.shows
        report["sheet"] = self._save(_images(result, prompt, "FaceChainAlignFaces"), "contact-sheet")[0]
        report["crops"] = self._save(result.outputs["crops"]["images"], "crop")
        accepted, total = report["accepted"], report["total"]
        self.report.line(f"  {accepted} of {total} photos accepted")
        if accepted < FEWEST_TO_TRAIN:
            raise _too_few(report["photos"])
        return report

    def train(self) -> Json:
        """The training's record, its loss picture and the LoRA file."""
        prompt = training_prompt(self._prompt)
        result = self._queue("Train the person", prompt)
        record = _report(result, prompt, "FaceChainTrainLora")
        record["settings"] = {
            name: value
            for name, value in prompt[node_id(prompt, "FaceChainTrainLora")]["inputs"].items()
            if not isinstance(value, list) and name != "train_again"
        }
        record["held_out"] = self.settings.held_out
        record["loss_picture"] = self._save(_images(result, prompt, "FaceChainTrainLora"), "loss")[0]
        lora = self._lora_file(record)
        record["lora"] = asdict(read_lora(lora))
        if not self.settings.random:
            shutil.copyfile(lora, _folder(self.output / "results") / lora.name)
        last = record["validations"][-1][1] if record["validations"] else record["losses"][-1][1]
        note = " (trained by an earlier run)" if record["was_finished"] else ""
        self.report.line(f"  loss {record['validation_before']:.4f} before, {last:.4f} after{note}")
        return record

    def fuse(self) -> list[Json]:
        """Per target: target, result, likeness before and after."""
        targets = self.pictures.targets
        prompt = fusion_prompt(self._prompt, [target.name for target in targets])
        result = self._queue("Lay the face into other pictures", prompt)
        entries: list[Json] = _report(result, prompt, "FaceChainFuseFaces")
        results = self._save(result.outputs["fused"]["images"], "fused")
        originals = self._copy(targets, "target")
        for entry, target, original, fused in zip(entries, targets, originals, results, strict=True):
            entry |= {"shows": target.shows, "target": original, "result": fused}
            before, after = entry["likeness_before"], entry["likeness_after"]
            outcome = f"likeness {before:.2f} before, {after:.2f} after" if entry["fused"] else entry["note"]
            self.report.line(f"  {target.shows}: {outcome}")
        return entries

    def rank(self, photos: Json) -> Json:
        """Every picture with its likeness, the person's first."""
        targets, others = self.pictures.targets, self.pictures.ranking
        names = [[picture.name for picture in pictures] for pictures in (targets, others)]
        prompt = ranking_prompt(self._prompt, *names, own_photos=self.pictures.own)
        result = self._queue("Rank pictures by likeness", prompt)
        ranking = _report(result, prompt, "FaceChainRankPortraits")
        shown = [f"fused: {target.shows}" for target in targets] + [picture.shows for picture in others]
        # The node leaves out photos that cannot be decoded.
        shown += [f"photo {each['photo']}" for each in photos["photos"] if each["code"] != "unreadable"]
        for portrait in ranking["portraits"]:
            portrait["shows"] = shown[portrait["index"]]
        ranking["sheet"] = self._save(_images(result, prompt, "FaceChainRankPortraits"), "ranking")[0]
        return ranking

    def make_portraits(self) -> Json:
        """The whole workflow at once: noise in `smoke/` for random weights, else portraits in `results/`."""
        prompt = self._prompt
        name = "Check the installation (pictures are noise)" if self.settings.random else "Make portraits"
        result = self._queue(name, prompt)
        folder = "smoke" if self.settings.random else "results"
        names = self._save(_images(result, prompt, "SaveImage"), "portrait", folder=folder)
        if self.settings.random:
            self.report.line(f"  {', '.join(names)}: noise, not a result, since the checkpoint's weights are random")
        return {
            "noise": self.settings.random,
            "pictures": names,
            "prompt": _report(result, prompt, "FaceChainApplyPersonStyle"),
            "fusion": _report(result, prompt, "FaceChainFuseFaces"),
            "ranking": _report(result, prompt, "FaceChainRankPortraits"),
        }

    @property
    def _prompt(self) -> Prompt:
        return journey_prompt(self.settings)

    @property
    def _client(self) -> ComfyClient:
        return self.server.client

    def _queue(self, name: str, prompt: Prompt) -> PromptResult:
        lines = NodeLines(titles(prompt))
        limit_s = SMOKE_LIMIT_S if self.settings.random else float("inf")
        with self.report.stage(name):
            try:
                return self._client.run(prompt, timeout_s=limit_s, on_event=lines.show)
            finally:
                lines.finish()

    def _save(self, images: Sequence[Mapping[str, str]], name: str, *, folder: str = PICTURES) -> list[str]:
        """Names, relative to the output folder, of the host's `images`, downloaded."""
        names = [f"{folder}/{name}-{number:02d}.png" for number in range(1, len(images) + 1)]
        _folder(self.output / folder)
        for image, file in zip(images, names, strict=True):
            (self.output / file).write_bytes(self._client.view(image))
        return names

    def _copy(self, pictures: Sequence[DemoPicture], name: str) -> list[str]:
        names = [f"{PICTURES}/{name}-{number:02d}.png" for number in range(1, len(pictures) + 1)]
        for picture, file in zip(pictures, names, strict=True):
            shutil.copyfile(self.server.base / "input" / picture.name, self.output / file)
        return names

    def _lora_file(self, record: Json) -> Path:
        name = f"{record['person']}-{record['lora_sha256'][:8]}.safetensors"
        return self.server.base / "models" / "loras" / "facechain" / name

    def _host(self) -> Json:
        stats = self._client.get("/system_stats")
        system = stats["system"]
        return {
            "comfyui": system["comfyui_version"],
            "python": system["python_version"].split()[0],
            "torch": system["pytorch_version"],
            "device": stats["devices"][0]["name"],
        }


def _too_few(photos: Sequence[Json]) -> SetupError:
    refused = [photo for photo in photos if photo["code"] != "accepted"]
    reasons = "\n".join(f"  photo {photo['photo']}: {photo['reason']} {photo['advice']}" for photo in refused)
    fact = f"{len(photos) - len(refused)} photos were accepted, a training needs {FEWEST_TO_TRAIN}. Add others."
    return SetupError(f"{fact}\n{reasons}")


def _report(result: PromptResult, prompt: Prompt, class_type: str) -> Any:
    """What a node of ours put into the history."""
    return result.outputs[node_id(prompt, class_type)]["facechain"][0]


def _images(result: PromptResult, prompt: Prompt, class_type: str) -> list[dict[str, str]]:
    return result.outputs[node_id(prompt, class_type)]["images"]


def _folder(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
