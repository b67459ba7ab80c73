"""What is asked and how it is judged, in numbers that can be checked by hand."""

from collections import Counter

import pytest
import torch

from facechain.training.conditioning import Conditioning
from facechain.training.draws import sample_at, training_draw
from facechain.training.latents import mask_weight
from facechain.training.objective import VALIDATION_TIMESTEPS, Batch, validation_questions
from facechain.training.schedule import add_noise, min_snr_weights, rate_share, signal_shares

SHAPE = torch.Size((4, 8, 8))


def test_schedule_is_that_of_stable_diffusion():
    shares = signal_shares()
    assert shares[0] == pytest.approx(1 - 0.00085)
    assert shares[999] == pytest.approx(0.00466, abs=1e-5)  # the known end of SD 1.5's alphas_cumprod


def test_noise_is_mixed_so_that_variance_one_stays_one():
    noisy = add_noise(torch.full((1, 1, 1, 1), 2.0), torch.full((1, 1, 1, 1), 3.0), torch.tensor([0.36]))
    assert noisy.item() == pytest.approx(0.6 * 2 + 0.8 * 3)


def test_min_snr_lowers_only_clear_timesteps():
    shares = torch.tensor([0.5, 0.8, 10 / 11])  # signal-to-noise 1, 4, 10
    assert min_snr_weights(shares, 5.0, "epsilon").tolist() == pytest.approx([1, 1, 0.5])
    assert min_snr_weights(shares, 0.0, "epsilon").tolist() == [1, 1, 1]
    touched = (min_snr_weights(signal_shares(), 5.0, "epsilon") < 1).sum()
    assert touched == 147  # timesteps 0 to 146


def test_learning_rate_warms_up_and_falls(job_with):
    job = job_with(steps=14, warmup=4)
    rates = [rate_share(job, step) for step in range(14)]
    assert rates[:5] == pytest.approx([0.25, 0.5, 0.75, 1, 1])
    assert rates[9] == pytest.approx(0.5)
    constant = job_with(steps=14, warmup=4, lr_scheduler="constant")
    assert [rate_share(constant, step) for step in (3, 4, 13)] == [1, 1, 1]


def test_mask_weights_have_a_mean_of_one(job_with):
    job = job_with(mask_face_weight=1.0, mask_background_weight=0.1)
    mask = torch.tensor([[1.0, 0.0], [0.0, 0.0]])
    weight = mask_weight(mask, job)
    assert weight.mean() == pytest.approx(1)
    assert (weight[0, 0] / weight[0, 1]).item() == pytest.approx(10)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_mask_of_one_value_weighs_everything_alike(job_with, value):
    weight = mask_weight(torch.full((2, 2), value), job_with(mask_background_weight=0.0))
    assert torch.equal(weight, torch.ones(2, 2))


def test_loss_is_the_weighted_mean_square_summed_over_the_batch():
    ones = torch.ones(2, 1, 1, 2)
    batch = Batch(
        noisy=ones,
        timesteps=torch.zeros(2),
        conditioning=Conditioning(ones),
        target=torch.zeros(2, 1, 1, 2),
        weight=torch.tensor([1.5, 0.5]).expand(2, 1, 1, 2),
        importance=torch.tensor([1.0, 0.5]),
    )
    prediction = torch.tensor([[[[2.0, 4.0]]], [[[2.0, 4.0]]]])
    # Per sample (1.5 * 4 + 0.5 * 16) / 2 = 7; the second counts half.
    assert batch.loss_sum(prediction).item() == 10.5


def test_draws_depend_on_seed_step_and_slot_alone(job_with):
    def draw(seed=1, step=2, slot=3):
        return training_draw(job_with(seed=seed, caption_dropout=0.5), step, slot, SHAPE)

    torch.manual_seed(5)
    first = draw()
    torch.manual_seed(6)
    again = draw()
    assert first.timestep == again.timestep
    assert torch.equal(first.noise, again.noise)
    assert torch.equal(first.latent_noise, again.latent_noise)
    for other in (draw(seed=2), draw(step=3), draw(slot=2)):
        assert not torch.equal(first.noise, other.noise)
    assert not torch.equal(first.noise, first.latent_noise)


def test_captions_are_dropped_as_often_as_asked_and_timesteps_are_uniform(job_with):
    job = job_with(seed=0, caption_dropout=0.25)
    draws = [training_draw(job, step, 0, torch.Size((1, 1, 1))) for step in range(2000)]
    # Binomial(2000, 1/4) has a standard deviation of 19; four of them never fail for this seed.
    assert sum(draw.drops_caption for draw in draws) == pytest.approx(500, abs=78)
    quarters = Counter(draw.timestep // 250 for draw in draws)
    assert set(quarters) == {0, 1, 2, 3}
    assert all(count == pytest.approx(500, abs=78) for count in quarters.values())


def test_every_round_shows_every_sample_as_often_as_it_is_repeated():
    order = (0, 1, 1, 2)
    rounds = [Counter(sample_at(order, 7, position) for position in range(start, start + 4)) for start in (0, 4, 8)]
    assert rounds == [Counter(order)] * 3
    shown = [sample_at(order, 7, position) for position in range(40)]
    assert any(shown[n : n + 4] != shown[:4] for n in range(4, 40, 4))  # not the same order each round


def test_validation_looks_at_eight_even_timesteps():
    assert VALIDATION_TIMESTEPS == (62, 187, 312, 437, 562, 687, 812, 937)


@pytest.mark.parametrize("count", [1, 2, 3, 8, 20])
def test_samples_share_the_validation_timesteps(count):
    asked = validation_questions(range(count))
    assert len(asked) == len(set(asked)) == max(count, 8)
    assert {question.sample for question in asked} == set(range(count))
    assert {question.timestep for question in asked} == set(VALIDATION_TIMESTEPS)
