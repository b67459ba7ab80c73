"""Which checkpoints are taken and which are refused, told from their headers."""

import struct

import pytest

from facechain.errors import UnreadableCheckpoint, WrongBaseModel
from facechain.safetensors_header import read_header
from facechain.training.base_model import describe_checkpoint, require_family

UNET = "model.diffusion_model."
PARTS = {
    "first_stage_model.encoder.conv_in.weight": (128, 3, 3, 3),
    "cond_stage_model.transformer.text_model.final_layer_norm.bias": (768,),
}


def unet(*, inputs=4, context=768):
    return {
        f"{UNET}input_blocks.0.0.weight": (320, inputs, 3, 3),
        f"{UNET}input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight": (320, context),
    }


def test_a_complete_sd15_checkpoint_is_taken(write_header):
    model = require_family(write_header("a.safetensors", unet() | PARTS), "sd15")
    assert (model.family, model.is_random) == ("sd15", False)


def test_one_of_several_families_is_taken(write_header):
    encoders = {f"conditioner.embedders.{number}.x": (8,) for number in (0, 1)}
    path = write_header("xl.safetensors", unet(context=2048) | PARTS | encoders | {"v_pred": (0,)})
    model = require_family(path, "sd15", "sdxl")
    assert (model.family, model.prediction) == ("sdxl", "v_prediction")


def test_every_family_that_would_do_is_named(write_header):
    path = write_header("flux.safetensors", {"double_blocks.0.img_attn.qkv.weight": (9, 3)})
    needed = r"SD 1\.5 or SDXL"
    with pytest.raises(WrongBaseModel, match=rf"is Flux, but {needed} is needed\. Choose a {needed} checkpoint"):
        require_family(path, "sd15", "sdxl")


@pytest.mark.parametrize("number", [0, 1])
def test_sdxl_with_one_of_its_two_text_encoders_is_refused(write_header, number):
    parts = {name: shape for name, shape in PARTS.items() if name.startswith("first_stage")}
    path = write_header("xl.safetensors", unet(context=2048) | parts | {f"conditioner.embedders.{number}.x": (8,)})
    with pytest.raises(UnreadableCheckpoint, match="has no text encoder"):
        require_family(path, "sdxl")


def test_the_random_checkpoint_is_taken_and_says_that_it_is_random(tiny_checkpoint):
    assert require_family(tiny_checkpoint, "sd15").is_random


@pytest.mark.parametrize(
    ("shapes", "family", "title"),
    [
        (unet(context=2048), "sdxl", "SDXL"),
        (unet(context=1280), "sdxl-refiner", "SDXL refiner"),
        (unet(context=1024), "sd2", "Stable Diffusion 2"),
        (unet(inputs=9), "sd15-inpaint", r"inpainting model \(9 input channels\)"),
        (unet(inputs=8), "sd15-edit", "InstructPix2Pix"),
        (unet(inputs=9, context=2048), "sdxl-inpaint", r"a SDXL inpainting model \(9 in"),
        ({f"{UNET}double_blocks.0.img_attn.qkv.weight": (9, 3)}, "flux", "Flux"),
        ({"double_blocks.0.img_attn.qkv.weight": (9, 3)}, "flux", "Flux"),
        ({f"{UNET}joint_blocks.0.x_block.attn.qkv.weight": (9, 3)}, "sd3", "Stable Diffusion 3"),
        ({"lora_unet_mid.lora_down.weight": (4, 8)}, "lora", "a LoRA, not a checkpoint"),
        ({"weight": (3, 3)}, "unknown", "no model that FaceChain knows"),
    ],
)
def test_other_models_are_refused_by_both_names(write_header, shapes, family, title):
    path = write_header("other.safetensors", shapes | PARTS)
    assert describe_checkpoint(path).family == family
    with pytest.raises(WrongBaseModel, match=rf"other.safetensors is .*{title}.* but SD 1\.5 is needed"):
        require_family(path, "sd15")


@pytest.mark.parametrize(("part", "name"), [(0, "VAE"), (1, "text encoder")])
def test_a_checkpoint_without_all_parts_is_refused(write_header, part, name):
    kept = {list(PARTS)[1 - part]: PARTS[list(PARTS)[1 - part]]}
    path = write_header("half.safetensors", unet() | kept)
    with pytest.raises(UnreadableCheckpoint, match=rf"has no {name}. Choose a full checkpoint"):
        require_family(path, "sd15")


def test_a_truncated_file_is_refused_with_both_sizes(write_header):
    path = write_header("a.safetensors", {"weight": (1000,)}, missing_bytes=1)
    with pytest.raises(UnreadableCheckpoint, match=r"has 999 bytes of tensors, its header says 1,000. Download"):
        require_family(path, "sd15")


def test_a_header_as_long_as_a_pickles_first_bytes_are_is_read(tmp_path):
    header = b'{"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}'
    length = 0x0280  # its little-endian bytes are 80 02, as a pickle begins
    path = tmp_path / "model.safetensors"
    path.write_bytes(length.to_bytes(8, "little") + header.ljust(length) + bytes(4))
    assert read_header(path).shapes == {"a": (1,)}


@pytest.mark.parametrize("start", [b"PK\x03\x04rest of a zip", b"\x80\x02rest of a pickle"])
def test_a_pickle_is_refused_unopened_whatever_its_name(tmp_path, start):
    path = tmp_path / "model.safetensors"
    path.write_bytes(start * 9)
    with pytest.raises(UnreadableCheckpoint, match=r"pickle file, which can run any program.*as .safetensors"):
        require_family(path, "sd15")


@pytest.mark.parametrize("suffix", [".ckpt", ".pt", ".bin"])
def test_a_file_named_like_a_pickle_is_refused(write_header, suffix):
    path = write_header(f"model{suffix}", unet() | PARTS)
    with pytest.raises(UnreadableCheckpoint, match="pickle"):
        require_family(path, "sd15")


@pytest.mark.parametrize(
    "content",
    [b"", b"short", bytes(64), struct.pack("<Q", 1 << 40) + b"{}", struct.pack("<Q", 9) + b"not json!"],
)
def test_what_is_no_safetensors_file_is_refused(tmp_path, content):
    path = tmp_path / "a.safetensors"
    path.write_bytes(content)
    with pytest.raises(UnreadableCheckpoint, match="Download"):
        require_family(path, "sd15")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UnreadableCheckpoint, match=r"gone.safetensors cannot be read"):
        require_family(tmp_path / "gone.safetensors", "sd15")
