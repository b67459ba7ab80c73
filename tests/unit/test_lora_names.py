"""Whoever wrote a LoRA, its layers are named as kohya names them."""

from __future__ import annotations

import json

import pytest

from facechain.errors import UnreadableCheckpoint
from facechain.lora_names import METADATA_KEY, kohya_name, peft_alphas

QUERY = "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q"
KOHYA_QUERY = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q"
TEXT = "encoder.layers.0.mlp.fc1"
KOHYA_TEXT = "text_model_encoder_layers_0_mlp_fc1"


@pytest.mark.parametrize(
    ("theirs", "kohya"),
    [
        (f"unet.{QUERY}.lora_A.weight", f"{KOHYA_QUERY}.lora_down.weight"),
        (f"unet.{QUERY}.lora_B.weight", f"{KOHYA_QUERY}.lora_up.weight"),
        (f"base_model.model.{QUERY}.lora_A.weight", f"{KOHYA_QUERY}.lora_down.weight"),
        (f"base_model.model.{QUERY}.lora_B.default.weight", f"{KOHYA_QUERY}.lora_up.weight"),
        (f"unet.{QUERY}.lora.down.weight", f"{KOHYA_QUERY}.lora_down.weight"),
        (f"unet.{QUERY}.alpha", f"{KOHYA_QUERY}.alpha"),
        ("unet.conv_in.lora_A.weight", "lora_unet_conv_in.lora_down.weight"),
        (f"text_encoder.text_model.{TEXT}.lora_A.weight", f"lora_te1_{KOHYA_TEXT}.lora_down.weight"),
        (f"text_encoder.{TEXT}.lora_A.weight", f"lora_te1_{KOHYA_TEXT}.lora_down.weight"),
        (f"text_encoder_2.text_model.{TEXT}.lora_B.weight", f"lora_te2_{KOHYA_TEXT}.lora_up.weight"),
        (f"base_model.model.text_model.{TEXT}.lora_A.weight", f"lora_te1_{KOHYA_TEXT}.lora_down.weight"),
        (f"text_encoder.text_model.{TEXT}.lora_linear_layer.up.weight", f"lora_te1_{KOHYA_TEXT}.lora_up.weight"),
        (
            "diffusion_model.input_blocks.1.1.proj_in.lora_B.weight",
            "lora_unet_input_blocks_1_1_proj_in.lora_up.weight",
        ),
    ],
)
def test_names_of_peft_diffusers_and_comfyui_become_kohyas(theirs, kohya):
    assert kohya_name(theirs) == kohya


@pytest.mark.parametrize(
    ("layer", "kohya"), [("to_q", "to_q"), ("to_k", "to_k"), ("to_v", "to_v"), ("to_out", "to_out_0")]
)
def test_names_of_facechain_become_kohyas(layer, kohya):
    theirs = f"mid_block.attentions.0.transformer_blocks.0.attn2.processor.{layer}_lora.up.weight"
    ours = f"lora_unet_mid_block_attentions_0_transformer_blocks_0_attn2_{kohya}.lora_up.weight"
    assert kohya_name(theirs) == ours


@pytest.mark.parametrize(
    "name",
    [
        f"{KOHYA_QUERY}.lora_down.weight",
        "lora_te_text_model_encoder_layers_0_mlp_fc1.alpha",
        "lora_unet_input_blocks_4_1_proj_in.lora_mid.weight",
        "model.weight",
        "transformer.blocks.0.lora_A.weight",
    ],
)
def test_other_names_stay(name):
    assert kohya_name(name) == name


def test_the_settings_of_peft_tell_each_layers_alpha():
    settings = {"unet.r": 4, "unet.lora_alpha": 2, "unet.alpha_pattern": {"attn1.to_q": 3}}
    names = [f"unet.{QUERY}.lora_A.weight", "unet.conv_in.lora_A.weight", f"text_encoder.{TEXT}.lora_A.weight"]
    alphas = peft_alphas(names, {METADATA_KEY: json.dumps(settings)})
    assert alphas == {KOHYA_QUERY: 3.0, "lora_unet_conv_in": 2.0}


def test_without_settings_no_alpha_is_made_up():
    assert peft_alphas([f"unet.{QUERY}.lora_A.weight"], {"format": "pt"}) == {}


@pytest.mark.parametrize("settings", ["{", "[]"])
def test_settings_that_cannot_be_read_are_refused(settings):
    with pytest.raises(UnreadableCheckpoint, match=r"settings \(lora_adapter_metadata\) are no JSON object"):
        peft_alphas([], {METADATA_KEY: settings})
