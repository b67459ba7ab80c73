"""What a training needs of memory, against what was measured on whole-size U-Nets; all in GiB."""

from dataclasses import replace

import pytest
import torch
from support_training import run

from facechain.training import memory, trainer
from facechain.training.events import Stage
from facechain.training.job import TrainJob
from facechain.training.memory import Course, Weights, computed_by, courses, fitting_course, memory_need

GIB = 1 << 30
SD15 = Weights(frozen=859_500_000, learned=13_570_000, bytes_each=2)
SDXL = Weights(frozen=2_567_500_000, learned=85_100_000, bytes_each=2)
SHARE = 0.15
"""Workspaces, the running mean and copies of gradients are not in all of the measured figures."""


@pytest.fixture
def job(tmp_path):
    return TrainJob(tmp_path, "d" * 64, tmp_path / "base", "b" * 64, tmp_path, "alice", steps=2, lora_rank=32)


def test_sd15_needs_what_was_measured(job):
    needs = [memory_need(replace(job, batch_size=b), SD15, Course(b, recomputes=False)) / GIB for b in (1, 4, 8)]
    assert needs == pytest.approx([2.7, 5.3, 8.8], rel=SHARE)


def test_sdxl_needs_what_was_measured(job):
    large = replace(job, family="sdxl", resolution=1024, batch_size=2)
    needs = [memory_need(large, SDXL, Course(pictures, recomputes=False)) / GIB for pictures in (1, 2)]
    assert needs == pytest.approx([12.5, 19.0], rel=SHARE)


@pytest.mark.parametrize(
    ("family", "resolution", "kept", "twice"),
    [
        ("sd15", 512, 0.87, 0.14),
        ("sd15", 768, 1.96, 0.33),
        ("sd15", 1024, 3.47, 0.58),
        ("sdxl", 512, 1.60, 0.13),
        ("sdxl", 768, 3.56, 0.30),
        ("sdxl", 1024, 6.31, 0.54),
    ],
)
def test_activations_of_a_picture_are_those_measured(job, family, resolution, kept, twice):
    asked = replace(job, family=family, resolution=resolution)
    nothing = Weights(frozen=0, learned=0, bytes_each=2)
    needs = [memory_need(asked, nothing, Course(1, recomputes)) / GIB for recomputes in (False, True)]
    assert needs == pytest.approx([kept, twice], rel=SHARE)


def test_sdxl_at_1024_fits_into_eight_gigabytes_only_with_activations_computed_twice(job):
    large = replace(job, family="sdxl", resolution=1024)
    assert fitting_course(large, SDXL, 8 * GIB) == Course(1, recomputes=True)
    assert fitting_course(large, SDXL, 24 * GIB) == Course(1, recomputes=False)


def test_a_batch_that_does_not_fit_is_computed_in_parts(job):
    assert fitting_course(replace(job, batch_size=8), SD15, 6 * GIB) == Course(4, recomputes=False)


def test_where_nothing_fits_the_smallest_course_is_tried(job):
    assert fitting_course(replace(job, batch_size=4), SD15, 1 * GIB) == Course(1, recomputes=True)


def test_float32_needs_twice_the_model_and_twice_the_activations(job):
    whole = Weights(SD15.frozen, learned=0, bytes_each=4)
    course = Course(1, recomputes=False)
    assert memory_need(job, whole, course) == 2 * memory_need(job, replace(SD15, learned=0), course)


def test_each_of_two_processes_needs_memory_for_its_own_half(job):
    alone = memory_need(replace(job, batch_size=2), SD15, Course(2, recomputes=False))
    shared = memory_need(replace(job, batch_size=4, devices=2), SD15, Course(4, recomputes=False))
    assert shared == alone


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("auto", [(6, False), (3, False), (2, False), (1, False), (6, True), (3, True), (2, True), (1, True)]),
        ("off", [(6, False), (3, False), (2, False), (1, False)]),
        ("on", [(6, True), (3, True), (2, True), (1, True)]),
    ],
)
def test_only_what_the_job_allows_is_tried_the_fastest_first(job, setting, expected):
    asked = replace(job, batch_size=6, gradient_checkpointing=setting)
    assert [(course.at_once, course.recomputes) for course in courses(asked)] == expected


def test_a_smaller_course_leaves_the_pictures_of_a_step_alone(job):
    asked = replace(job, batch_size=6, gradient_accumulation=2)
    smaller = computed_by(asked, Course(2, recomputes=True))
    assert (smaller.batch_size, smaller.gradient_accumulation, smaller.gradient_checkpointing) == (2, 6, "on")


def test_a_course_never_asks_for_more_parts_than_a_job_can_have(job):
    asked = replace(job, batch_size=64, gradient_accumulation=16)
    smallest = courses(asked)[-1]
    assert smallest.at_once == 16  # 64 parts of 16
    computed_by(asked, smallest)


def test_the_smaller_course_gives_the_same_lora(tiny_job, tmp_path, monkeypatch):
    job = replace(tiny_job, batch_size=4, steps=3)
    whole, _ = run(job, tmp_path / "whole")
    halved = Course(2, recomputes=True)
    monkeypatch.setattr(trainer, "preflight", lambda job, model, emit: computed_by(job, halved))
    parts, _ = run(job, tmp_path / "parts")
    # Sums in another order; float32 keeps seven digits.
    assert [loss for _, loss in parts.losses] == pytest.approx([loss for _, loss in whole.losses], rel=1e-4)
    assert parts.job_id == whole.job_id


def test_on_a_cpu_the_need_is_told_and_nothing_is_changed(tiny_job, tmp_path):
    _, orders = run(replace(tiny_job, steps=1), tmp_path / "job")
    assert [event.text for event in orders.of(Stage) if event.name == "memory"] == [
        "Training needs about 0.1 GB of memory"
    ]


class OnGpu:
    """The little that `preflight` asks of a model."""

    def __init__(self):
        self.device = torch.device("cuda")
        self.unet = torch.nn.Linear(1000, 1000, dtype=torch.bfloat16).requires_grad_(False)
        self.adapter = type("Adapter", (), {"inside": []})


def test_on_a_gpu_need_and_free_memory_are_told(job, monkeypatch):
    told = []
    monkeypatch.setattr(memory, "free_memory", lambda device: 7_100_000_000)
    asked = replace(job, batch_size=4)
    assert memory.preflight(asked, OnGpu(), told.append) == asked
    # 4 pictures x 512 x 512 x 3560 bytes = 3.73 GB, and 2 MB of weights
    assert told == [Stage("memory", "Training needs about 3.7 GB of GPU memory, 7.1 GB are free")]


def test_on_a_gpu_that_is_too_full_it_is_told_what_is_done_about_it(job, monkeypatch):
    told = []
    monkeypatch.setattr(memory, "free_memory", lambda device: 1_000_000_000)
    fitted = memory.preflight(replace(job, batch_size=4), OnGpu(), told.append)
    assert (fitted.batch_size, fitted.gradient_accumulation, fitted.gradient_checkpointing) == (2, 2, "on")
    assert told[0].text == (
        "Training needs about 3.7 GB of GPU memory, 1.0 GB are free: "
        "computing 2 pictures at a time, activations twice, which needs 0.3 GB"
    )
