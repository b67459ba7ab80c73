"""Command lines and environments of workers, for systems that this machine is not."""

import subprocess
from dataclasses import replace
from pathlib import PurePosixPath, PureWindowsPath

import pytest

from facechain.errors import InvalidSetting
from facechain.training.job import TrainJob
from facechain.training.launch import Launch, own_group, require_gpus, worker_environment

LAUNCH = Launch(
    "/usr/bin/python3", PurePosixPath("/ext/train_worker.py"), PurePosixPath("/jobs/ab"), devices=1, port=0, threads=0
)
PAIR = replace(LAUNCH, devices=2, port=29871, threads=4)
PORTABLE = Launch(
    r"C:\ComfyUI portable\python_embeded\python.exe",
    PureWindowsPath(r"C:\ComfyUI portable\custom_nodes\facechain\train_worker.py"),
    PureWindowsPath(r"\\nas\Zoë's jobs\ab"),
    devices=1,
    port=0,
    threads=0,
)


@pytest.fixture
def job(tmp_path):
    return TrainJob(tmp_path, "d" * 64, tmp_path / "base", "b" * 64, tmp_path, "alice", steps=2)


def test_one_process_is_started_directly():
    assert LAUNCH.command() == ["/usr/bin/python3", "-s", "-u", "/ext/train_worker.py", "/jobs/ab"]


def test_two_processes_are_started_by_accelerate_on_one_machine_without_mixed_precision():
    command = PAIR.command()
    assert command[:6] == ["/usr/bin/python3", "-s", "-u", "-m", "accelerate.commands.launch", "--multi_gpu"]
    assert command[-2:] == ["/ext/train_worker.py", "/jobs/ab"]
    settings = dict(zip(command[6:-2:2], command[7:-2:2], strict=True))
    assert settings == {
        "--num_processes": "2",
        "--num_machines": "1",
        "--machine_rank": "0",
        "--main_process_port": "29871",
        "--num_cpu_threads_per_process": "4",
        "--gpu_ids": "all",
        "--mixed_precision": "no",
        "--dynamo_backend": "no",
    }


def test_accelerate_understands_the_command_and_starts_two_processes_on_a_cpu_too():
    from accelerate.commands.launch import _validate_launch_command, launch_command_parser

    parsed, _, _ = _validate_launch_command(launch_command_parser().parse_args(PAIR.command()[5:]))
    assert (parsed.num_processes, parsed.multi_gpu, parsed.cpu) == (2, True, False)  # with cpu it starts only one
    assert (parsed.training_script, parsed.training_script_args) == ("/ext/train_worker.py", ["/jobs/ab"])


def test_drive_letters_shares_blanks_and_quotes_reach_windows_as_they_are():
    line = subprocess.list2cmdline(PORTABLE.command())
    assert line == (
        r'"C:\ComfyUI portable\python_embeded\python.exe" -s -u '
        r'"C:\ComfyUI portable\custom_nodes\facechain\train_worker.py" "\\nas\Zoë' + "'" + r's jobs\ab"'
    )


@pytest.mark.parametrize("python", ["/venv/bin/python", "/conda/envs/a b/bin/python", PORTABLE.python])
def test_the_hosts_own_python_runs_without_the_users_packages(python):
    for devices in (1, 2):
        assert replace(LAUNCH, python=python, devices=devices).command()[:2] == [python, "-s"]
    assert worker_environment({}, 1, system="posix")["PYTHONNOUSERSITE"] == "1"  # for accelerate's children


def test_what_the_host_needs_for_itself_does_not_reach_the_worker():
    host = {
        "PATH": "/bin",
        "CUDA_VISIBLE_DEVICES": "1",
        "PYTORCH_CUDA_ALLOC_CONF": "backend:cudaMallocAsync",
        "PYTORCH_ALLOC_CONF": "backend:cudaMallocAsync",
        "ACCELERATE_MIXED_PRECISION": "bf16",
        "ACCELERATE_USE_DEEPSPEED": "true",
        "MASTER_PORT": "29500",
        "WORLD_SIZE": "4",
        "RANK": "3",
        "LOCAL_RANK": "3",
    }
    kept = worker_environment(host, 77, system="posix")
    assert set(kept) & set(host) == {"PATH", "CUDA_VISIBLE_DEVICES"}
    assert kept["FACECHAIN_HOST_PROCESS"] == "77"
    assert kept["HF_HUB_OFFLINE"] == "1"
    assert "USE_LIBUV" not in kept


def test_on_windows_processes_meet_without_libuv():
    assert worker_environment({}, 1, system="nt")["USE_LIBUV"] == "0"


def test_a_worker_is_in_a_group_of_its_own_and_opens_no_window():
    assert own_group("posix") == {"start_new_session": True}
    assert own_group("nt") == {"creationflags": 0x08000200}  # CREATE_NEW_PROCESS_GROUP and CREATE_NO_WINDOW


@pytest.mark.parametrize(
    ("device", "devices", "gpus"), [("cpu", 8, 0), ("auto", 2, 0), ("auto", 2, 2), ("cuda", 2, 3), ("cpu", 4, 1)]
)
def test_processes_that_find_their_devices_are_allowed(job, device, devices, gpus):
    require_gpus(replace(job, device=device, devices=devices), gpus)


@pytest.mark.parametrize(
    ("device", "devices", "gpus", "message"),
    [
        ("cuda", 2, 1, r"devices is 2, but torch sees 1 GPU here\. Set devices to 1"),
        ("auto", 4, 3, r"devices is 4, but torch sees 3 GPUs here\. Set devices to 3"),
        ("cuda", 2, 0, r"devices is 2, but torch sees 0 GPUs here\. Set devices to 1"),
    ],
)
def test_more_processes_than_gpus_are_refused_with_the_right_number(job, device, devices, gpus, message):
    with pytest.raises(InvalidSetting, match=message):
        require_gpus(replace(job, device=device, devices=devices), gpus)
