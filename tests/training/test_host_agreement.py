"""The model that we train is the model that ComfyUI runs."""

import logging
from functools import partial
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from support_agreement import host_answers, learn_at_random, relative_error

from facechain.training.adapter import inject_adapter
from facechain.training.checkpoint import export_lora
from facechain.training.conditioning import Conditioning
from facechain.training.families import sd15
from facechain.training.job import TrainJob
from facechain.training.sample_portraits import decode, denoise
from facechain.training.samples import Manifest, Sample
from studio.random_checkpoint import Recipe, write_random_checkpoint

logger = logging.getLogger(__name__)
SAMPLE_STEPS = 4
PROMPT = "a portrait photo of sks woman, indoors"


@pytest.fixture(scope="module")
def agreement(comfyui, tmp_path_factory):
    """Both sides' answers to the same inputs: (trainer's tensors, host's tensors, host's report)."""
    folder = tmp_path_factory.mktemp("agreement")
    checkpoint = write_random_checkpoint(folder / "base.safetensors", Recipe(rule_vae=True))
    tokenizer = comfyui / "comfy" / "sd1_tokenizer"
    source = torch.Generator().manual_seed(3)
    with torch.no_grad():
        texts = sd15.load_text_encoders(checkpoint, tokenizer)(["", PROMPT]).tokens
    ours = {"text": texts[1:]}
    inputs = {
        "noisy": torch.randn(2, 4, 16, 16, generator=source),
        "timesteps": torch.tensor([120.0, 870.0]),
        "text": ours["text"].repeat(2, 1, 1),
        "pixels": torch.rand(1, 64, 64, 3, generator=source),
        "texts": texts,
        "start": torch.randn(1, 4, 16, 16, generator=source),
        "to_decode": torch.randn(1, 4, 8, 8, generator=source) * 5,
    }
    save_file(inputs, folder / "inputs.safetensors", {"prompt": PROMPT, "steps": str(SAMPLE_STEPS)})
    with torch.no_grad():
        pixels = inputs["pixels"].permute(0, 3, 1, 2) * 2 - 1  # BHWC 0..1 -> BCHW -1..1
        vae = sd15.load_vae(checkpoint)
        ours["latents"] = vae.encode(pixels).latent_dist.mean
        ours["picture"] = torch.from_numpy(decode(vae, inputs["to_decode"]))[None] / 255
        ours |= unet_answers(checkpoint, inputs, folder / "lora.safetensors")
    files = [folder / f"{name}.safetensors" for name in ("base", "lora", "inputs", "outputs")]
    return ours, *host_answers("host_forward.py", comfyui, files, folder)


def unet_answers(checkpoint, inputs, lora_file):
    """The trainer's U-Net without and with a LoRA in every layer, which is also written to a file."""
    job = TrainJob(
        dataset_folder=Path(),
        dataset_sha256="d" * 64,
        base_checkpoint=checkpoint,
        base_sha256="b" * 64,
        tokenizer_folder=Path(),
        output_name="sks",
        steps=1,
        lora_rank=8,
        lora_alpha=3.0,
        save_precision="fp32",
        sample_steps=SAMPLE_STEPS,
    )
    unet = sd15.load_unet(checkpoint, torch.float32)
    ask = (inputs["noisy"], inputs["timesteps"], Conditioning(inputs["text"]))
    base = sd15.predict(unet, *ask)
    *_, drawn = denoise(partial(sd15.predict, unet), inputs["start"], Conditioning(inputs["texts"]), job)
    adapter = inject_adapter({"unet": unet}, job)
    learn_at_random(adapter, 0.02)
    manifest = Manifest("sks", "woman", 512, (Sample(Path("0.png"), None, "sks woman", 1, False),))
    export_lora(lora_file, adapter.copy(), job, manifest, sd15, steps=1)
    return {"drawn": drawn / sd15.LATENT_SCALE, "base": base, "lora": sd15.predict(unet, *ask)}


def test_host_recognises_the_random_checkpoint_as_sd15(agreement):
    assert agreement[2]["model"] == "SD15"


@pytest.mark.parametrize("part", ["text", "latents", "base", "drawn"])
def test_trainer_and_host_answer_alike_without_a_lora(agreement, part):
    ours, host, _ = agreement
    error = relative_error(ours[part], host[part])
    logger.info("%s: relative error %.1e", part, error)
    # Float32 with sums of a few thousand terms in another order: 1e-6 is usual, 1e-5 the limit. What is drawn
    # adds the errors of several passes, which guidance makes seven times as large.
    assert error <= (1e-4 if part == "drawn" else 1e-5)


def test_trainer_and_host_decode_alike(agreement):
    ours, host, _ = agreement
    assert host["picture"].std() > 0.05  # else the next line would prove nothing
    # Ours is rounded to 8 bits, by at most half a step.
    assert (ours["picture"] - host["picture"]).abs().max() <= 0.5 / 255 + 1e-4


def test_host_applies_every_layer_of_the_lora(agreement):
    report = agreement[2]
    assert report["complaints"] == []
    assert report["patched"] == 84  # 7 transformers of one block, 12 layers each


def test_trainer_and_host_answer_alike_with_a_lora(agreement):
    ours, host, _ = agreement
    effect = relative_error(ours["lora"], ours["base"])
    error = float((host["lora"] - ours["lora"]).norm() / (ours["lora"] - ours["base"]).norm())
    logger.info("LoRA: effect %.2f, error %.1e of it", effect, error)
    assert effect >= 1e-2  # else the next line would prove nothing
    # The host adds the LoRA to the weights, we add its output: rounding differs, the maths does not.
    assert error <= 1e-3
