"""A LoRA is used only where every layer of it has a place."""

from __future__ import annotations

import pytest

from facechain.errors import WrongBaseModel
from facechain.lora_fit import ModelPlaces, require_fit

PLACES = ModelPlaces(
    "sd15",
    {
        "lora_unet_attn2_to_k": (320, 768),
        "lora_unet_proj_in": (320, 320, 1, 1),
        "lora_unet_conv": (320, 320, 3, 3),
        "lora_te_fc1": (3072, 768),
        "lora_unet_qkv": None,
    },
)


def layer(name, inputs, outputs):
    return {f"{name}.lora_down.weight": inputs, f"{name}.lora_up.weight": outputs, f"{name}.alpha": ()}


KEY = layer("lora_unet_attn2_to_k", (4, 768), (320, 4))


@pytest.mark.parametrize(
    "tensors",
    [
        KEY,
        layer("lora_te_fc1", (4, 768), (3072, 4)),
        layer("lora_unet_proj_in", (4, 320), (320, 4)),
        layer("lora_unet_proj_in", (4, 320, 1, 1), (320, 4, 1, 1)),
        layer("lora_unet_conv", (4, 320, 3, 3), (320, 4, 1, 1)),
        {**layer("lora_unet_conv", (4, 320, 1, 1), (320, 4, 1, 1)), "lora_unet_conv.lora_mid.weight": (4, 4, 3, 3)},
        layer("lora_unet_qkv", (4, 320), (320, 4)),
        {"lora_unet_proj_in.hada_w1_a": (320, 4), "lora_unet_proj_in.alpha": ()},
        {**KEY, "bundle_emb.word.string_to_param.*": (2, 768)},
    ],
)
def test_layers_that_have_a_place_of_their_size_fit(tensors):
    require_fit("look.safetensors", tensors, PLACES)


def test_a_lora_of_another_family_is_refused_with_both_names():
    tensors = layer("lora_unet_attn2_to_k", (4, 2048), (320, 4))
    with pytest.raises(WrongBaseModel, match=r"look\.x is made for SDXL, but the connected MODEL is SD 1\.5"):
        require_fit("look.x", tensors, PLACES)


def test_a_second_text_encoder_is_that_of_sdxl():
    with pytest.raises(WrongBaseModel, match=r"made for SDXL, but the connected MODEL is SD 1\.5"):
        require_fit("look.x", layer("lora_te2_fc1", (4, 1280), (5120, 4)), PLACES)


def test_a_model_of_no_known_family_is_named_as_the_host_names_it():
    with pytest.raises(WrongBaseModel, match=r"made for SD 1\.5, but the connected MODEL is sd20"):
        require_fit("look.x", KEY, ModelPlaces("sd20", PLACES.shapes))


def test_a_lora_that_fits_by_half_is_refused_with_the_first_layer_that_does_not():
    tensors = {**KEY, **layer("lora_unet_new", (4, 8), (8, 4))}
    wanted = r"1 of 2 layers of the LoRA look\.x, made for SD 1\.5, do not fit .*, the first is lora_unet_new"
    with pytest.raises(WrongBaseModel, match=wanted):
        require_fit("look.x", tensors, PLACES)


@pytest.mark.parametrize(("inputs", "outputs"), [((4, 640), (320, 4)), ((4, 320), (640, 4))])
def test_a_layer_of_another_size_does_not_fit(inputs, outputs):
    with pytest.raises(WrongBaseModel, match=r"1 of 1 layers of the LoRA look\.x, made for an unknown family"):
        require_fit("look.x", layer("lora_unet_proj_in", inputs, outputs), PLACES)


def test_a_file_without_a_layer_fits_nothing():
    with pytest.raises(WrongBaseModel, match=r"0 of 0 layers of the LoRA look\.x"):
        require_fit("look.x", {"bundle_emb.word": (2, 768)}, PLACES)
