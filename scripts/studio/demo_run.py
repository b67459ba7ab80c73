"""One run of the demo: its host, its pictures, and the folder for what it makes."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .client import ComfyClient
from .demo_graphs import Prompt, node_id, titles
from .demo_photos import DemoPicture, DemoPictures
from .demo_progress import NodeLines
from .demo_prompts import DemoSettings, journey_prompt
from .results import PromptResult
from .server import ComfyServer
from .stages import Reporter

Json = dict[str, Any]
PICTURES = "pictures"
SMOKE_LIMIT_S = 1800.0


@dataclass(frozen=True)
class DemoRun:
    """What every stage works with. Pictures go into `output`, below names that the report holds."""

    server: ComfyServer
    python: Path
    """Of the environment, with Pillow and what our core needs."""
    pictures: DemoPictures
    settings: DemoSettings
    output: Path
    report: Reporter

    @property
    def client(self) -> ComfyClient:
        """A client of the host."""
        return self.server.client

    @property
    def journey(self) -> Prompt:
        """The whole workflow from photos to portraits."""
        return journey_prompt(self.settings)

    @property
    def input(self) -> Path:
        """The host's input folder."""
        return self.server.base / "input"

    def queue(self, name: str, prompt: Prompt) -> PromptResult:
        """The result of `prompt`, run as the stage `name`."""
        lines = NodeLines(titles(prompt))
        limit_s = SMOKE_LIMIT_S if self.settings.random else float("inf")
        with self.report.stage(name):
            try:
                return self.client.run(prompt, timeout_s=limit_s, on_event=lines.show)
            finally:
                lines.finish()

    def save(self, images: Sequence[Mapping[str, str]], name: str, *, folder: str = PICTURES) -> list[str]:
        """Names, relative to the output folder, of the host's `images`, downloaded."""
        names = _names(folder, name, len(images))
        (self.output / folder).mkdir(parents=True, exist_ok=True)
        for image, file in zip(images, names, strict=True):
            (self.output / file).write_bytes(self.client.view(image))
        return names

    def save_shown(self, result: PromptResult, node: str, name: str = "") -> str:
        """The name of the one picture that the node with this id shows, downloaded as `name`, else as the node's."""
        return self.save(result.outputs[node]["images"][:1], (name or node).replace("_", "-"))[0]

    def copy(self, pictures: Sequence[DemoPicture], name: str) -> list[str]:
        """Names, relative to the output folder, of pictures of the input folder, copied."""
        names = _names(PICTURES, name, len(pictures))
        (self.output / PICTURES).mkdir(parents=True, exist_ok=True)
        for picture, file in zip(pictures, names, strict=True):
            shutil.copyfile(self.input / picture.name, self.output / file)
        return names


def report_of(result: PromptResult, prompt: Prompt, class_type: str) -> Any:
    """What the only node of a class of ours put into the history."""
    return result.outputs[node_id(prompt, class_type)]["facechain"][0]


def images_of(result: PromptResult, prompt: Prompt, class_type: str) -> list[dict[str, str]]:
    """The pictures that the only node of a class shows or saved."""
    return result.outputs[node_id(prompt, class_type)]["images"]


def _names(folder: str, name: str, count: int) -> list[str]:
    return [f"{folder}/{name}-{number:02d}.png" for number in range(1, count + 1)]
