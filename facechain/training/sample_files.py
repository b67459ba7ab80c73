"""The pictures of a training's sample portraits: `samples/step_000100_plain_0.png` in the job's folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

SAMPLES_FOLDER = "samples"
PLAIN, STYLED = PROMPTS = ("plain", "styled")
"""What portraits are asked for; in the order in which a manifest words it."""
NAME = re.compile(rf"step_(\d{{6,}})_({'|'.join(PROMPTS)})_(\d+)\.png")


@dataclass(frozen=True, slots=True, order=True)
class SampleFile:
    """One portrait in a job's folder."""

    step: int
    """Training steps done when it was drawn; 0 is the base model."""
    prompt: str
    """One of PROMPTS."""
    number: int
    """Counted from 0; portraits of one number share their noise, at every step and for every prompt."""

    @property
    def path(self) -> str:
        """Path inside the job's folder."""
        return f"{SAMPLES_FOLDER}/step_{self.step:06d}_{self.prompt}_{self.number}.png"


def drawn_samples(folder: Path) -> list[SampleFile]:
    """The portraits in the job's `folder`, in order of step, prompt and number."""
    found = (NAME.fullmatch(file.name) for file in (folder / SAMPLES_FOLDER).glob("*.png"))
    return sorted(SampleFile(int(match[1]), match[2], int(match[3])) for match in found if match)
