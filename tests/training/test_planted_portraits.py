"""Which weights a training takes when its portraits are planted: real photos, degraded by known amounts."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file
from support_training import Orders, run

from facechain.errors import TrainingCancelled
from facechain.training import portrait_stops
from facechain.training.events import SampleDrawn, Stage, Step
from facechain.training.result import TrainResult
from facechain.training.sample_files import PROMPTS, SampleFile
from facechain.training.sample_likeness import Look, open_judge
from facechain.training.sample_portraits import Portrait, Sampler
from facechain.training.samples import read_manifest

SIDE = 256


def square(photo, box=None):
    return np.asarray(
        photo.crop(box).resize((SIDE, SIDE), Image.Resampling.LANCZOS) if box else photo.resize((SIDE, SIDE))
    )


def blurred(pixels, sigma):
    return cv2.GaussianBlur(pixels, (0, 0), sigma) if sigma else pixels


@pytest.fixture(scope="module")
def head(astronaut):
    """The person's head, with the face on a quarter of the picture."""
    return square(astronaut, (124, 12, 324, 212))


@pytest.fixture(scope="module")
def body(astronaut):
    """The same person down to the chest, in other colours: a portrait that follows its prompt."""
    return square(astronaut)[:, :, ::-1].copy()


@pytest.fixture(scope="module")
def stranger(photos):
    with Image.open(photos.grace_hopper) as photo:
        return square(photo.convert("RGB"), (0, 40, 512, 552))


@pytest.fixture(scope="module")
def job(tiny_job, crop_face, build_dataset, astronaut, embedded_models, tmp_path_factory):
    """Eight steps, two portraits of each prompt at every second one, judged by the embedded analyzer."""
    crops = [crop_face(astronaut, SIDE, size=200, shift=(0, -10 - shift)) for shift in (0, 4)]
    return replace(
        tiny_job,
        dataset_folder=build_dataset(tmp_path_factory.mktemp("planted"), crops),
        steps=8,
        save_every=1000,
        samples=2,
        sample_steps=2,
        models_folder=embedded_models.parents[1],
    )


@pytest.fixture(scope="module")
def judge(job):
    """The real one, opened once."""
    return open_judge(job, read_manifest(job.dataset_folder))


@pytest.fixture
def plant(monkeypatch, judge):
    """Lets trainings draw what a plan says: the plain and the styled picture of every stop."""

    def planned(plan):
        def draw(self, step):
            pictures = dict(zip(PROMPTS, plan[step], strict=True))
            files = [SampleFile(step, prompt, number) for prompt in PROMPTS for number in range(self.job.samples)]
            return [Portrait(file, pictures[file.prompt]) for file in files]

        monkeypatch.setattr(Sampler, "draw", draw)
        monkeypatch.setattr(portrait_stops, "open_judge", lambda job, manifest: judge)

    return planned


def weights_after(job, steps, folder):
    """What a training of `job` that somebody stops after `steps` steps exports."""
    return load_file(run(replace(job, samples=0), folder, Orders(stop_after=steps))[0].lora)


def test_the_planted_best_is_the_result(job, plant, head, body, stranger, tmp_path):
    blurs = {2: 3, 4: 1, 6: 2, 8: 4}  # sigma in px; the face is 100 px wide
    plant({0: (stranger, body), **{step: (blurred(head, sigma), body) for step, sigma in blurs.items()}})
    result, orders = run(job, tmp_path / "job")
    assert (result.chosen.how, result.chosen.steps) == ("best_likeness", (4,)), result.chosen
    assert all(judged.allowed for judged in result.chosen.judgements)
    assert (result.steps, TrainResult.read(result.lora.parent)) == (8, result)
    told = {event.step: event.likeness for event in orders.of(SampleDrawn) if event.prompt == "plain"}
    assert told == {judged.step: judged.plain[0] for judged in result.chosen.judgements}
    assert told[4] == max(told.values())
    assert told[0] < 0.5 < told[4]  # 0.5 is the border between two people
    expected, exported = weights_after(job, 4, tmp_path / "four"), load_file(result.lora)
    assert all(torch.equal(exported[name], tensor) for name, tensor in expected.items())
    with safe_open(result.lora, "pt") as file:
        assert file.metadata()["ss_steps"] == "4"
    assert {file.name for file in result.lora.parent.iterdir()} == {"lora.safetensors", "result.json", "samples"}


def test_a_planted_overfit_is_refused_although_it_is_most_alike(job, plant, head, body, stranger, tmp_path):
    pairs = {2: (blurred(head, 4), body), 4: (blurred(head, 2), body), 6: (head, head), 8: (head, head)}
    plant({0: (stranger, body), **pairs})
    chosen = run(job, tmp_path / "job")[0].chosen
    alike = {judged.step: judged.likeness for judged in chosen.judgements}
    assert alike[2] < alike[4] < alike[6]
    assert [judged.step for judged in chosen.judgements if not judged.allowed] == [6, 8]
    assert (chosen.how, chosen.steps) == ("best_likeness", (4,))
    assert "step 6" in chosen.why
    assert "faces fill" in chosen.why


def test_pictures_that_ignore_the_prompt_are_refused_even_with_a_small_face(job, plant, head, body, stranger, tmp_path):
    own = body[:, :, ::-1].copy()
    plant({0: (stranger, body), 2: (blurred(head, 4), body), **dict.fromkeys((4, 6, 8), (own, own))})
    chosen = run(job, tmp_path / "job")[0].chosen
    assert chosen.steps == (2,), chosen
    assert "lost 100% of their difference" in chosen.why


def test_without_a_face_in_any_portrait_the_end_is_taken_and_said_so(job, plant, stranger, tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3), np.uint8)
    plant(dict.fromkeys((0, 2, 4, 6, 8), (noise, noise)))
    result, orders = run(job, tmp_path / "job")
    assert (result.chosen.how, result.chosen.steps) == ("last", (8,))
    assert "likeness was not available" in result.chosen.why
    assert {event.likeness for event in orders.of(SampleDrawn)} == {None}
    assert result.chosen.why in next(event.text for event in orders.of(Stage) if event.name == "exporting")


def test_stop_and_keep_takes_the_best_that_was_seen(job, plant, head, body, stranger, tmp_path):
    plant({0: (stranger, body), 2: (blurred(head, 2), body), 4: (blurred(head, 6), body)})
    result, _ = run(job, tmp_path / "job", Orders(stop_after=5))
    assert (result.steps, result.stopped_early, result.chosen.steps) == (5, True, (2,))


def test_the_judge_touches_no_generator_and_no_thread(judge, head):
    before = torch.get_rng_state(), np.random.get_state()[1].copy(), torch.get_num_threads()
    assert judge.look(head).likeness > 0.5
    after = torch.get_rng_state(), np.random.get_state()[1], torch.get_num_threads()
    assert torch.equal(before[0], after[0])
    assert np.array_equal(before[1], after[1])
    assert before[2] == after[2]


def test_an_analyzer_that_is_not_there_is_told_once_and_the_training_goes_on(job, tmp_path):
    result, orders = run(replace(job, models_folder=tmp_path, samples=1), tmp_path / "job")
    told = [event.text for event in orders.of(Stage) if event.name == "not_judged"]
    assert len(told) == 1
    assert told[0].startswith('Portraits are not judged: Face analyzer "embedded" lacks 4 files')
    assert (result.chosen.how, result.chosen.judgements) == ("last", ())
    assert "was judged" in result.chosen.why


class ByBrightness:
    """Judges what the model really drew: a darker picture is more alike."""

    def look(self, picture):
        return Look(1 - float(picture.mean()) / 255, 0.1)


@pytest.fixture
def by_brightness(monkeypatch):
    monkeypatch.setattr(portrait_stops, "open_judge", lambda job, manifest: ByBrightness())


@pytest.fixture
def undisturbed(job, by_brightness, tmp_path):
    return run(job, tmp_path / "undisturbed")[0]


class Drops(Orders):
    """Cancels while the portraits of some step are drawn."""

    def __init__(self, step):
        super().__init__()
        self.step = step

    def is_cancelled(self):
        return bool(self.of(Stage)) and self.of(Stage)[-1].text.endswith(f"portraits at step {self.step}")


def test_a_run_cancelled_anywhere_ends_with_the_same_choice_and_bytes(job, undisturbed, tmp_path):
    assert undisturbed.chosen.how == "best_likeness"
    middle = [Orders(cancel_after=1), Drops(2), Orders(cancel_after=2), Orders(cancel_after=1), Drops(6)]
    orders = [Drops(0), *middle, Drops(8)]
    for order in orders:
        with pytest.raises(TrainingCancelled):
            run(job, tmp_path / "job", order)
    result, last = run(job, tmp_path / "job")
    assert last.of(Step) == []
    assert result.lora_sha256 == undisturbed.lora_sha256
    assert result.chosen == undisturbed.chosen
    assert (result.losses, result.validations) == (undisturbed.losses, undisturbed.validations)


def test_a_run_killed_between_candidate_and_judgement_ends_with_the_same_bytes(job, undisturbed, tmp_path, monkeypatch):
    real = portrait_stops.Candidates._write

    def dies(self, file, body):
        if file.name == "judgements.json" and self.judgements and self.judgements[-1].step == 2:
            raise KeyboardInterrupt
        real(self, file, body)

    monkeypatch.setattr(portrait_stops.Candidates, "_write", dies)
    with pytest.raises(KeyboardInterrupt):
        run(job, tmp_path / "job")
    monkeypatch.setattr(portrait_stops.Candidates, "_write", real)
    result, orders = run(job, tmp_path / "job")
    assert list(dict.fromkeys(event.step for event in orders.of(SampleDrawn))) == [4, 6, 8]
    assert (result.lora_sha256, result.chosen) == (undisturbed.lora_sha256, undisturbed.chosen)


class KilledAfterStop(Orders):
    """Dies as soon as the portraits after step 2 are judged."""

    def emit(self, event):
        super().emit(event)
        if isinstance(event, Stage) and event.name == "training" and self.of(Step):
            raise KeyboardInterrupt


def test_portraits_that_were_judged_are_not_drawn_again(job, undisturbed, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run(job, tmp_path / "job", KilledAfterStop())
    result, orders = run(job, tmp_path / "job")
    assert orders.of(Step)[0].step == 3
    assert list(dict.fromkeys(event.step for event in orders.of(SampleDrawn))) == [4, 6, 8]
    assert (result.lora_sha256, result.chosen) == (undisturbed.lora_sha256, undisturbed.chosen)
