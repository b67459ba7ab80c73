"""The exported file: names, alpha, metadata, and nothing private."""

import hashlib
import json
import struct

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from facechain.errors import TrainingFailed
from facechain.training.checkpoint import export_lora, serialise
from facechain.training.families import sd15
from facechain.training.samples import read_manifest
from facechain.training.trainer import train

LAYER = "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q"
LORA = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q"


@pytest.fixture
def export(tiny_job, tmp_path):
    """Writes two weights of one layer; returns the path."""

    def export(job=tiny_job, value=0.5):
        weights = {f"{LAYER}.down": torch.full((4, 32), value), f"{LAYER}.up": torch.ones(32, 4)}
        path = tmp_path / "lora.safetensors"
        export_lora(path, weights, job, read_manifest(job.dataset_folder), sd15, steps=12)
        return path

    return export


def metadata_of(path):
    with safe_open(path, framework="pt") as file:
        return file.metadata()


@pytest.mark.parametrize(("precision", "dtype"), [("fp16", torch.float16), ("fp32", torch.float32)])
def test_names_are_kohyas_and_alpha_is_the_true_one(export, job_with, precision, dtype):
    tensors = load_file(export(job_with(lora_alpha=2.0, save_precision=precision)))
    assert set(tensors) == {f"{LORA}.alpha", f"{LORA}.lora_down.weight", f"{LORA}.lora_up.weight"}
    assert tensors[f"{LORA}.alpha"].item() == 2.0
    assert tensors[f"{LORA}.lora_down.weight"].dtype == dtype


def test_a_trained_file_holds_every_layer_of_kohyas_set(tiny_job, tmp_path):
    result = train(tiny_job, tmp_path)
    names = [name for name in load_file(result.lora) if name.endswith(".alpha")]
    ends = ("to_q", "to_k", "to_v", "to_out_0", "proj_in", "proj_out", "ff_net_0_proj", "ff_net_2")
    assert len(names) == 84  # 7 transformers: two attentions of 4, ff of 2, proj_in and proj_out
    assert all(name.removesuffix(".alpha").endswith(ends) for name in names)


def test_metadata_names_base_rank_trigger_and_settings(export, tiny_job):
    metadata = metadata_of(export())
    expected = {
        "ss_base_model_version": "sd_1.5",
        "ss_network_module": "networks.lora",
        "ss_network_dim": "4",
        "ss_network_alpha": "2.0",
        "ss_v2": "False",
        "ss_new_sd_model_hash": "b" * 64,
        "ss_steps": "12",
        "ss_num_train_images": "2",  # of three samples one is held out
        "ss_tag_frequency": '{"sks": {"indoors": 2, "sks woman": 2}}',
        "modelspec.architecture": "stable-diffusion-v1/lora",
        "modelspec.prediction_type": "epsilon",
        "modelspec.trigger_phrase": "sks",
        "modelspec.resolution": "64x64",
    }
    assert {name: metadata.get(name) for name in expected} == expected


def test_metadata_names_what_else_a_training_may_be_told(export, job_with):
    job = job_with(
        text_encoder_learning_rate=5e-5,
        clip_skip=2,
        noise_offset=0.05,
        lora_dropout=0.1,
        gradient_accumulation=3,
        lora_targets="kohya_conv",
    )
    told, usual = metadata_of(export(job)), metadata_of(export())
    names = ("text_encoder_lr", "clip_skip", "noise_offset", "network_dropout", "gradient_accumulation_steps")
    assert [told[f"ss_{name}"] for name in names] == ["5e-05", "2", "0.05", "0.1", "3"]
    assert [usual[f"ss_{name}"] for name in names] == ["None", "1", "None", "None", "1"]
    assert json.loads(told["ss_network_args"]) == {"conv_dim": "4", "conv_alpha": "2.0"}
    assert json.loads(usual["ss_network_args"]) == {}


def test_no_photo_and_no_folder_is_named(export, tiny_job):
    text = export().read_bytes()
    header = text[8 : 8 + struct.unpack("<Q", text[:8])[0]].decode()
    for private in (".png", str(tiny_job.dataset_folder), str(tiny_job.base_checkpoint.parent)):
        assert private not in header


def test_model_hash_is_that_of_the_tensors_and_survives_new_metadata(export, job_with):
    path = export()
    content = path.read_bytes()
    body = content[8 + struct.unpack("<Q", content[:8])[0] :]
    first = metadata_of(path)
    assert first["sshs_model_hash"] == hashlib.sha256(body).hexdigest()
    assert first["modelspec.hash_sha256"] == f"0x{first['sshs_model_hash']}"
    assert len(first["sshs_legacy_hash"]) == 8
    renamed = metadata_of(export(job_with(output_name="other")))
    assert renamed["sshs_model_hash"] == first["sshs_model_hash"]


def test_equal_arguments_give_equal_bytes(export):
    assert export().read_bytes() == export().read_bytes()


def test_the_library_reads_what_we_serialise(tmp_path):
    tensors = {"b": torch.arange(6.0).reshape(2, 3), "a": torch.ones(3, dtype=torch.float16)}
    path = tmp_path / "file.safetensors"
    path.write_bytes(serialise(tensors, {"note": "ü"}))
    loaded = load_file(path)
    assert all(torch.equal(loaded[name], tensors[name]) for name in tensors)
    assert metadata_of(path) == {"note": "ü"}


def test_a_value_that_fp16_cannot_hold_is_refused(export, job_with):
    with pytest.raises(TrainingFailed, match=r"not finite in fp16\. Lower the learning rate, or save in fp32"):
        export(job_with(save_precision="fp16"), value=1e6)


def test_result_metadata_is_json_where_loaders_expect_json(export):
    metadata = metadata_of(export())
    for name in ("ss_network_args", "ss_tag_frequency", "ss_dataset_dirs"):
        json.loads(metadata[name])
