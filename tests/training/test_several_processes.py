"""Two processes share every batch, started by accelerate as for two GPUs; here on the CPU, and they speak gloo."""

import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import torch
from safetensors.torch import load_file
from support_training import Orders, run
from support_waiting import wait_until
from support_worker import FOLLOWS_ORDERS, HOST, IGNORES_ORDERS, ROOT, is_alive, run_body, write_worker

from facechain.errors import InvalidSetting, TrainingCancelled, TrainingFailed
from facechain.training import ending
from facechain.training.control import CANCEL_FILE
from facechain.training.events import Finished, Stage, Started, Step
from facechain.training.job import TrainJob
from facechain.training.process import run_training, stop_and_keep
from facechain.training.state_files import newest_step

WORKER = ROOT / "train_worker.py"
AS_ISSUED = 1e-4
"""Sums of floats in another order differ by 1e-7 of them; AdamW turns the smallest gradients into whole steps."""


@pytest.fixture
def pair(tmp_path):
    """A job of two processes whose workers are scripts."""
    return TrainJob(
        tmp_path, "d" * 64, tmp_path / "base", "b" * 64, tmp_path, "alice", steps=2, device="cpu", devices=2
    )


class Family:
    """The process ids of the workers that told theirs, and of the launcher above them."""

    def __init__(self):
        self.workers, self.launcher = [], None

    def hear(self, event):
        if isinstance(event, Stage) and event.name == "pid":
            self.workers.append(int(event.text))
            self.launcher = self.launcher or psutil.Process(self.workers[0]).ppid()

    def is_whole(self):
        return len(self.workers) == 2

    def is_gone(self):
        return not any(is_alive(pid) for pid in (*self.workers, self.launcher))


def train_by_two(job, folder, orders):
    return run_training(
        replace(job, devices=2),
        folder,
        worker_script=WORKER,
        python=sys.executable,
        on_event=orders.emit,
        is_cancelled=orders.is_cancelled,
    )


def assert_equal(alone, together):
    """The losses of all steps, all validations, every weight, and every layer's effect."""
    for name in ("losses", "validations"):
        values = [[value for _, value in getattr(result, name)] for result in (alone, together)]
        assert values[1] == pytest.approx(values[0], rel=AS_ISSUED)
    first, second = load_file(alone.lora), load_file(together.lora)
    weights = [torch.cat([tensor.flatten() for tensor in file.values()]) for file in (first, second)]
    assert (weights[1] - weights[0]).norm() <= AS_ISSUED * weights[0].norm()
    for layer in (name.removesuffix(".alpha") for name in first if name.endswith(".alpha")):
        up, down = f"{layer}.lora_up.weight", f"{layer}.lora_down.weight"
        effects = [file[up].flatten(1) @ file[down].flatten(1) for file in (first, second)]
        torch.testing.assert_close(effects[1], effects[0], rtol=0, atol=AS_ISSUED)


def test_two_processes_of_two_pictures_learn_what_one_learns_from_the_doubled_batch(job_with, tmp_path):
    job = job_with(batch_size=4)  # the whole batch: two processes compute two pictures each, one computes all four
    alone, _ = run(job, tmp_path / "one")
    orders = Orders()
    together = train_by_two(job, tmp_path / "two", orders)
    assert [event.step for event in orders.of(Step)] == list(range(1, 13))  # told once, not by each
    assert (len(orders.of(Started)), len(orders.of(Finished))) == (1, 1)
    assert alone.job_id == together.job_id
    assert_equal(alone, together)


@pytest.mark.long
def test_shares_of_different_sizes_learn_the_same(job_with, tmp_path):
    job = job_with(batch_size=3)
    alone, _ = run(job, tmp_path / "one")
    assert_equal(alone, train_by_two(job, tmp_path / "two", Orders()))


@pytest.mark.long
def test_what_two_processes_began_before_a_cancel_one_process_ends(job_with, tmp_path):
    job = job_with(batch_size=4, steps=120, validate_every=60, save_every=40)
    folder = tmp_path / "two"
    orders = Orders(cancel_after=3)
    with pytest.raises(TrainingCancelled, match="its state is kept"):
        train_by_two(job, folder, orders)
    assert not is_alive(orders.of(Started)[0].pid)
    assert 3 <= newest_step(folder) < job.steps
    alone, _ = run(job, tmp_path / "one")
    ended, later = run(job, folder)
    assert later.of(Step)[0].step == newest_step_told(later) + 1
    first, second = ([loss for _, loss in result.losses] for result in (alone, ended))
    assert second == pytest.approx(first, rel=1e-3)  # 120 steps carry differences on


def newest_step_told(orders):
    """The step from which a training said that it goes on."""
    return next(int(event.text.rpartition(" ")[2]) for event in orders.of(Stage) if event.name == "resuming")


def test_a_cancel_reaches_both_processes_and_lets_them_save(pair, tmp_path):
    family = Family()
    with pytest.raises(TrainingCancelled, match="Queue the same job again"):
        run_body(FOLLOWS_ORDERS, pair, tmp_path, on_event=family.hear, is_cancelled=family.is_whole)
    assert family.is_gone()
    assert {file.name for file in (tmp_path / "run").glob("saved*")} == {"saved0", "saved1"}


def test_two_processes_that_do_not_listen_are_killed_with_their_launcher(pair, tmp_path, monkeypatch):
    monkeypatch.setattr(ending, "SECONDS_TO_SAVE", 0.2)
    monkeypatch.setattr(ending, "SECONDS_TO_DIE", 0.2)
    family = Family()
    with pytest.raises(TrainingCancelled):
        run_body(IGNORES_ORDERS, pair, tmp_path, on_event=family.hear, is_cancelled=family.is_whole)
    wait_until(family.is_gone)


def test_both_processes_and_their_launcher_end_when_the_host_is_killed(pair, tmp_path):
    write_worker(tmp_path / "worker.py", FOLLOWS_ORDERS)
    (tmp_path / "job.txt").write_text(pair.to_json())
    host = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(HOST), str(ROOT), str(tmp_path), sys.executable], stdout=subprocess.PIPE
    )
    family = Family()
    for _ in range(2):
        family.hear(Stage("pid", host.stdout.readline().decode()))
    host.kill()
    host.wait()
    host.stdout.close()
    wait_until(family.is_gone)
    assert {file.name for file in (tmp_path / "run").glob("saved*")} == {"saved0", "saved1"}


def test_both_processes_end_when_their_launcher_is_killed(pair, tmp_path):
    family = Family()

    def hear(event):
        family.hear(event)
        if family.is_whole():
            psutil.Process(family.launcher).kill()

    with pytest.raises(TrainingFailed, match="killed by the system" if os.name != "nt" else "exit code"):
        run_body(FOLLOWS_ORDERS, pair, tmp_path, on_event=hear)
    wait_until(family.is_gone)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_one_process_killed_by_the_system_is_explained_and_ends_the_other(pair, tmp_path):
    family = Family()

    def hear(event):
        family.hear(event)
        if family.is_whole():
            os.kill(family.workers[1], signal.SIGKILL)

    with pytest.raises(TrainingFailed, match=r"killed by the system.*memory ran out"):
        run_body(FOLLOWS_ORDERS, pair, tmp_path, on_event=hear)
    wait_until(family.is_gone)


@pytest.mark.long
def test_what_someone_else_cancels_is_cancelled_and_not_failed(pair, tmp_path):
    family = Family()

    def hear(event):
        family.hear(event)
        if family.is_whole():
            (tmp_path / "run" / CANCEL_FILE).touch()

    with pytest.raises(TrainingCancelled):
        run_body(FOLLOWS_ORDERS, pair, tmp_path, on_event=hear)


@pytest.mark.long
def test_stop_and_keep_reaches_both_processes(pair, tmp_path):
    family = Family()

    def hear(event):
        family.hear(event)
        if family.is_whole():
            stop_and_keep(tmp_path / "run")

    assert run_body(FOLLOWS_ORDERS, pair, tmp_path, on_event=hear).stopped_early
    assert family.is_gone()


def test_the_first_of_several_failures_is_the_one_that_is_raised(pair, tmp_path):
    body = """
    events(Failed('training_failed', 'The loss became nan.'))
    events(Failed('training_failed', 'Connection closed by peer'))
    sys.exit(1)
    """
    with pytest.raises(TrainingFailed, match=r"The loss became nan\."):
        run_body(body, replace(pair, devices=1), tmp_path)


@pytest.mark.skipif(torch.cuda.device_count() >= 64, reason="needs a machine that lacks GPUs")
def test_more_processes_than_gpus_are_refused_before_anything_starts(pair, tmp_path):
    with pytest.raises(InvalidSetting, match=rf"devices is 64, but torch sees {torch.cuda.device_count()} GPU"):
        run_body("finish()", replace(pair, device="cuda", devices=64), tmp_path)
    assert not Path(tmp_path / "run" / "job.json").exists()
