"""Portraits drawn during training: right, repeatable, and unnoticed by the training."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from support_training import Orders, run

from facechain.errors import TrainingCancelled
from facechain.training import sample_portraits
from facechain.training.adapter import Adapter
from facechain.training.average import Average
from facechain.training.conditioning import Conditioning
from facechain.training.events import CheckpointSaved, SampleDrawn, Stage, Step
from facechain.training.sample_files import PLAIN, PROMPTS, STYLED, SampleFile, drawn_samples
from facechain.training.sample_portraits import GUIDANCE, denoise
from facechain.training.schedule import signal_shares

NOTHING = Conditioning(torch.zeros(2, 1, 1))


@pytest.fixture(scope="module")
def job(tiny_job):
    """Eight steps with one portrait at each stop, and no state saved for any other reason."""
    return replace(tiny_job, steps=8, save_every=1000, samples=1, sample_steps=2)


@pytest.fixture(scope="module")
def plain(job, tmp_path_factory):
    """The same training without portraits."""
    return run(replace(job, samples=0), tmp_path_factory.mktemp("plain"))[0]


@pytest.fixture(scope="module")
def drawn(job, tmp_path_factory):
    """Result, events and folder of the training with two portraits at each stop."""
    folder = tmp_path_factory.mktemp("drawn")
    return *run(replace(job, samples=2), folder), folder


def picture(folder, step, number, prompt=PLAIN):
    with Image.open(folder / SampleFile(step, prompt, number).path) as image:
        return np.array(image)


def steps_drawn(orders):
    """Each stop once."""
    return list(dict.fromkeys(event.step for event in orders.of(SampleDrawn)))


def model_that_knows(empty, asked):
    """A noise prediction without error: `empty` is the picture of the first text, `asked` that of the second."""
    pictures, shares = torch.stack([empty, asked]), signal_shares()

    def predict(noisy, timesteps, texts):
        share = shares[timesteps][:, None, None, None]
        return (noisy - share.sqrt() * pictures) / (1 - share).sqrt()

    return predict


@pytest.mark.parametrize("steps", [1, 20])
def test_denoising_arrives_at_the_picture_that_the_model_knows(job_with, steps):
    source = torch.Generator().manual_seed(1)
    known, noise = torch.randn(4, 8, 8, generator=source), torch.randn(1, 4, 8, 8, generator=source)
    *before, last = denoise(model_that_knows(known, known), noise, NOTHING, job_with(sample_steps=steps))
    assert len(before) == steps - 1
    # The noisiest timestep keeps 7 % of the picture's amplitude, so it enlarges rounding 15 times.
    torch.testing.assert_close(last[0], known, rtol=0, atol=2e-5)


def test_guidance_goes_beyond_the_asked_picture_away_from_the_empty_prompts(job_with):
    empty, asked = torch.zeros(4, 2, 2), torch.full((4, 2, 2), 0.1)
    *_, last = denoise(model_that_knows(empty, asked), torch.ones(1, 4, 2, 2), NOTHING, job_with(sample_steps=20))
    torch.testing.assert_close(last[0], asked * GUIDANCE, rtol=0, atol=2e-5)


def test_portraits_come_before_training_and_after_every_quarter_of_it(drawn):
    _, orders, folder = drawn
    expected = [SampleFile(step, prompt, n) for step in (0, 2, 4, 6, 8) for prompt in PROMPTS for n in (0, 1)]
    told = orders.of(SampleDrawn)
    assert [SampleFile(event.step, event.prompt, event.number) for event in told] == expected
    assert [event.file for event in told] == [file.path for file in expected]
    assert drawn_samples(folder) == expected
    assert all(picture(folder, file.step, file.number, file.prompt).shape == (64, 64, 3) for file in expected)


def test_the_stage_says_what_goes_on_and_returns_to_the_training(drawn):
    names = [event.name for event in drawn[1].of(Stage)]
    assert names[names.index("training") :] == ["training", *["sampling", "training"] * 4, "sampling", "exporting"]


def test_a_training_of_fewer_steps_than_stops_draws_after_every_step(job, tmp_path):
    _, orders = run(replace(job, steps=2), tmp_path)
    assert steps_drawn(orders) == [0, 1, 2]


def test_a_job_may_say_how_many_steps_lie_between_portraits(job, tmp_path):
    _, orders = run(replace(job, sample_every=3), tmp_path)
    assert steps_drawn(orders) == [0, 3, 6, 8]  # the end always


def test_portraits_change_nothing_about_the_training(drawn, plain):
    result, _, _ = drawn
    assert result.lora_sha256 == plain.lora_sha256
    assert (result.losses, result.validations) == (plain.losses, plain.validations)


def test_portraits_of_one_number_differ_by_the_training_alone(drawn):
    folder = drawn[2]
    start = picture(folder, 0, 0)
    assert not np.array_equal(start, picture(folder, 0, 1))
    assert not np.array_equal(start, picture(folder, 8, 0))


def test_the_two_prompts_give_two_pictures_of_the_same_noise(drawn):
    plain, styled = (picture(drawn[2], 0, 0, prompt).astype(float) for prompt in (PLAIN, STYLED))
    other = picture(drawn[2], 0, 1).astype(float)
    assert 0 < np.abs(plain - styled).mean() < np.abs(plain - other).mean()


def test_portraits_show_the_averaged_weights_that_are_exported(drawn, job, tmp_path):
    run(replace(job, ema_decay=0.0), tmp_path)  # learns the same, but exports the last weights
    assert np.array_equal(picture(tmp_path, 0, 0), picture(drawn[2], 0, 0))
    assert not np.array_equal(picture(tmp_path, 8, 0), picture(drawn[2], 8, 0))


def test_the_base_model_draws_the_same_whatever_is_trained(drawn, job, tmp_path):
    run(replace(job, steps=1, learning_rate=1e-2), tmp_path)
    assert np.array_equal(picture(tmp_path, 0, 0), picture(drawn[2], 0, 0))


def test_a_training_without_portraits_leaves_no_folder_for_them(plain):
    assert not (plain.lora.parent / "samples").exists()


def test_the_state_is_saved_before_portraits_are_drawn(drawn):
    told = [event for event in drawn[1].events if isinstance(event, CheckpointSaved | SampleDrawn)]
    order = list(dict.fromkeys((type(event), event.step) for event in told))
    assert order == [
        (SampleDrawn, 0),
        *((kind, step) for step in (2, 4, 6, 8) for kind in (CheckpointSaved, SampleDrawn)),
    ]


def test_want_of_memory_turns_portraits_off_and_the_training_goes_on(job, plain, tmp_path, monkeypatch):
    def crowded(*arguments):
        raise torch.OutOfMemoryError("pretended")

    monkeypatch.setattr(sample_portraits, "decode", crowded)
    result, orders = run(job, tmp_path)
    assert [event.text for event in orders.of(Stage) if event.name == "samples_off"] == [
        "Samples are skipped: not enough memory"
    ]
    assert len([event for event in orders.of(Stage) if event.name == "sampling"]) == 1
    assert result.lora_sha256 == plain.lora_sha256
    assert drawn_samples(tmp_path) == []


class EndsWhileDrawing(Orders):
    """Cancels as soon as the portraits after step 2 are begun."""

    def is_cancelled(self):
        return len([event for event in self.of(Stage) if event.name == "sampling"]) == 2


def test_a_cancel_ends_the_drawing_which_the_next_run_makes_up_for_and_ends_bit_equal(job, plain, tmp_path):
    orders = EndsWhileDrawing()
    with pytest.raises(TrainingCancelled, match="after step 2"):
        run(job, tmp_path, orders)
    assert len(orders.of(Step)) == 2
    assert steps_drawn(orders) == [0]
    result, orders = run(job, tmp_path)
    assert result.lora_sha256 == plain.lora_sha256
    assert steps_drawn(orders) == [2, 4, 6, 8]


class EndsWhileDrawingTheEnd(Orders):
    """Cancels as soon as the portraits after the last step are begun."""

    def is_cancelled(self):
        return self.of(Stage)[-1].text.endswith("at step 8") if self.of(Stage) else False


def test_a_cancel_at_the_last_portraits_makes_no_result_until_they_are_drawn(job, plain, tmp_path):
    with pytest.raises(TrainingCancelled, match="after step 8"):
        run(job, tmp_path, EndsWhileDrawingTheEnd())
    assert not (tmp_path / "result.json").exists()
    result, orders = run(job, tmp_path)
    assert (steps_drawn(orders), orders.of(Step)) == ([8], [])
    assert result.lora_sha256 == plain.lora_sha256


def test_stop_and_keep_draws_no_more(job, tmp_path):
    result, orders = run(job, tmp_path, Orders(stop_after=3))
    assert (result.steps, result.stopped_early) == (3, True)
    assert steps_drawn(orders) == [0, 2]


def test_the_adapter_wears_the_average_inside_the_block_alone():
    weight = torch.nn.Parameter(torch.tensor([1.0]))
    adapter = Adapter({"unet.layer.up": weight}, [weight])
    average = Average(adapter, 0.5)
    with average.worn():
        assert adapter.values()[0].item() == 1.0  # no step yet
    for weight in (2.0, 5.0):
        adapter.assign({"unet.layer.up": torch.tensor([weight])})
        average.add()
    with average.worn():
        # Weights 1/4 and 1/2 of the steps, corrected by their sum of 3/4.
        assert adapter.values()[0].item() == pytest.approx((2 / 4 + 5 / 2) / (3 / 4))
    assert adapter.values()[0].item() == 5.0


def test_where_the_model_has_copies_they_alone_wear_the_average():
    weight, inside = (torch.nn.Parameter(torch.tensor([1.0], dtype=kind)) for kind in (torch.float32, torch.bfloat16))
    adapter = Adapter({"unet.layer.up": weight}, [inside])
    average = Average(adapter, 0.5)
    assert average.values()["unet.layer.up"].item() == 1.0  # no step yet
    adapter.assign({"unet.layer.up": torch.tensor([3.0])})
    average.add()
    adapter.assign({"unet.layer.up": torch.tensor([5.0])})
    with average.worn():
        assert (inside.item(), weight.item()) == (3.0, 5.0)
        assert average.values()["unet.layer.up"].item() == 3.0
    assert inside.item() == 5.0


def test_other_files_in_the_folder_of_portraits_are_not_taken_for_some(tmp_path):
    (tmp_path / "samples").mkdir()
    own = [
        SampleFile(0, STYLED, 0),
        SampleFile(100, PLAIN, 1),
        SampleFile(100, STYLED, 0),
        SampleFile(1234567, PLAIN, 0),
    ]
    others = ("step_1_plain_0.png", ".step_000001_plain_0.png", "step_000001_loud_0.png", "step_000001_0.png")
    for name in (*(file.path for file in own), *(f"samples/{name}" for name in others)):
        (tmp_path / name).touch()
    assert drawn_samples(tmp_path) == own
