"""What the training tests share: small checkpoints, real face crops, datasets and jobs."""

import json
import math
import os
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from facechain.training.job import TrainJob
from facechain.training.worker import hide_what_is_not_needed
from studio.prepare import prepared

hide_what_is_not_needed()  # before anything imports transformers

import torch  # noqa: E402

from studio.random_checkpoint import TINY, write_random_checkpoint  # noqa: E402

FACE = (224, 112)
"""Centre of the astronaut's face in the photo, pixels."""


@pytest.fixture(scope="session", autouse=True)
def _one_thread():
    """Models this small gain nothing from a second thread, and lose much on a busy machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")  # for the workers
        yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def comfyui():
    """A real ComfyUI's tree."""
    tree = os.environ.get("FACECHAIN_TEST_COMFYUI")
    return Path(tree) if tree else prepared().comfyui.folder


@pytest.fixture(scope="session")
def astronaut(photos):
    """A public-domain portrait of 512 x 512 pixels."""
    with Image.open(photos.astronaut) as photo:
        return photo.convert("RGB")


@pytest.fixture(scope="session")
def tiny_checkpoint(tmp_path_factory):
    """A U-Net 32 channels wide, one text layer, a VAE that averages: 45 ms per training step."""
    path = tmp_path_factory.mktemp("base") / "tiny.safetensors"
    return write_random_checkpoint(path, TINY)


def face_crop(photo, side, *, shift=(0, 0), size=140, brightness=1.0):
    """(side, side, 3) uint8 around the face, with small changes as between photos of one person."""
    x, y = FACE[0] + shift[0], FACE[1] + shift[1]
    half = size // 2
    crop = photo.crop((x - half, y - half, x + half, y + half)).resize((side, side), Image.LANCZOS)
    return np.clip(np.asarray(crop) * brightness, 0, 255).astype(np.uint8)


def write_dataset(folder, crops, *, masks=None, held_out=(), caption="sks woman, indoors"):
    """A dataset folder in the format of the manifest's schema 1."""
    folder.mkdir(parents=True, exist_ok=True)
    samples = []
    for index, crop in enumerate(crops):
        Image.fromarray(crop).save(folder / f"{index:03d}.png")
        mask = None
        if masks is not None:
            mask = f"{index:03d}.mask.png"
            Image.fromarray(masks[index]).save(folder / mask)
        samples.append(
            {
                "image": f"{index:03d}.png",
                "mask": mask,
                "caption": caption,
                "repeats": 1,
                "held_out": index in held_out,
            }
        )
    manifest = {"schema": 1, "trigger_word": "sks", "subject": "woman", "samples": samples}
    content = {**manifest, "resolution": crops[0].shape[0]}
    (folder / "manifest.json").write_text(json.dumps(content))
    return folder


@pytest.fixture(scope="session")
def build_dataset():
    """`write_dataset`, for tests that need their own."""
    return write_dataset


@pytest.fixture(scope="session")
def crop_face():
    """`face_crop`, for tests that need their own."""
    return face_crop


@pytest.fixture
def write_header(tmp_path):
    """Writes a safetensors file of these names and shapes: one byte per value, all zero."""

    def write(name, shapes, *, missing_bytes=0):
        header, offset = {}, 0
        for tensor, shape in shapes.items():
            size = math.prod(shape)
            header[tensor] = {"dtype": "I8", "shape": shape, "data_offsets": [offset, offset + size]}
            offset += size
        text = json.dumps(header).encode()
        path = tmp_path / name
        path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(offset - missing_bytes))
        return path

    return write


@pytest.fixture(scope="session")
def tiny_dataset(astronaut, tmp_path_factory):
    """Three crops of 64 pixels with masks, the last one held out."""
    shifts = [(0, 0), (4, -3), (-3, 2)]
    crops = [face_crop(astronaut, 64, shift=shift) for shift in shifts]
    mask = np.zeros((64, 64), np.uint8)
    mask[12:52, 16:48] = 255
    return write_dataset(tmp_path_factory.mktemp("dataset"), crops, masks=[mask] * 3, held_out={2})


@pytest.fixture(scope="session")
def tiny_job(tiny_checkpoint, tiny_dataset, comfyui):
    """Twelve steps at 64 pixels on the CPU."""
    return TrainJob(
        dataset_folder=tiny_dataset,
        dataset_sha256="d" * 64,
        base_checkpoint=tiny_checkpoint,
        base_sha256="b" * 64,
        tokenizer_folder=comfyui / "comfy" / "sd1_tokenizer",
        output_name="sks",
        steps=12,
        resolution=64,
        batch_size=2,
        lora_rank=4,
        lora_alpha=2.0,
        learning_rate=2e-3,
        ema_decay=0.9,
        validate_every=6,
        save_every=4,
        save_precision="fp32",
        device="cpu",
    )


@pytest.fixture
def job_with(tiny_job):
    """The tiny job with other settings."""
    return lambda **changes: replace(tiny_job, **changes)
