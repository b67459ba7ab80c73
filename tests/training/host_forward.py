"""Runs in ComfyUI's own tree: what its models answer to given inputs, with and without a LoRA.

Usage: python host_forward.py COMFYUI CHECKPOINT LORA INPUTS OUTPUTS
"""

import json
import logging
import sys

sys.path.insert(0, sys.argv[1])
_, _, CHECKPOINT, LORA, INPUTS, OUTPUTS = sys.argv
sys.argv = [sys.argv[0], "--cpu", "--force-fp32"]

import comfy.options  # noqa: E402

comfy.options.enable_args_parsing()

import comfy.model_management  # noqa: E402
import comfy.sample  # noqa: E402
import comfy.sd  # noqa: E402
import comfy.utils  # noqa: E402
import torch  # noqa: E402
from host_complaints import Complaints  # noqa: E402
from safetensors import safe_open  # noqa: E402
from safetensors.torch import load_file, save_file  # noqa: E402


def unet_answer(patcher, inputs):
    comfy.model_management.load_models_gpu([patcher], force_full_load=True)
    with torch.no_grad():
        return patcher.model.diffusion_model(inputs["noisy"], inputs["timesteps"], context=inputs["text"])


def sampled(patcher, inputs, steps):
    """Latents drawn from the given noise by the sampler and scheduler that the trainer's samples claim to equal."""
    empty, asked = ([[text, {}]] for text in inputs["texts"].split(1))
    start = torch.zeros_like(inputs["start"])
    settings = (steps, 7.0, "ddim", "simple", asked, empty, start)
    return comfy.sample.sample(patcher, inputs["start"], *settings, disable_pbar=True, seed=0)


def main():
    complaints = Complaints()
    logging.getLogger().addHandler(complaints)
    inputs = load_file(INPUTS)
    with safe_open(INPUTS, framework="pt") as file:
        prompt, steps = file.metadata()["prompt"], int(file.metadata()["steps"])
    patcher, clip, vae, _ = comfy.sd.load_checkpoint_guess_config(CHECKPOINT, output_vae=True, output_clip=True)
    outputs = {"text": clip.encode_from_tokens(clip.tokenize(prompt)).float()}
    outputs["latents"] = vae.encode(inputs["pixels"]).float()
    outputs["picture"] = vae.decode(inputs["to_decode"]).float()
    outputs["drawn"] = sampled(patcher, inputs, steps).float()
    outputs["base"] = unet_answer(patcher, inputs).float()
    lora = comfy.utils.load_torch_file(LORA, safe_load=True)
    patched, _ = comfy.sd.load_lora_for_models(patcher, clip, lora, 1.0, 1.0)
    outputs["lora"] = unet_answer(patched, inputs).float()
    report = {
        "patched": len(patched.patches),
        "complaints": complaints.lines,
        "model": type(patcher.model.model_config).__name__,
    }
    save_file({name: value.contiguous() for name, value in outputs.items()}, OUTPUTS, {"report": json.dumps(report)})


main()
