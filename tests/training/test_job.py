"""The job: checked on creation, equal after JSON, named by what influences the result."""

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest

from facechain.errors import InvalidSetting
from facechain.training.job import RANGES, TrainJob, default_steps

JOB = TrainJob(
    dataset_folder=Path("data"),
    dataset_sha256="d" * 64,
    base_checkpoint=Path("base.safetensors"),
    base_sha256="b" * 64,
    tokenizer_folder=Path("tokenizer"),
    output_name="alice",
    steps=40,
)

OTHER_RESULT = {
    "dataset_sha256": "e" * 64,
    "base_sha256": "c" * 64,
    "output_name": "bob",
    "steps": 41,
    "resolution": 576,
    "batch_size": 2,
    "seed": 1,
    "lora_rank": 8,
    "lora_alpha": 4.0,
    "learning_rate": 2e-4,
    "lr_scheduler": "constant",
    "warmup": 3,
    "weight_decay": 0.0,
    "gradient_clip": 2.0,
    "min_snr_gamma": 0.0,
    "ema_decay": 0.5,
    "caption_dropout": 0.1,
    "mask_face_weight": 2.0,
    "mask_background_weight": 0.2,
    "precision": "fp32",
    "save_precision": "fp32",
    "validate_every": 7,
    "family": "sdxl",
    "prediction": "v_prediction",
    "lora_targets": "attention",
    "lora_dropout": 0.1,
    "warm_start_sha256": "a" * 64,
    "text_encoder_learning_rate": 1e-5,
    "gradient_accumulation": 2,
    "noise_offset": 0.05,
    "clip_skip": 2,
    "choose": "last",
    "samples": 4,
    "sample_every": 10,
    "sample_steps": 2,
    "analyzer_id": "buffalo_l",
}
SAME_RESULT = {
    "dataset_folder": Path("elsewhere"),
    "base_checkpoint": Path("other name.safetensors"),
    "tokenizer_folder": Path("copy"),
    "device": "cpu",
    "save_every": 3,
    "warm_start": Path("first.safetensors"),
    "models_folder": Path("models"),
    "devices": 2,
    "gradient_checkpointing": "on",
    "compute": "compile",
}
SAMPLING = ("samples", "sample_every", "sample_steps", "analyzer_id")


def test_job_survives_its_own_json():
    job = replace(JOB, dataset_folder=Path("Fotos von Zoë"), learning_rate=3e-5)
    assert TrainJob.from_json(job.to_json()) == job


@pytest.mark.parametrize("name", OTHER_RESULT)
def test_id_changes_with_everything_that_influences_the_result(name):
    assert replace(JOB, **{name: OTHER_RESULT[name]}).id != JOB.id


@pytest.mark.parametrize("name", SAME_RESULT)
def test_id_does_not_change_with_paths_and_device(name):
    job = replace(JOB, warm_start_sha256="a" * 64)  # a file to begin with is named by its content
    assert replace(job, **{name: SAME_RESULT[name]}).id == job.id


@pytest.mark.parametrize("name", SAMPLING)
def test_portraits_do_not_count_where_they_choose_nothing(name):
    job = replace(JOB, choose="last")
    assert replace(job, **{name: OTHER_RESULT[name]}).id == job.id


def test_the_two_tables_above_name_every_field():
    only_choice = {"schema"}  # one value in this version
    assert set(OTHER_RESULT) | set(SAME_RESULT) | only_choice == {field.name for field in fields(TrainJob)}


def test_whole_and_broken_numbers_of_one_size_are_one_job():
    assert replace(JOB, lora_alpha=4).id == replace(JOB, lora_alpha=4.0).id


@pytest.mark.parametrize("name", RANGES)
def test_every_number_is_refused_beyond_its_range(name):
    low, high = RANGES[name]
    for value in (low - 1, high + 1, float("nan"), "1", True, None):
        with pytest.raises(InvalidSetting, match=rf"{name} is .*Choose a"):
            replace(JOB, **{name: value})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"family": "sd3"}, "family is 'sd3'. Choose one of sd15, sdxl"),
        ({"resolution": 500}, "resolution is 500. Choose a multiple of 64"),
        ({"warmup": 40}, "warmup is 40 of 40 steps. Make it shorter"),
        ({"output_name": " "}, "output_name is empty. Give the person a name"),
        ({"base_sha256": "XY"}, "base_sha256 is 'XY'. Give 64 lower-case"),
        ({"mask_face_weight": 0, "mask_background_weight": 0}, "Both mask weights are 0"),
        ({"steps": 1.5}, "steps is 1.5. Choose a whole number"),
    ],
)
def test_impossible_settings_are_refused_with_what_to_do(changes, message):
    with pytest.raises(InvalidSetting, match=message):
        replace(JOB, **changes)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 1, "colour": "red"}'])
def test_json_that_is_no_job_is_refused(text):
    with pytest.raises(InvalidSetting, match="Queue it again"):
        TrainJob.from_json(text)


def test_a_job_of_a_later_schema_is_refused():
    later = json.dumps({**json.loads(JOB.to_json()), "schema": 2})
    with pytest.raises(InvalidSetting, match="schema 2, this version reads 1"):
        TrainJob.from_json(later)


@pytest.mark.parametrize(("photos", "steps"), [(0, 200), (1, 200), (3, 600), (4, 800), (20, 800)])
def test_default_steps_are_two_hundred_per_photo_up_to_eight_hundred(photos, steps):
    assert default_steps(photos) == steps
