"""The SDXL that we train is the SDXL that ComfyUI runs."""

import json
import logging
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from support_agreement import host_answers, learn_at_random, relative_error

from facechain.training.adapter import inject_adapter
from facechain.training.checkpoint import export_lora
from facechain.training.conditioning import Conditioning
from facechain.training.families import sdxl
from facechain.training.samples import Manifest, Sample
from studio.random_checkpoint import SDXL_UNET, TINY_SDXL, write_random_checkpoint

logger = logging.getLogger(__name__)
PROMPTS = ["", "a portrait photo of sks woman, indoors"]


@pytest.fixture(scope="module")
def agreement(comfyui, tmp_path_factory, tiny_job):
    """Both sides' answers to the same inputs: (trainer's tensors, host's tensors, host's report)."""
    folder = tmp_path_factory.mktemp("agreement")
    files = {name: folder / f"{name}.safetensors" for name in ("unet", "tiny", "lora", "inputs", "outputs")}
    write_random_checkpoint(files["unet"], SDXL_UNET)
    write_random_checkpoint(files["tiny"], TINY_SDXL)
    source = torch.Generator().manual_seed(3)
    inputs = {
        "noisy": torch.randn(1, 4, 8, 8, generator=source),
        "timesteps": torch.tensor([620.0]),
        "tokens": torch.randn(1, 77, 2048, generator=source),
        "pooled": torch.randn(1, 1280, generator=source),
    }
    save_file(inputs, files["inputs"], {"prompts": json.dumps(PROMPTS)})
    with torch.no_grad():
        text = sdxl.load_text_encoders(files["tiny"], comfyui / "comfy" / "sd1_tokenizer")(PROMPTS)
        ours = {"tokens": text.tokens, "pooled": text.pooled, **unet_answers(files, inputs, tiny_job)}
    yield ours, *host_answers("host_forward_sdxl.py", comfyui, list(files.values()), folder)
    files["unet"].unlink()  # 566 MB


def unet_answers(files, inputs, job):
    """The trainer's U-Net without and with a LoRA, which is also written to a file."""
    unet = sdxl.load_unet(files["unet"], torch.float32)
    told = Conditioning(inputs["tokens"], inputs["pooled"])
    base = sdxl.predict(unet, inputs["noisy"], inputs["timesteps"], told)
    adapter = inject_adapter({"unet": unet}, job)
    learn_at_random(adapter, 0.02)
    manifest = Manifest("sks", "woman", 1024, (Sample(Path("0.png"), None, "sks woman", 1, False),))
    export_lora(files["lora"], adapter.copy(), job, manifest, sdxl, steps=1)
    return {"base": base, "lora": sdxl.predict(unet, inputs["noisy"], inputs["timesteps"], told)}


def test_host_recognises_the_random_unet_as_sdxl(agreement):
    assert agreement[2]["model"] == "SDXL"


@pytest.mark.parametrize("part", ["tokens", "pooled", "base"])
def test_trainer_and_host_answer_alike_without_a_lora(agreement, part):
    ours, host, _ = agreement
    error = relative_error(ours[part], host[part])
    logger.info("%s: relative error %.1e", part, error)
    assert error <= 1e-5  # float32 with sums of a few thousand terms in another order


def test_host_applies_every_layer_of_the_lora(agreement):
    report = agreement[2]
    assert report["complaints"] == []
    # 2 and 3 transformers of depth 2 on one level, 2 and 3 of depth 10 on the other, 1 of depth 10 in the middle;
    # each has 10 layers per block and 2 around them.
    assert report["patched"] == 10 * (5 * 2 + 5 * 10 + 10) + 2 * 11


def test_trainer_and_host_answer_alike_with_a_lora(agreement):
    ours, host, _ = agreement
    effect = relative_error(ours["lora"], ours["base"])
    error = float((host["lora"] - ours["lora"]).norm() / (ours["lora"] - ours["base"]).norm())
    logger.info("LoRA: effect %.2f, error %.1e of it", effect, error)
    assert effect >= 1e-2  # else the next line would prove nothing
    assert error <= 1e-3
