"""Training learns the face, not only the palette: measured on a crop that it never saw."""

import logging
from dataclasses import replace

import numpy as np
import pytest

from facechain.training.trainer import train
from studio.random_checkpoint import TINY, write_random_checkpoint

logger = logging.getLogger(__name__)

PHOTOS = [  # shift in pixels, size of the crop, brightness: as a few photos of one person differ
    {"shift": (0, 0), "size": 140, "brightness": 1.00},
    {"shift": (4, 2), "size": 136, "brightness": 0.92},
    {"shift": (-4, 3), "size": 150, "brightness": 1.06},
    {"shift": (5, -4), "size": 144, "brightness": 0.97},
    {"shift": (-5, -3), "size": 132, "brightness": 1.03},
    {"shift": (3, 5), "size": 156, "brightness": 0.95},
]
HELD_OUT = {"shift": (2, -5), "size": 146, "brightness": 1.00}
SIDE = 128
HELD_OUT_INDEX = len(PHOTOS)


def shuffled(crop, seed):
    """The crop with its 8 x 8 blocks, which are the pixels of its latents, in random order.

    Colours and contrast stay exactly what they were; only the face is gone. A control that shuffles
    single pixels would be easier to beat: their mean over a block is the same grey everywhere.
    """
    count = SIDE // 8
    blocks = crop.reshape(count, 8, count, 8, 3).swapaxes(1, 2).reshape(-1, 8, 8, 3)
    blocks = np.random.default_rng(seed).permutation(blocks)
    return blocks.reshape(count, count, 8, 8, 3).swapaxes(1, 2).reshape(SIDE, SIDE, 3)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """64 channels wide: enough to learn a face in a minute. Its VAE is a mean over 8 x 8 pixels."""
    path = tmp_path_factory.mktemp("base") / "small.safetensors"
    return write_random_checkpoint(path, replace(TINY, model_channels=64))


@pytest.mark.timeout(600)
def test_loss_on_a_held_out_crop_falls_below_that_of_a_shuffled_control(
    checkpoint, job_with, astronaut, crop_face, build_dataset, tmp_path
):
    faces = [crop_face(astronaut, SIDE, **photo) for photo in PHOTOS]
    held_out = crop_face(astronaut, SIDE, **HELD_OUT)
    controls = [shuffled(face, seed) for seed, face in enumerate(faces)]
    results = {}
    for name, crops in (("face", faces), ("control", controls)):
        folder = build_dataset(tmp_path / f"{name} crops", [*crops, held_out], held_out={HELD_OUT_INDEX})
        job = job_with(
            dataset_folder=folder,
            base_checkpoint=checkpoint,
            resolution=SIDE,
            steps=60,
            batch_size=4,
            lora_rank=16,
            lora_alpha=16.0,
            learning_rate=8e-3,
            warmup=5,
            min_snr_gamma=0.0,
            ema_decay=0.9,
            validate_every=60,
        )
        (tmp_path / name).mkdir()
        results[name] = train(job, tmp_path / name)
    face, control = (results[name].validations[-1][1] for name in ("face", "control"))
    base = results["face"].baseline
    logger.info("held-out loss: no LoRA %.3f, control %.3f, face %.3f", base, control, face)

    # Both are asked about the same held-out crop with the same noise and timesteps.
    assert results["control"].baseline == base
    # Without a LoRA the random model is worse than predicting no noise at all, whose loss is 1.
    assert base > 1
    # The palette alone already helps a lot; MARGIN says what the arrangement of the face adds.
    assert control < 0.5 * base
    assert face < MARGIN * control


MARGIN = 0.9
"""Over five seeds of the training the face's loss was 0.77 to 0.85 of the control's (0.67 to 0.71 of that of a
control with single pixels shuffled). 0.9 leaves the worst seed a third of its lead."""
