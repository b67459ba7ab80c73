"""Runs in ComfyUI's own tree: what its SDXL U-Net and text encoders answer to given inputs, and with a LoRA.

Usage: python host_forward_sdxl.py COMFYUI UNET TINY LORA INPUTS OUTPUTS
"""

import json
import logging
import sys

sys.path.insert(0, sys.argv[1])
_, _, UNET, TINY, LORA, INPUTS, OUTPUTS = sys.argv
sys.argv = [sys.argv[0], "--cpu", "--force-fp32"]

import comfy.options  # noqa: E402

comfy.options.enable_args_parsing()

import comfy.model_management  # noqa: E402
import comfy.sd  # noqa: E402
import comfy.sd1_clip  # noqa: E402
import comfy.utils  # noqa: E402
import torch  # noqa: E402
from host_complaints import Complaints  # noqa: E402
from safetensors import safe_open  # noqa: E402
from safetensors.torch import load_file, save_file  # noqa: E402

FIRST, SECOND = "conditioner.embedders.0.transformer.", "conditioner.embedders.1.model."


def unet_answer(patcher, inputs):
    comfy.model_management.load_models_gpu([patcher], force_full_load=True)
    height, width = (8 * side for side in inputs["noisy"].shape[-2:])
    told = patcher.model.encode_adm(pooled_output=inputs["pooled"], width=width, height=height, device="cpu")
    with torch.no_grad():
        model = patcher.model.diffusion_model
        return model(inputs["noisy"], inputs["timesteps"], context=inputs["tokens"], y=told)


def text_answers(prompts):
    """Tokens and pooled of SDXL's two encoders, built by the host's own classes in the size of the file."""
    with safe_open(TINY, framework="pt") as file:
        names = list(file.keys())
        first = {n.removeprefix(FIRST): file.get_tensor(n).float() for n in names if n.startswith(FIRST)}
        second = {n: file.get_tensor(n).float() for n in names if n.startswith(SECOND)}
    second = comfy.utils.clip_text_transformers_convert(second, SECOND, "")
    one = encoder("quick_gelu", 49407, first)
    two = encoder("gelu", 0, second)
    tokenize = comfy.sd1_clip.SDTokenizer
    tokenizers = [tokenize(), tokenize(pad_with_end=False)]
    answers = [[], []]
    for model, tokenizer, found in zip((one, two), tokenizers, answers, strict=True):
        for prompt in prompts:
            found.append(model.encode_token_weights(tokenizer.tokenize_with_weights(prompt)))
    tokens = torch.cat([torch.cat([answer[0] for answer in found]) for found in answers], dim=-1)
    return tokens, torch.cat([answer[1] for answer in answers[1]])


def encoder(activation, pad, tensors):
    """As comfy.sdxl_clip makes its own, but 64 wide and 3 layers deep."""
    config = {
        "num_hidden_layers": 3,
        "num_attention_heads": 1,
        "hidden_size": 64,
        "hidden_act": activation,
        "intermediate_size": 256,
        "eos_token_id": 49407,
        "max_position_embeddings": 77,
        "projection_dim": 64,
        "vocab_size": 49408,
    }
    model = comfy.sd1_clip.SDClipModel(
        layer="hidden",
        layer_idx=-2,
        textmodel_json_config=config,
        dtype=torch.float32,
        special_tokens={"start": 49406, "end": 49407, "pad": pad},
        layer_norm_hidden_state=False,
    )
    missing, _ = model.load_sd(tensors)
    assert not [name for name in missing if "text_projection" not in name], missing
    return model


def main():
    complaints = Complaints()
    logging.getLogger().addHandler(complaints)
    inputs = load_file(INPUTS)
    with safe_open(INPUTS, framework="pt") as file:
        prompts = json.loads(file.metadata()["prompts"])
    outputs = dict(zip(("tokens", "pooled"), text_answers(prompts), strict=True))
    patcher = comfy.sd.load_diffusion_model(UNET)
    outputs["base"] = unet_answer(patcher, inputs)
    lora = comfy.utils.load_torch_file(LORA, safe_load=True)
    patched, _ = comfy.sd.load_lora_for_models(patcher, None, lora, 1.0, 0.0)
    outputs["lora"] = unet_answer(patched, inputs)
    report = {
        "patched": len(patched.patches),
        "complaints": complaints.lines,
        "model": type(patcher.model.model_config).__name__,
    }
    tensors = {name: value.float().contiguous() for name, value in outputs.items()}
    save_file(tensors, OUTPUTS, {"report": json.dumps(report)})


main()
