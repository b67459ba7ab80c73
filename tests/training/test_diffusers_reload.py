"""The file that a training writes works in diffusers too: every layer, with the strength that it was learned with."""

from pathlib import Path

import pytest
import torch
from diffusers.configuration_utils import FrozenDict
from diffusers.loaders.lora_pipeline import StableDiffusionLoraLoaderMixin, StableDiffusionXLLoraLoaderMixin
from safetensors.torch import load_file
from support_agreement import learn_at_random

from facechain.training.adapter import inject_adapter
from facechain.training.checkpoint import export_lora
from facechain.training.families import family_of
from facechain.training.samples import Manifest, Sample
from studio.random_checkpoint import TINY, TINY_SDXL, write_random_checkpoint

LOADERS = {"sd15": StableDiffusionLoraLoaderMixin, "sdxl": StableDiffusionXLLoraLoaderMixin}
DIFFUSERS_PARTS = {"te": "text_encoder", "te1": "text_encoder", "te2": "text_encoder_2"}
MANIFEST = Manifest("sks", "woman", 64, (Sample(Path("0.png"), None, "sks woman", 1, False),))


class Models:
    """U-Net and text encoders of a tiny checkpoint, freshly loaded."""

    def __init__(self, family, checkpoint, tokenizer_folder):
        self.family = family_of(family)
        self.unet = self.family.load_unet(checkpoint, torch.float32)
        self.encoders = self.family.load_text_encoders(checkpoint, tokenizer_folder, clip_skip=1)

    def answers(self):
        """What text encoders and U-Net say to fixed questions."""
        source = torch.Generator().manual_seed(3)
        noisy = torch.randn(1, 4, 8, 8, generator=source)
        with torch.no_grad():
            told = self.encoders(["a portrait photo of sks woman"])
            drawn = self.family.predict(self.unet, noisy, torch.tensor([620]), told)
        return {"tokens": told.tokens, "drawn": drawn}


def train_at_random(models, job, file):
    """Puts a LoRA of random weights into the models, and writes it."""
    adapter = inject_adapter({"unet": models.unet, **models.encoders.modules}, job)
    learn_at_random(adapter, 0.1)
    export_lora(file, adapter.copy(), job, MANIFEST, models.family, steps=1)


def load_with_diffusers(models, loader, file):
    """What a pipeline's load_lora_weights does with the file."""
    # Ours says the number for each level; the published configuration of SDXL says it once.
    config = FrozenDict({**models.unet.config, "layers_per_block": models.unet.config.layers_per_block[0]})
    options = {} if loader is StableDiffusionLoraLoaderMixin else {"unet_config": config}
    tensors, alphas, *_ = loader.lora_state_dict(load_file(file), **options)
    loader.load_lora_into_unet(tensors, network_alphas=alphas, unet=models.unet)
    for part, module in models.encoders.modules.items():
        loader.load_lora_into_text_encoder(tensors, alphas, module, prefix=DIFFUSERS_PARTS[part])


@pytest.mark.parametrize(("family", "recipe"), [("sd15", TINY), ("sdxl", TINY_SDXL)])
def test_diffusers_computes_with_the_file_what_the_trainer_did(tiny_job, job_with, tmp_path, family, recipe):
    checkpoint = write_random_checkpoint(tmp_path / "base.safetensors", recipe)
    untouched, ours, theirs = (Models(family, checkpoint, tiny_job.tokenizer_folder) for _ in range(3))
    job = job_with(family=family, lora_targets="kohya_conv", text_encoder_learning_rate=1e-4)  # every layer there is
    train_at_random(ours, job, tmp_path / "lora.safetensors")
    load_with_diffusers(theirs, LOADERS[family], tmp_path / "lora.safetensors")

    base, expected, actual = untouched.answers(), ours.answers(), theirs.answers()
    for name in expected:
        effect = (expected[name] - base[name]).norm()
        assert effect > 1e-2 * base[name].norm()  # else the next line would prove nothing
        assert (actual[name] - expected[name]).norm() < 1e-4 * effect
