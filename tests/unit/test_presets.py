"""Presets are read whole or reported whole, and a person's own settings win over theirs."""

import json

import pytest

from facechain.errors import InvalidSetting
from facechain.training.job import CHOICES, RANGES, TrainJob
from facechain.training.preset import DEFAULT, FROM_PRESET, load_preset, preset_ids, read_preset

PLACES = {
    "dataset_folder": "dataset",
    "dataset_sha256": "d" * 64,
    "base_checkpoint": "base.safetensors",
    "base_sha256": "b" * 64,
    "tokenizer_folder": "tokenizer",
    "output_name": "ana",
}
WRITTEN = {
    "schema": 1,
    "id": "mine",
    "title": {"en": "Mine", "zh": "我的"},
    "why": {"en": "For a test.", "zh": "用于测试。"},
    "settings": {"lora_rank": 8, "lora_alpha": 2.0, "learning_rate": 3e-4},
}


@pytest.fixture
def write(tmp_path):
    """Writes a preset file with these changes; a change to ... leaves the field out."""

    def write(**changes):
        file = tmp_path / "mine.json"
        content = {name: value for name, value in {**WRITTEN, **changes}.items() if value is not ...}
        file.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        return file

    return write


def job_of(preset, **said):
    return TrainJob(**PLACES, **preset.fitted(said, photo_count=3))


def test_there_are_four_presets_and_one_is_the_default():
    assert preset_ids() == ["best_likeness", "facechain_2023", "kohya_default", "quick_look"]
    assert DEFAULT in preset_ids()


@pytest.mark.parametrize("id", preset_ids())
def test_every_preset_gives_a_valid_job_that_has_its_settings(id):
    preset = load_preset(id)
    job = job_of(preset, **FROM_PRESET)
    assert {name: getattr(job, name) for name in preset.settings} == preset.settings


@pytest.mark.parametrize("id", preset_ids())
def test_every_preset_says_in_both_languages_why(id):
    preset = load_preset(id)
    for language in ("en", "zh"):
        assert preset.title[language]
        assert 20 < len(preset.why[language]) < 400
    assert not any("\u4e00" <= character <= "\u9fff" for character in preset.why["en"])
    assert any("\u4e00" <= character <= "\u9fff" for character in preset.why["zh"])


def test_facechains_recipe_of_2023_is_kept():
    job = job_of(load_preset("facechain_2023"))
    assert (job.lora_targets, job.lora_rank, job.lora_alpha / job.lora_rank) == ("attention", 4, 1.0)
    assert (job.learning_rate, job.lr_scheduler, job.warmup, job.batch_size) == (1.5e-4, "cosine", 0, 1)
    assert (job.min_snr_gamma, job.ema_decay, job.text_encoder_learning_rate) == (0, 0, 0)
    assert job.mask_face_weight == job.mask_background_weight
    assert (job.steps, job.choose) == (600, "last")


def test_steps_follow_the_photos_where_the_preset_names_none():
    preset = load_preset("best_likeness")
    assert [preset.fitted({}, count)["steps"] for count in (3, 4, 20)] == [600, 800, 800]
    assert load_preset("quick_look").fitted({"steps": 0}, 20)["steps"] == 150


def test_what_a_person_says_wins():
    job = job_of(load_preset("best_likeness"), steps=7, samples=0, min_snr_gamma=0.0, choose="last")
    assert (job.steps, job.samples, job.min_snr_gamma, job.choose) == (7, 0, 0.0, "last")
    assert job.lora_rank == 16  # what was not said


def test_alpha_follows_a_rank_that_was_said(write):
    preset = read_preset(write())  # alpha is a quarter of the rank
    assert preset.fitted({"lora_rank": 32, "lora_alpha": 0}, 3)["lora_alpha"] == 8.0
    assert preset.fitted({"lora_rank": 32, "lora_alpha": 1.0}, 3)["lora_alpha"] == 1.0


def test_no_value_that_stands_for_the_preset_is_a_value_of_a_job():
    for name, value in FROM_PRESET.items():
        allowed = value in CHOICES[name] if name in CHOICES else RANGES[name][0] <= value <= RANGES[name][1]
        assert not allowed, name


def test_every_problem_of_a_file_is_in_one_message(write):
    settings = {"lora_rank": 8.5, "ema_decay": True, "lora_target": "kohya", "choose": "best", "steps": 0}
    with pytest.raises(InvalidSetting, match=r'^Preset file "mine.json" has 9 problems: ') as caught:
        read_preset(write(schema=2, title={"en": "Mine"}, why=..., settings=settings))
    for problem in (
        "schema is 2, needs 1",
        "title.zh is missing",
        "why is missing",
        "settings.lora_alpha is missing",
        "settings.lora_rank is 8.5, needs a whole number from 1 to 320",
        "settings.ema_decay is true, needs a number from 0 to 0.99999",
        "settings.lora_target is unknown (did you mean lora_targets?)",
        'settings.choose is "best", needs one of best_likeness, average_best, last',
        "settings.steps is 0, needs a whole number from 1 to 100000",
    ):
        assert problem in str(caught.value)


def test_a_preset_sets_no_more_than_how_to_learn(write):
    with pytest.raises(InvalidSetting, match=r"settings\.dataset_folder is unknown"):
        read_preset(write(settings={**WRITTEN["settings"], "dataset_folder": "/"}))


def test_an_unknown_preset_names_the_known_ones():
    with pytest.raises(InvalidSetting, match=r'no preset "\.\./secret"\. Choose one of best_likeness, facechain_2023'):
        load_preset("../secret")
