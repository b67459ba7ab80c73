"""What comes after a portrait, and before it for speed: native nodes that the workflows carry switched off."""

from __future__ import annotations

from io import BytesIO

import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from support_prompts import node_id, shipped_prompt

LCM, UPSCALER = "smoke-lcm.safetensors", "smoke-upscaler.safetensors"


@pytest.fixture(scope="module")
def models(comfy):
    """A LoRA and an upscale model of random weights, in the host's folders."""
    loras, upscalers = (comfy.base / "models" / name for name in ("loras", "upscale_models"))
    for folder in (loras, upscalers):
        folder.mkdir(parents=True, exist_ok=True)
    layer = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q"
    save_file(
        {
            f"{layer}.lora_down.weight": torch.randn(4, 320) * 0.05,
            f"{layer}.lora_up.weight": torch.randn(320, 4) * 0.05,
            f"{layer}.alpha": torch.tensor(4.0),
        },
        loras / LCM,
    )
    save_file(small_upscaler(), upscalers / UPSCALER)


def small_upscaler():
    """An ESRGAN of one block, eight channels wide, which enlarges four times."""
    source, tensors = torch.Generator().manual_seed(1), {}

    def convolve(name, width_in, width_out):
        tensors[f"{name}.weight"] = torch.randn(width_out, width_in, 3, 3, generator=source) * 0.05
        tensors[f"{name}.bias"] = torch.zeros(width_out)

    convolve("conv_first", 3, 8)
    for block in (1, 2, 3):
        for place in range(5):
            convolve(f"body.0.rdb{block}.conv{place + 1}", 8 + 32 * place, 32 if place < 4 else 8)
    for name in ("conv_body", "conv_up1", "conv_up2", "conv_hr"):
        convolve(name, 8, 8)
    convolve("conv_last", 8, 3)
    return tensors


def switched_on(prompt):
    """Workflow 02 as the page exports it when *LCM* and *Enlarge portraits* are switched on."""
    apply, sampler = node_id(prompt, "FaceChainApplyPersonStyle"), prompt[node_id(prompt, "KSampler")]["inputs"]
    save = prompt[node_id(prompt, "SaveImage")]["inputs"]
    ranked = save["images"]
    prompt |= {
        "lcm": node("LoraLoaderModelOnly", model=[apply, 0], lora_name=LCM, strength_model=1.0),
        "sampling": node("ModelSamplingDiscrete", model=["lcm", 0], sampling="lcm", zsnr=False),
        "upscaler": node("UpscaleModelLoader", model_name=UPSCALER),
        "upscaled": node("ImageUpscaleWithModel", upscale_model=["upscaler", 0], image=ranked),
        "scaled": node("ImageScaleToMaxDimension", image=["upscaled", 0], upscale_method="lanczos", largest_size=320),
    }
    sampler |= {"model": ["sampling", 0], "steps": 2, "cfg": 2.0, "sampler_name": "lcm", "scheduler": "sgm_uniform"}
    save["images"] = ["scaled", 0]
    return prompt


def node(class_type, **inputs):
    return {"class_type": class_type, "inputs": inputs}


def small_portraits(slug, **changes):
    return shipped_prompt("02-portraits", FaceChainLoadPerson={"person": slug}, **changes)


def test_portraits_are_drawn_by_lcm_and_enlarged(comfy, trained_person, models):
    prompt = switched_on(small_portraits(trained_person.record["person"]))
    result = comfy.client.run(prompt, timeout_s=240)
    (picture,) = comfy.client.images(result, node_id(prompt, "SaveImage"))
    assert Image.open(BytesIO(picture)).size == (320, 320)


def test_the_same_seed_draws_the_same_portraits_and_another_one_others(comfy, trained_person):
    def drawn(seed, prefix):
        changes = {"KSampler": {"seed": seed, "steps": 1}, "SaveImage": {"filename_prefix": f"smoke/{prefix}"}}
        prompt = small_portraits(trained_person.record["person"], **changes)
        result = comfy.client.run(prompt, timeout_s=240)
        images = comfy.client.images(result, node_id(prompt, "SaveImage"))
        return [Image.open(BytesIO(image)).convert("RGB").tobytes() for image in images]

    first = drawn(3, "first")
    drawn(4, "between")  # so that the host has to draw again
    assert drawn(3, "again") == first
    assert drawn(5, "other") != first


def test_eight_are_made_and_the_four_best_are_shown(comfy, trained_person):
    prompt = small_portraits(trained_person.record["person"], EmptyLatentImage={"batch_size": 8})
    result = comfy.client.run(prompt, timeout_s=240)
    report = result.outputs[node_id(prompt, "FaceChainRankPortraits")]["facechain"][0]
    assert len(report["portraits"]) == 8
    assert prompt[node_id(prompt, "FaceChainRankPortraits")]["inputs"]["keep"] == 4


def test_the_size_is_the_checkpoints_own(comfy, trained_person):
    prompt = small_portraits(trained_person.record["person"])
    base = node_id(prompt, "FaceChainLoadBaseCheckpoint")
    part = {key: prompt[key] for key in (base, node_id(prompt, "FaceChainLoadPerson"))}
    part["sink"] = node("PreviewAny", source=[base, 3])
    result = comfy.client.run(part)
    assert result.outputs["sink"]["text"] == ["512"]
