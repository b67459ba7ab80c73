"""People that a test puts into the library of a running host, with all that a training leaves of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from safetensors.numpy import save
from support_people import sample_person

from facechain.dataset_files import MANIFEST_FILE
from facechain.dataset_sources import SOURCES_FILE
from facechain.people import REFERENCE_SIDE_PX
from facechain.person_archive import SUFFIX, export_person
from facechain.training.job import JOB_FILE
from facechain.training.result import RESULT_FILE

KEY = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight"
"""A layer of SD 1.5 by its width of 768."""
PHOTO = "ab" * 32
JOB = "fedcba9876543210"
DATASET = "studio-dataset"


def lora_drafts(comfy) -> list[Path]:
    """What uploads of a style's LoRA have stored so far, besides those that are whole."""
    return list((comfy.base / "models" / "loras" / "facechain" / "styles").glob(".*"))


def transferred(comfy) -> list[Path]:
    """What exports and imports of people have in the host's temporary folder."""
    return list((comfy.base / "temp" / "facechain").glob("person-*"))


def write_export(folder: Path, name: str, photo: Path, weight: float = 1.0, rank: int = 4) -> Path:
    """The file of an exported person called `name`, whose face is the middle of `photo`."""
    lora = folder / "weights.safetensors"
    lora.write_bytes(save({KEY: np.full((rank, 768), weight, np.float32)}))
    person = sample_person(lora, name.casefold(), display_name=name, references=(face_of(photo),))
    file = folder / f"{person.slug}{SUFFIX}"
    export_person(person, file)
    return file


def face_of(photo: Path) -> np.ndarray:
    """A crop of the size of a reference."""
    side = (REFERENCE_SIDE_PX, REFERENCE_SIDE_PX)
    return np.asarray(Image.open(photo).convert("RGB").crop((140, 20, 340, 220)).resize(side), np.uint8)


@dataclass(frozen=True)
class Traces:
    """What a training left of one person, besides the library."""

    dataset: Path
    job: Path
    photo: Path
    sample: Path

    def left(self) -> list[str]:
        """Names of those that are still there."""
        return [path.name for path in (self.dataset, self.job, self.photo, self.sample) if path.exists()]


def write_traces(base: Path, name: str, weights: str = "") -> Traces:
    """Dataset, finished training, uploaded photo and viewed sample in the folders of the host at `base`."""
    private = base / "user" / "__facechain"
    traces = Traces(
        private / "datasets" / DATASET,
        private / "jobs" / JOB,
        base / "input" / "facechain" / f"{PHOTO}.jpg",
        base / "temp" / "facechain" / f"{JOB}-000004-0.png",
    )
    _write_json(traces.dataset / MANIFEST_FILE, {"person_name": name})
    _write_json(traces.dataset / SOURCES_FILE, [PHOTO])
    _write_json(traces.job / JOB_FILE, {"dataset_folder": str(traces.dataset), "output_name": name})
    _write_json(traces.job / RESULT_FILE, {"lora_sha256": weights})
    for file in (traces.photo, traces.sample):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"picture")
    return traces


def _write_json(file: Path, content: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content), "utf-8")
