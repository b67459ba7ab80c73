"""Settings of a training beyond the plainest: what each of them changes, and that it goes on after a stop."""

from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file
from support_training import Orders, run

from facechain.errors import InvalidSetting, TrainingCancelled
from facechain.stored_files import file_sha256
from studio.random_checkpoint import TINY_SDXL, write_random_checkpoint


@pytest.fixture(scope="module")
def short(tiny_job):
    """Three steps, and nothing drawn."""
    return replace(tiny_job, steps=3, validate_every=100, save_every=100)


@pytest.fixture(scope="module")
def plain(short, tmp_path_factory):
    """The short training's tensors."""
    return load_file(run(short, tmp_path_factory.mktemp("plain"))[0].lora)


def trained(job, folder):
    return load_file(run(job, folder)[0].lora)


def layers(tensors):
    return {name.partition(".")[0] for name in tensors}


def effect(tensors, layer):
    """What the LoRA adds to the layer's matrix, but for 1 / rank."""
    up, down = (tensors[f"{layer}.lora_{half}.weight"].flatten(1) for half in ("up", "down"))
    return up @ down * tensors[f"{layer}.alpha"]


def distance(first, second):
    """Norm of the difference over the norm of the first, over all tensors."""
    apart = sum(float((second[name] - tensor).square().sum()) for name, tensor in first.items())
    return (apart / sum(float(tensor.square().sum()) for tensor in first.values())) ** 0.5


@pytest.mark.parametrize(("targets", "count"), [("attention", 8), ("kohya", 12)])
def test_targets_say_which_layers_learn(short, tmp_path, targets, count):
    tensors = trained(replace(short, lora_targets=targets), tmp_path)
    assert len(layers(tensors)) == 7 * count  # seven transformers of one block


def test_convolutions_learn_with_kernels_of_three(short, tmp_path):
    tensors = trained(replace(short, lora_targets="kohya_conv"), tmp_path)
    name = "lora_unet_down_blocks_0_resnets_0_conv1"
    assert tensors[f"{name}.lora_down.weight"].shape == (4, 32, 3, 3)
    assert tensors[f"{name}.lora_up.weight"].shape == (32, 4, 1, 1)
    assert "lora_unet_conv_in" not in layers(tensors)


def test_the_text_encoder_learns_at_its_own_rate(short, plain, tmp_path):
    tensors = trained(replace(short, text_encoder_learning_rate=1e-3), tmp_path)
    text = {name for name in layers(tensors) if name.startswith("lora_te_")}
    assert len(text) == 6  # one layer: q, k, v, out, fc1, fc2
    assert "lora_te_text_model_encoder_layers_0_self_attn_q_proj" in text
    moved = [tensors[f"{name}.lora_up.weight"].abs().max() for name in sorted(text)]
    # A step of AdamW moves a weight by at most its rate: 1e-3, 0.75e-3 and 0.25e-3 by the cosine.
    assert all(0 < value < 2.1e-3 for value in moved)
    assert layers(plain) == layers(tensors) - text


def test_accumulated_batches_are_one_larger_batch(short, tmp_path):
    large = trained(replace(short, batch_size=4), tmp_path / "large")
    summed = trained(replace(short, batch_size=2, gradient_accumulation=2), tmp_path / "summed")
    assert distance(large, summed) < 1e-2  # sums in another order, enlarged by AdamW


def test_a_warm_start_goes_on_from_the_file(short, tmp_path):
    first, _ = run(short, tmp_path / "first")
    # So slow that it stays where it began; another alpha must not change the effect.
    job = replace(short, learning_rate=1e-8, lora_alpha=4.0, warm_start=first.lora, warm_start_sha256=first.lora_sha256)
    begun, went_on = load_file(first.lora), trained(job, tmp_path / "second")
    for name in layers(begun):
        before, after = (effect(tensors, name) for tensors in (begun, went_on))
        torch.testing.assert_close(after, before, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"lora_rank": 8}, "has rank 4 where the job has 8"), ({"lora_targets": "kohya_conv"}, "has no weights for")],
)
def test_a_warm_start_that_does_not_fit_is_refused(short, tmp_path, changes, message):
    first, _ = run(short, tmp_path / "first")
    job = replace(short, warm_start=first.lora, warm_start_sha256=file_sha256(first.lora), **changes)
    with pytest.raises(InvalidSetting, match=message):
        run(job, tmp_path / "second")


@pytest.mark.parametrize(
    "changes",
    [{"lora_dropout": 0.3}, {"noise_offset": 0.1}, {"clip_skip": 2}, {"prediction": "v_prediction"}],
    ids=lambda changes: next(iter(changes)),
)
def test_the_setting_changes_what_is_learned_and_a_resume_does_not(short, plain, tmp_path, changes):
    job = replace(short, save_every=1, **changes)
    whole = trained(job, tmp_path / "whole")
    assert distance(plain, whole) > 1e-3
    with pytest.raises(TrainingCancelled):
        run(job, tmp_path / "job", Orders(cancel_after=1))
    resumed = trained(job, tmp_path / "job")
    assert all(torch.equal(resumed[name], tensor) for name, tensor in whole.items())


def test_fewer_bits_in_the_model_leave_the_weights_that_learn_in_float32(short, plain, tmp_path):
    tensors = trained(replace(short, precision="bf16"), tmp_path)
    assert distance(plain, tensors) < 0.5  # bf16 has three digits, and AdamW's first steps see signs only
    up = torch.cat([tensor.flatten() for name, tensor in tensors.items() if name.endswith("up.weight")])
    assert (up.bfloat16().float() != up).float().mean() > 0.9  # weights kept in bf16 would all be equal


def test_sdxl_learns_and_goes_on_after_a_stop(short, tmp_path):
    checkpoint = write_random_checkpoint(tmp_path / "sdxl.safetensors", TINY_SDXL)
    job = replace(short, family="sdxl", base_checkpoint=checkpoint, save_every=1, text_encoder_learning_rate=1e-3)
    whole = trained(job, tmp_path / "whole")
    parts = {name.split("_")[1] for name in layers(whole)}
    assert parts == {"unet", "te1", "te2"}
    assert "lora_unet_input_blocks_4_1_transformer_blocks_0_attn1_to_q" in layers(whole)
    with pytest.raises(TrainingCancelled):
        run(job, tmp_path / "job", Orders(cancel_after=1))
    resumed = trained(job, tmp_path / "job")
    assert all(torch.equal(resumed[name], tensor) for name, tensor in whole.items())
