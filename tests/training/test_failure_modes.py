"""What can go wrong around a training: machines, memory, disks, packages, paths. One sentence each."""

import errno
import os
import sys
import threading
import time
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file
from support_training import Orders, run
from support_worker import FOLLOWS_ORDERS, ROOT, run_body

from facechain import stored_files
from facechain.errors import TrainingBusy, TrainingCancelled, TrainingFailed
from facechain.stored_files import write_atomically
from facechain.training import portrait_stops
from facechain.training.device import backend_on, precision_on
from facechain.training.events import EventReader, Stage, Step
from facechain.training.families import family_of
from facechain.training.families.clip import Tokenizer
from facechain.training.job import TrainJob
from facechain.training.objective import Objective
from facechain.training.post_mortem import post_mortem
from facechain.training.process import run_training
from facechain.training.sample_likeness import Look
from facechain.training.unexpected import explain, is_only_a_lost_peer


@pytest.fixture
def job(tmp_path):
    return TrainJob(tmp_path, "d" * 64, tmp_path / "base", "b" * 64, tmp_path, "alice", steps=2)


def train_in_worker(job, folder, **changes):
    settings = {"on_event": lambda event: None, "is_cancelled": lambda: False, **changes}
    return run_training(job, folder, worker_script=ROOT / "train_worker.py", python=sys.executable, **settings)


# A cancel at any time


def test_a_cancel_while_libraries_load_ends_at_once(tiny_job, tmp_path):
    events = []
    began = time.monotonic()
    with pytest.raises(TrainingCancelled):
        train_in_worker(tiny_job, tmp_path / "job", on_event=events.append, is_cancelled=lambda: True)
    assert events == []  # torch alone takes seconds; nothing was loaded
    assert time.monotonic() - began < 5  # where the machine is busy; less than the 10 s that a training has to save


def test_a_cancel_while_photos_are_encoded_leaves_nothing_half_done(tiny_job, tmp_path):
    orders = Orders()
    orders.is_cancelled = lambda: any(event.name == "caching" for event in orders.of(Stage))
    with pytest.raises(TrainingCancelled, match="before the first step"):
        run(tiny_job, tmp_path / "job", orders)
    assert list((tmp_path / "job").iterdir()) == []


# Two at once


def test_two_different_trainings_run_side_by_side(job, tmp_path):
    started, results = threading.Event(), []

    def second():
        started.wait(20)
        results.append(run_body("finish()", replace(job, seed=1), second_folder))
        (tmp_path / "run" / "stop").touch()

    second_folder = tmp_path / "second"
    second_folder.mkdir()
    thread = threading.Thread(target=second)
    thread.start()
    first = run_body(FOLLOWS_ORDERS, job, tmp_path, on_event=lambda event: started.set())
    thread.join()
    assert first.stopped_early
    assert results[0].job_id == replace(job, seed=1).id


def test_a_worker_that_outlived_its_host_is_not_joined_by_a_second_one(job, tmp_path, monkeypatch):
    from facechain.training import worker
    from facechain.training.control import WorkerControl
    from facechain.training.events import EventWriter
    from facechain.training.lock import exclusive

    monkeypatch.setattr(worker, "SECONDS_FOR_AN_ORPHAN", 0)
    monkeypatch.setattr(worker, "require_family", lambda checkpoint, family: None)
    (tmp_path / "job.json").write_text(job.to_json())
    with exclusive(tmp_path / worker.LOCK_FILE), pytest.raises(TrainingBusy, match="running already"):
        worker.run(tmp_path, EventWriter(tmp_path / "events.jsonl"), WorkerControl(tmp_path))


# What workers write


def test_ten_megabytes_on_stdout_and_stderr_block_nobody(job, tmp_path):
    body = "for stream in (sys.stdout, sys.stderr): stream.write('x' * 5_000_000)\nfinish()"
    assert run_body(body, job, tmp_path).steps == 2
    assert (tmp_path / "run" / "worker.log").stat().st_size == 10_000_000


def test_a_page_that_comes_back_reads_the_course_from_its_beginning(job, tmp_path):
    run_body("for n in (1, 2): events(Step(n, 2, 0.5, 0.5, 1e-4, 0.1, 0))\nfinish()", job, tmp_path)
    events = EventReader(tmp_path / "run" / "events.jsonl", from_start=True).read()
    assert [event.step for event in events] == [1, 2]


# Packages


@pytest.mark.parametrize("package", ["accelerate", "peft", "diffusers"])
def test_a_missing_package_is_named_with_what_to_do(tiny_job, tmp_path, monkeypatch, package):
    message = rf"needs the package {package}, .*-m pip install -r requirements\.txt"
    with pytest.raises(TrainingFailed, match=message) as caught:
        without_package(package, tiny_job, tmp_path, monkeypatch)
    assert "Traceback" not in str(caught.value)


def test_a_missing_accelerate_is_named_where_it_was_to_start_two_processes(tiny_job, tmp_path, monkeypatch):
    with pytest.raises(TrainingFailed, match="needs the package accelerate, which cannot be imported") as caught:
        without_package("accelerate", replace(tiny_job, devices=2), tmp_path, monkeypatch)
    assert "Traceback" not in str(caught.value)


def without_package(package, job, tmp_path, monkeypatch):
    """Trains with a Python that lacks it, as far as the importing module can tell."""
    (tmp_path / "lacking").mkdir()
    error = f"raise ModuleNotFoundError(\"No module named '{package}'\", name='{package}')"
    (tmp_path / "lacking" / f"{package}.py").write_text(error)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "lacking"))
    train_in_worker(job, tmp_path / "job")


def test_a_package_of_the_wrong_version_is_named():
    error = ImportError("cannot import name 'LoraConfig' from 'peft'", name="peft")
    assert explain(error).startswith("Training needs the package peft, which cannot be imported (cannot import name")


def test_a_traceback_that_only_mentions_a_module_is_no_missing_package(tmp_path):
    (tmp_path / "log").write_text("No module named 'xformers'\nSegmentation fault\n")
    assert "Training needs" not in post_mortem(1, tmp_path / "log", 0)


# GPUs


@pytest.mark.parametrize(
    ("device", "has_gpu", "has_bf16", "precision"),
    [
        ("auto", True, True, "bf16"),  # NVIDIA since Ampere, and AMD, which torch calls cuda as well
        ("auto", True, False, "fp16"),  # NVIDIA before Ampere
        ("auto", False, False, "fp32"),  # a CPU, and Apple's GPU, which is not used
        ("cpu", True, True, "fp32"),
        ("cuda", True, False, "fp16"),
    ],
)
def test_precision_is_what_the_device_has(job, device, has_gpu, has_bf16, precision):
    assert precision_on(replace(job, device=device), has_gpu=has_gpu, has_bf16=has_bf16) == precision


@pytest.mark.parametrize(
    ("on_cpu", "has_nccl", "backend"),
    [(False, True, "nccl"), (False, False, "gloo"), (True, True, "gloo"), (True, False, "gloo")],
)
def test_processes_speak_gloo_where_nccl_is_missing(on_cpu, has_nccl, backend):
    assert backend_on(on_cpu, has_nccl) == backend


def test_a_model_too_large_for_the_gpu_is_explained():
    error = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.\nmore about the allocator")
    assert explain(error) == (
        "The GPU's memory does not hold the model (CUDA out of memory. Tried to allocate 2.00 GiB.). "
        "Close other programs, or choose a smaller family of base models."
    )


def test_a_driver_that_was_reset_is_explained():
    error = RuntimeError("CUDA error: unspecified launch failure\nCompile with TORCH_USE_CUDA_DSA")
    assert explain(error).startswith(
        "The GPU stopped working (CUDA error: unspecified launch failure). Queue the same job again"
    )


def test_any_other_error_is_told_with_its_class():
    assert explain(KeyError("te")) == "KeyError: 'te'"


@pytest.mark.parametrize(
    ("error", "is_lost"),
    [
        (RuntimeError("[/pytorch/third_party/gloo/gloo/transport/tcp/pair.cc:547] Connection closed by peer"), True),
        (torch.distributed.DistNetworkError("failed to connect"), True),
        (torch.distributed.DistBackendError("NCCL error: remote process exited"), True),
        (RuntimeError("CUDA error: unspecified launch failure"), False),
        (ConnectionError("Connection closed by peer"), False),
    ],
)
def test_a_process_whose_peer_ended_knows_that_this_is_not_the_reason(error, is_lost):
    assert is_only_a_lost_peer(error) is is_lost


# Disks, files and clocks


def test_a_virus_scanner_that_holds_a_file_for_a_moment_is_waited_for(tmp_path, monkeypatch):
    held = hold_files(monkeypatch, times=3)
    write_atomically(tmp_path / "state.json", b"new")
    assert (tmp_path / "state.json").read_bytes() == b"new"
    assert len(held) == 3


def test_a_file_that_stays_held_keeps_its_content(tmp_path, monkeypatch):
    (tmp_path / "state.json").write_bytes(b"old")
    hold_files(monkeypatch, times=1000)
    with pytest.raises(PermissionError, match="in use"):
        write_atomically(tmp_path / "state.json", b"new")
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"old"]


def hold_files(monkeypatch, times):
    """Lets os.replace fail so often, as on Windows while another program has the file open; counts the failures."""
    held, replace_file = [], os.replace

    def replace_later(draft, file):
        if len(held) < times:
            held.append(file)
            raise PermissionError(errno.EACCES, "The file is in use")
        replace_file(draft, file)

    monkeypatch.setattr(os, "replace", replace_later)
    monkeypatch.setattr(stored_files.time, "sleep", lambda seconds: None)
    return held


def test_a_job_folder_far_down_a_tree_is_used(job, tmp_path):
    deep = tmp_path.joinpath(*["Zoë's photos of 2019 "[: 20 - number] for number in range(15)])
    deep.mkdir(parents=True)
    assert len(str(deep)) > 200
    assert run_body("finish()", job, deep).lora.read_bytes() == b"weights"


def test_a_clock_that_is_set_back_all_the_time_disturbs_no_time_that_is_told(tiny_job, tmp_path, monkeypatch):
    hours = iter(range(10**6, 0, -1))
    monkeypatch.setattr(time, "time", lambda: next(hours) * 3600.0)
    result, orders = run(replace(tiny_job, steps=2), tmp_path / "job")
    assert all(0 < event.seconds_per_step < 60 for event in orders.of(Step))
    assert 0 < result.seconds < 60


# Captions, masks and names


def test_a_caption_longer_than_the_text_encoder_reads_is_cut(comfyui):
    tokens = Tokenizer(comfyui / "comfy" / "sd1_tokenizer")(["a face, " * 100, "a face"])
    assert tokens.shape == (2, 77)
    assert tokens[0, -1] == tokens[1, -1]  # the end token, which the encoder must find


def test_a_mask_without_any_face_trains_on_the_whole_picture(tiny_job, build_dataset, crop_face, astronaut, tmp_path):
    crops = [crop_face(astronaut, 64), crop_face(astronaut, 64, shift=(3, 0))]
    settings = {"mask_background_weight": 0.0, "steps": 1}
    finals = []
    for name, masks in (("black", [crops[0][..., 0] * 0] * 2), ("none", None)):
        dataset = build_dataset(tmp_path / name, crops, masks=masks)
        result, _ = run(replace(tiny_job, dataset_folder=dataset, **settings), tmp_path / f"{name} job")
        finals.append(result.losses)
    assert finals[0] == finals[1]


@pytest.mark.parametrize("layer", ["encoder.layers.0.mlp.fc1", "text_model.encoder.layers.0.mlp.fc1"])
def test_text_layers_have_one_name_in_files_whatever_transformers_calls_them(layer):
    assert family_of("sd15").kohya_name("te", layer) == "lora_te_text_model_encoder_layers_0_mlp_fc1"


# Candidates of the portraits beside states


class BrightnessJudge:
    """Takes brightness for likeness: of the pictures alone, so the same in every run."""

    def look(self, picture):
        return Look(float(picture.mean() / 255), 0.2)


@pytest.fixture
def judged_job(tiny_job, tmp_path, monkeypatch):
    monkeypatch.setattr(portrait_stops, "open_judge", lambda job, manifest: BrightnessJudge())
    return replace(tiny_job, steps=8, samples=1, sample_steps=1, save_every=1000, models_folder=tmp_path)


def test_a_training_that_becomes_nan_keeps_no_candidate_of_it(judged_job, tmp_path, monkeypatch):
    folder, real = tmp_path / "job", Objective.training_batch

    def poisoned(self, step, slots):
        batch = real(self, step, slots)
        return replace(batch, target=batch.target * float("nan")) if step == 5 else batch

    monkeypatch.setattr(Objective, "training_batch", poisoned)
    with pytest.raises(TrainingFailed, match="became nan at step 6 of 8"):
        run(judged_job, folder)
    names = {file.name for file in folder.glob("*.safetensors")} - {"cache.safetensors"}
    assert names
    assert not {"candidate-000006.safetensors", "state-000006.safetensors", "lora.safetensors"} & names
    assert all(tensor.isfinite().all() for name in names for tensor in load_file(folder / name).values())


@pytest.mark.parametrize("damage", ["truncate", "delete"])
def test_going_on_before_a_stop_that_was_judged_ends_with_the_same_choice(judged_job, tmp_path, damage):
    whole, _ = run(judged_job, tmp_path / "whole")
    folder = tmp_path / "job"
    with pytest.raises(TrainingCancelled):
        run(judged_job, folder, Orders(cancel_after=7))
    for state in sorted(folder.glob("state-*.safetensors"))[1:]:  # the newest is of step 7, after the stop at 6
        state.write_bytes(state.read_bytes()[:1000]) if damage == "truncate" else state.unlink()
    again, orders = run(judged_job, folder)
    assert orders.of(Step)[0].step <= 7
    assert (again.lora_sha256, again.chosen) == (whole.lora_sha256, whole.chosen)


def test_a_candidate_for_which_the_disk_is_full_costs_no_step(judged_job, tmp_path, monkeypatch):
    whole, _ = run(judged_job, tmp_path / "whole")
    folder, real = tmp_path / "job", os.fsync

    def full(descriptor):
        if any(folder.glob(".candidate-000004*")):
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TrainingFailed, match=r"candidate-000004.*No space left on device"):
        run(replace(judged_job, choose="average_best"), folder)
    monkeypatch.undo()
    monkeypatch.setattr(portrait_stops, "open_judge", lambda job, manifest: BrightnessJudge())
    again, orders = run(replace(judged_job, choose="average_best"), folder)
    assert orders.of(Step)[0].step == 5  # the state of step 4 was saved before its portraits
    assert again.losses == whole.losses
