"""Unfinished trainings of the same person, and how their settings differ."""

import os
from dataclasses import replace

import pytest

from facechain.training.earlier_jobs import differences, unfinished_jobs
from facechain.training.job import TrainJob


@pytest.fixture
def job(tmp_path):
    return TrainJob(tmp_path, "d" * 64, tmp_path / "base.safetensors", "b" * 64, tmp_path, "alice", steps=400)


@pytest.fixture
def begin(tmp_path):
    """Makes a folder of a job with a state of so many steps, saved at that second."""

    def begin(job, step, *, saved_at=1000):
        folder = tmp_path / "jobs" / job.id[:16]
        folder.mkdir(parents=True)
        (folder / "job.json").write_text(job.to_json(), encoding="utf-8")
        if step:
            state = folder / f"state-{step:06d}.json"
            state.write_text("{}")
            os.utime(state, (saved_at, saved_at))
        return folder

    return begin


def test_unfinished_trainings_of_the_same_photos_are_found_the_last_one_first(job, begin, tmp_path):
    older, newer = replace(job, steps=800), replace(job, seed=3)
    first, second = begin(older, 120, saved_at=1000), begin(newer, 40, saved_at=2000)
    assert unfinished_jobs(tmp_path / "jobs", job) == [(second, newer, 40), (first, older, 120)]


def test_other_people_other_photos_and_the_job_itself_are_not_found(job, begin, tmp_path):
    begin(replace(job, output_name="bob", seed=1), 10)
    begin(replace(job, dataset_sha256="e" * 64), 10)
    begin(job, 10)
    assert unfinished_jobs(tmp_path / "jobs", job) == []


def test_a_job_elsewhere_is_the_job_itself(job, begin, tmp_path):
    begin(replace(job, device="cpu", devices=2, save_every=7), 10)
    assert unfinished_jobs(tmp_path / "jobs", job) == []


def test_finished_trainings_and_ones_without_a_step_are_not_found(job, begin, tmp_path):
    (begin(replace(job, seed=1), 10) / "result.json").write_text("{}")
    begin(replace(job, seed=2), 0)
    assert unfinished_jobs(tmp_path / "jobs", job) == []


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"steps": "many"}', b"\xff\xfe\x00", b'{"unheard_of": 1}'])
def test_a_damaged_job_is_left_out_and_the_others_are_found(job, begin, tmp_path, content):
    (begin(replace(job, seed=1), 10) / "job.json").write_bytes(content)
    whole = begin(replace(job, seed=2), 20)
    assert [folder for folder, _, _ in unfinished_jobs(tmp_path / "jobs", job)] == [whole]


def test_a_file_that_is_only_named_like_a_state_is_no_state(job, begin, tmp_path):
    (begin(replace(job, seed=1), 0) / "state-copy.json").write_text("{}")
    assert unfinished_jobs(tmp_path / "jobs", job) == []


def test_without_a_jobs_folder_there_are_no_earlier_jobs(job, tmp_path):
    assert unfinished_jobs(tmp_path / "nowhere", job) == []


def test_differences_name_each_setting_with_both_values(job):
    other = replace(job, steps=800, learning_rate=5e-5, lora_targets="attention")
    assert differences(job, other) == [
        "steps 400 instead of 800",
        "lora_targets kohya instead of attention",
        "learning_rate 0.0001 instead of 5e-05",
    ]


def test_files_are_told_by_name_and_hash(job, tmp_path):
    other = replace(
        job, base_sha256="c" * 64, base_checkpoint=tmp_path / "dreamy.safetensors",
        warm_start=tmp_path / "first.safetensors", warm_start_sha256="f" * 64,
    )  # fmt: skip
    assert differences(job, other) == [
        "base_checkpoint base.safetensors (bbbbbbbb) instead of dreamy.safetensors (cccccccc)",
        "warm_start none instead of first.safetensors (ffffffff)",
    ]


def test_what_does_not_change_the_result_is_no_difference(job, tmp_path):
    other = replace(job, device="cpu", devices=4, save_every=9, compute="compile", dataset_folder=tmp_path / "moved")
    assert job.id == other.id
    assert differences(job, other) == []


def test_portraits_are_a_difference_only_where_they_choose(job):
    last = replace(job, choose="last")
    assert differences(last, replace(last, samples=4)) == []
    assert differences(job, replace(job, samples=4)) == ["samples 0 instead of 4"]
