"""What every trainer of this benchmark is given, and how its steps are timed."""

from __future__ import annotations

import json
import resource
import sys
import time
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))
from studio.core import load_core

if "facechain" not in sys.modules:
    load_core()

PHOTOS = 8
RANK, ALPHA = 32, 16.0
LEARNING_RATE = 1e-4


@dataclass(frozen=True)
class Setting:
    """One training, the same for all trainers."""

    checkpoint: str
    comfyui: str
    """A tree of ComfyUI; its CLIP tokenizer serves all."""
    folder: str
    """Photos, and what is written."""
    side: int
    batch: int
    warm_up: int
    steps: int
    """Timed, after those to warm up."""

    @property
    def tokenizer(self) -> Path:
        return Path(self.comfyui) / "comfy" / "sd1_tokenizer"

    @property
    def captions(self) -> list[str]:
        return [f"sks woman, photo {number}" for number in range(PHOTOS)]

    @property
    def photos(self) -> Path:
        return Path(self.folder) / f"photos-{self.side}"


def setting_of(file: str) -> Setting:
    """The setting in a JSON file."""
    return Setting(**json.loads(Path(file).read_text()))


def write_photos(setting: Setting) -> None:
    """Photos of coloured noise with captions, in the format of the extension's dataset folders."""
    setting.photos.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(0)
    samples = []
    for number, caption in enumerate(setting.captions):
        pixels = random.integers(0, 256, (setting.side // 8, setting.side // 8, 3), dtype=np.uint8)
        name = f"{number}.png"
        Image.fromarray(pixels.repeat(8, 0).repeat(8, 1)).save(setting.photos / name)
        samples.append({"image": name, "mask": None, "caption": caption, "repeats": 1, "held_out": False})
    manifest = {"schema": 1, "trigger_word": "sks", "subject": "woman", "resolution": setting.side, "samples": samples}
    (setting.photos / "manifest.json").write_text(json.dumps(manifest))


class Steps:
    """CPU and wall seconds of each step, told by marks between them."""

    def __init__(self) -> None:
        self._marks: list[tuple[float, float]] = []

    def mark(self) -> None:
        """A step ends here."""
        self._marks.append((time.process_time(), time.perf_counter()))

    def print_result(self, setting: Setting) -> None:
        """One line of JSON; the peak is that of the process so far."""
        cpu, wall = zip(*self._marks, strict=True)
        result = {
            **{name: asdict(setting)[name] for name in ("side", "batch")},
            "cpu_s": _gaps(cpu[setting.warm_up - 1 :]),
            "wall_s": _gaps(wall[setting.warm_up - 1 :]),
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 // 1_000_000,
        }
        print(json.dumps(result), flush=True)


def _gaps(times: tuple[float, ...]) -> list[float]:
    return [round(after - before, 3) for before, after in pairwise(times)]
