"""Starting, following and ending a worker. The workers here are small scripts; see test_worker.py for the real one."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import replace

import pytest
from support_waiting import wait_until
from support_worker import FOLLOWS_ORDERS, HOST, ROOT, is_alive, run_body, write_worker

from facechain import errors
from facechain.training import ending
from facechain.training.job import TrainJob
from facechain.training.process import finished_result, stop_and_keep
from facechain.training.result import TrainResult


@pytest.fixture
def job(tmp_path):
    return TrainJob(tmp_path, "d" * 64, tmp_path / "base.safetensors", "b" * 64, tmp_path, "alice", steps=2)


@pytest.fixture
def run(job, tmp_path):
    """Runs a worker with this body; further arguments replace those of run_training."""

    def run(body, **changes):
        return run_body(body, changes.pop("job", job), tmp_path, **changes)

    return run


def test_events_arrive_in_order_and_the_result_is_returned(run, job):
    seen = []
    result = run("for n in (1, 2): events(Step(n, 2, 0.5, 0.5, 1e-4, 0.1, 0))\nfinish()", on_event=seen.append)
    assert [event.step for event in seen] == [1, 2]
    assert (result.job_id, result.steps, result.losses) == (job.id, 2, ((1, 0.5),))


def test_a_finished_job_returns_in_less_than_a_second_without_a_worker(run):
    run("finish()")
    began = time.monotonic()
    again = run("sys.exit('must not start')", on_event=pytest.fail)
    assert again.steps == 2
    assert time.monotonic() - began < 1


def test_a_changed_lora_file_is_not_taken_for_the_result(run, job, tmp_path):
    run("finish()")
    (tmp_path / "run" / "lora.safetensors").write_bytes(b"other weights")
    assert finished_result(job, tmp_path / "run") is None
    with pytest.raises(errors.TrainingFailed, match="was changed after training"):
        TrainResult.read(tmp_path / "run")
    assert run("finish()").lora.read_bytes() == b"weights"


@pytest.mark.parametrize("content", [b"", b"[]", b'{"job_id": 1}', b"\xff\xfe"])
def test_a_damaged_result_file_means_that_there_is_none(job, tmp_path, content):
    (tmp_path / "result.json").write_bytes(content)
    assert finished_result(job, tmp_path) is None


def test_the_result_of_another_job_is_not_returned(run, job):
    run("finish()")
    assert run("finish()", job=replace(job, seed=9)).job_id == replace(job, seed=9).id


def test_a_worker_that_dies_is_reported_with_the_end_of_its_log(run):
    body = "for n in range(100): print('line', n)\nos._exit(7)"
    with pytest.raises(errors.TrainingFailed, match=r"exit code 7.*Queue the same job again") as caught:
        run(body)
    assert "line 99" in str(caught.value)
    assert "line 60" in str(caught.value)
    assert "line 59\n" not in str(caught.value)  # the last 40 lines


def test_the_log_of_an_earlier_run_is_not_blamed(run):
    with pytest.raises(errors.TrainingFailed, match="first death"):
        run("print('first death'); os._exit(1)")
    with pytest.raises(errors.TrainingFailed, match="log is empty") as caught:
        run("os._exit(1)")
    assert "first death" not in str(caught.value)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_worker_killed_by_the_system_is_explained_by_memory(run):
    with pytest.raises(errors.TrainingFailed, match=r"killed by the system.*memory ran out"):
        run("os.kill(os.getpid(), 9)")


def test_an_error_of_the_worker_arrives_as_its_own_class(run):
    with pytest.raises(errors.WrongBaseModel, match="This is SDXL"):
        run("events(Failed('wrong_base_model', 'This is SDXL.'))\nsys.exit(1)")


def test_an_error_code_of_a_later_version_is_a_failed_training(run):
    with pytest.raises(errors.TrainingFailed, match="New trouble"):
        run("events(Failed('unheard_of', 'New trouble.'))\nsys.exit(1)")


def test_cancel_lets_the_worker_save_and_then_raises(run, tmp_path):
    seen = []
    with pytest.raises(errors.TrainingCancelled, match="Queue the same job again"):
        run(FOLLOWS_ORDERS, on_event=seen.append, is_cancelled=lambda: bool(seen))
    assert (tmp_path / "run" / "saved").exists()
    assert not is_alive(int(seen[0].text))


def test_an_exception_of_the_host_ends_the_worker_like_a_cancel(run, tmp_path):
    pids = []

    def interrupt(event):
        pids.append(int(event.text))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(FOLLOWS_ORDERS, on_event=interrupt)
    assert (tmp_path / "run" / "saved").exists()
    assert not is_alive(pids[0])


@pytest.mark.skipif(os.name == "nt", reason="Windows terminates at once")
def test_a_worker_that_does_not_listen_is_killed_with_its_children(run, monkeypatch):
    monkeypatch.setattr(ending, "SECONDS_TO_SAVE", 0.2)
    monkeypatch.setattr(ending, "SECONDS_TO_DIE", 0.2)
    body = """
    import signal, subprocess
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    events(Stage("pid", str(os.getpid())))
    events(Stage("pid", str(child.pid)))
    time.sleep(60)
    """
    seen = []
    with pytest.raises(errors.TrainingCancelled):
        run(body, on_event=seen.append, is_cancelled=lambda: len(seen) == 2)
    for event in seen:
        wait_until(lambda pid=int(event.text): not is_alive(pid))


def test_stop_and_keep_returns_what_there_is_and_says_so(run, tmp_path):
    result = run(FOLLOWS_ORDERS, on_event=lambda event: stop_and_keep(tmp_path / "run"))
    assert result.stopped_early


def test_orders_to_an_earlier_run_do_not_reach_the_next(run, tmp_path):
    (tmp_path / "run").mkdir()
    stop_and_keep(tmp_path / "run")
    (tmp_path / "run" / "cancel").touch()
    run("assert not (folder / 'cancel').exists() and not (folder / 'stop').exists()\nfinish()")


def test_two_runs_of_one_job_do_not_run_at_once(run):
    started, let_go, refusals = threading.Event(), threading.Event(), []

    def second():
        started.wait(20)
        try:
            run(FOLLOWS_ORDERS)
        except errors.TrainingBusy as error:
            refusals.append(str(error))
        finally:
            let_go.set()

    thread = threading.Thread(target=second)
    thread.start()
    with pytest.raises(errors.TrainingCancelled):
        run(FOLLOWS_ORDERS, on_event=lambda event: started.set(), is_cancelled=let_go.is_set)
    thread.join()
    assert refusals == ["Training run is running already. Wait until it ends, or stop it first."]


def test_a_folder_that_cannot_be_written_raises_before_a_worker_starts(run, tmp_path):
    (tmp_path / "run").write_text("a file, not a folder")
    with pytest.raises(FileExistsError):
        run("finish()")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_a_worker_ends_by_itself_when_the_host_is_killed(job, tmp_path):
    write_worker(tmp_path / "worker.py", FOLLOWS_ORDERS)
    (tmp_path / "job.txt").write_text(job.to_json())
    host = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(HOST), str(ROOT), str(tmp_path), sys.executable], stdout=subprocess.PIPE
    )
    pid = int(host.stdout.readline())
    assert is_alive(pid)
    host.send_signal(signal.SIGKILL)
    host.wait()
    host.stdout.close()
    wait_until(lambda: not is_alive(pid))
    assert (tmp_path / "run" / "saved").exists()  # asked to save, not just swept away


def test_the_worker_gets_no_allocator_settings_and_no_hub(run, monkeypatch):
    monkeypatch.setenv("PYTORCH_CUDA_ALLOC_CONF", "backend:cudaMallocAsync")
    run("assert 'PYTORCH_CUDA_ALLOC_CONF' not in os.environ\nassert os.environ['HF_HUB_OFFLINE'] == '1'\nfinish()")


def test_results_hash_is_that_of_the_file(run):
    result = run("finish()")
    assert result.lora_sha256 == hashlib.sha256(result.lora.read_bytes()).hexdigest()
    assert json.loads((result.lora.parent / "result.json").read_text())["lora"] == "lora.safetensors"
