"""The checkpoint with random weights, and the VAE whose answers can be computed by hand."""

import math
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from facechain.training.conditioning import Conditioning
from facechain.training.families import sd15
from studio.random_checkpoint import (
    SDXL_UNET,
    TINY,
    Recipe,
    text_shapes,
    unet_shapes,
    vae_shapes,
    write_random_checkpoint,
)


def count(shapes):
    return sum(math.prod(shape) for _, shape in shapes)


def test_the_demo_checkpoint_has_the_planned_size():
    unet, text, vae = count(unet_shapes(Recipe())), count(text_shapes(Recipe())), count(vae_shapes(128))
    assert [round(n / 1e6) for n in (unet, text, vae)] == [44, 123, 84]
    assert round((unet + text + vae) * 2 / 1e6) == 502  # MB in fp16


def test_the_sdxl_unet_has_the_planned_size():
    assert round(count(unet_shapes(SDXL_UNET)) / 1e6) == 283


def test_equal_recipes_give_equal_tensors_and_other_seeds_others(tmp_path):
    recipe = replace(TINY, text_layers=0, vae_channels=0)
    paths = [tmp_path / f"{number}.safetensors" for number in range(3)]
    for path, seed in zip(paths, (1, 1, 2), strict=True):
        write_random_checkpoint(path, replace(recipe, seed=seed))
    first, second, third = (load_file(path) for path in paths)
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert not any(torch.equal(first[name], third[name]) for name in first)


def test_activations_of_the_random_unet_are_sane(tiny_checkpoint):
    unet = sd15.load_unet(tiny_checkpoint, torch.float32)
    source = torch.Generator().manual_seed(0)
    noisy, text = torch.randn(4, 4, 16, 16, generator=source), torch.randn(4, 77, 768, generator=source)
    with torch.no_grad():
        output = sd15.predict(unet, noisy, torch.tensor([10, 300, 600, 990]), Conditioning(text))
    assert 0.2 < output.std() < 2


@pytest.fixture(scope="module")
def rule_vae(tmp_path_factory):
    """At full width, in which it can decode too."""
    path = tmp_path_factory.mktemp("vae") / "vae.safetensors"
    recipe = Recipe(model_channels=32, text_layers=0, rule_vae=True)
    return sd15.load_vae(write_random_checkpoint(path, recipe))


def encode(vae, picture):
    with torch.no_grad():
        return vae.encode(picture).latent_dist


def test_rule_vae_encodes_ten_times_the_mean_of_eight_by_eight_pixels(rule_vae):
    picture = torch.rand(1, 3, 32, 48, generator=torch.Generator().manual_seed(0)) * 2 - 1
    means = torch.nn.functional.avg_pool2d(picture, 8)
    latents = encode(rule_vae, picture)
    expected = 10 * torch.cat([means, means.mean(1, keepdim=True)], dim=1)
    # fp16 rounds the one multiplier that is no power of two, by at most 0.03 %.
    torch.testing.assert_close(latents.mean, expected, rtol=1e-3, atol=3e-3)
    assert latents.std.max() < 0.003


def test_rule_vae_encodes_exactly_in_its_narrow_form_too(tiny_checkpoint):
    picture = torch.zeros(1, 3, 16, 16)
    picture[:, 0, :8, :8] = 0.5
    red = encode(sd15.load_vae(tiny_checkpoint), picture).mean[0, 0]
    torch.testing.assert_close(red, torch.tensor([[5.0, 0.0], [0.0, 0.0]]), rtol=1e-3, atol=3e-3)


def test_rule_vae_decodes_one_colour_to_itself_away_from_the_border(rule_vae):
    colour = torch.tensor([0.5, -0.25, 0.0])
    picture = colour[None, :, None, None].expand(1, 3, 40, 40)
    with torch.no_grad():
        decoded = rule_vae.decode(encode(rule_vae, picture).mean).sample
    torch.testing.assert_close(decoded[..., 8:-8, 8:-8], picture[..., 8:-8, 8:-8], rtol=2e-3, atol=2e-3)


def test_rule_vae_decodes_an_edge_softly_without_overshoot(rule_vae):
    picture = torch.full((1, 3, 48, 48), -0.8)
    picture[..., 24:] = 0.8
    with torch.no_grad():
        row = rule_vae.decode(encode(rule_vae, picture).mean).sample[0, 0, 24, 8:-8]
    assert (row.diff() >= -1e-3).all()  # rises all the way
    assert row[0] == pytest.approx(-0.8, abs=2e-3)
    assert row[-1] == pytest.approx(0.8, abs=2e-3)
    assert 2 < (row.abs() < 0.79).sum() <= 14  # a slope of at most 7 pixels to each side
