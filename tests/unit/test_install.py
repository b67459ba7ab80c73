"""What install.py decides to do about onnxruntime; tests/providers carries it out with the real pip."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from facechain.providers.onnxruntime_choice import Distribution, Machine, installer
from facechain.providers.onnxruntime_installation import Kind, OnnxRuntimeState

FILE = Path(__file__).resolve().parents[2] / "install.py"
LINUX = Machine("linux", "x86_64", (3, 12))
WINDOWS = Machine("win32", "AMD64", (3, 12))
OLD_PYTHON = Machine("linux", "x86_64", (3, 10))
MAC = Machine("darwin", "arm64", (3, 12))
ARM = Machine("linux", "aarch64", (3, 12))
CPU = Distribution("onnxruntime", "1.32.0")
GPU_12, GPU_13 = Distribution("onnxruntime-gpu", "1.26.0"), Distribution("onnxruntime-gpu", "1.31.1")
FIRST_GPU_13 = Distribution("onnxruntime-gpu", "1.27.0")
DIRECTML = Distribution("onnxruntime-directml", "1.24.4")


def load_install():
    spec = importlib.util.spec_from_file_location("facechain_install", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["facechain_install"] = module
    spec.loader.exec_module(module)
    return module


install = load_install()


def state(kind, *distributions, torch_cuda=None, machine=LINUX):
    return OnnxRuntimeState(kind, distributions, None, torch_cuda, machine)


@pytest.mark.parametrize("machine", [LINUX, WINDOWS, MAC, ARM])
@pytest.mark.parametrize("torch_cuda", [None, 12, 13])
@pytest.mark.parametrize("kind", [Kind.WORKS, Kind.CPU_ONLY])
@pytest.mark.parametrize("one", [CPU, GPU_12, GPU_13, DIRECTML])
def test_one_that_works_is_left_alone(machine, torch_cuda, kind, one):
    found = state(kind, one, torch_cuda=torch_cuda, machine=machine)
    assert install.plan(found) == install.Plan(found.sentence, (), "")


@pytest.mark.parametrize(
    ("machine", "torch_cuda", "requirement"),
    [
        (LINUX, 13, "onnxruntime-gpu>=1.27"),
        (WINDOWS, 13, "onnxruntime-gpu>=1.27"),
        (LINUX, 12, "onnxruntime-gpu>=1.21,<1.27"),
        (WINDOWS, 12, "onnxruntime-gpu>=1.21,<1.27"),
        (OLD_PYTHON, 12, "onnxruntime-gpu>=1.21,<1.27"),
        (OLD_PYTHON, 13, "onnxruntime-gpu>=1.18"),
        (LINUX, 11, "onnxruntime-gpu>=1.18"),
        (LINUX, None, "onnxruntime-gpu>=1.18"),
        (MAC, None, "onnxruntime>=1.18"),
        (ARM, 13, "onnxruntime>=1.18"),
    ],
)
@pytest.mark.parametrize("kind", [Kind.MISSING, Kind.HOLLOW])
def test_where_nothing_is_the_one_for_the_cuda_of_torch_is_installed(kind, machine, torch_cuda, requirement):
    found = state(kind, torch_cuda=torch_cuda, machine=machine)
    assert install.plan(found) == install.Plan(f"{found.fact} Installing {requirement}.", (), requirement)


@pytest.mark.parametrize(
    ("distributions", "torch_cuda", "machine", "requirement"),
    [
        ((CPU, GPU_13), 13, LINUX, "onnxruntime-gpu==1.31.1"),
        ((CPU, GPU_13), None, LINUX, "onnxruntime-gpu==1.31.1"),
        ((CPU, GPU_13), 12, LINUX, "onnxruntime-gpu>=1.21,<1.27"),
        ((CPU, GPU_12), 12, WINDOWS, "onnxruntime-gpu==1.26.0"),
        ((CPU, FIRST_GPU_13), 12, WINDOWS, "onnxruntime-gpu>=1.21,<1.27"),
        ((CPU, FIRST_GPU_13), 13, WINDOWS, "onnxruntime-gpu==1.27.0"),
        ((CPU, GPU_12), 13, WINDOWS, "onnxruntime-gpu>=1.27"),
        ((CPU, DIRECTML), None, WINDOWS, "onnxruntime-directml==1.24.4"),
        ((GPU_13, DIRECTML), None, WINDOWS, "onnxruntime-directml==1.24.4"),
        ((GPU_13, DIRECTML), 13, WINDOWS, "onnxruntime-gpu==1.31.1"),
        ((CPU, Distribution("onnxruntime-silicon", "1.16.3")), None, MAC, "onnxruntime-silicon==1.16.3"),
    ],
)
def test_of_two_the_one_stays_that_fits_and_in_its_version(distributions, torch_cuda, machine, requirement):
    planned = install.plan(state(Kind.DOUBLED, *distributions, torch_cuda=torch_cuda, machine=machine))
    assert planned.remove == tuple(one.name for one in distributions)
    assert planned.install == requirement


@pytest.mark.parametrize(
    ("one", "torch_cuda", "requirement"),
    [(GPU_13, 12, "onnxruntime-gpu>=1.21,<1.27"), (GPU_12, 13, "onnxruntime-gpu>=1.27")],
)
def test_one_of_another_cuda_than_torch_is_replaced(one, torch_cuda, requirement):
    planned = install.plan(state(Kind.OTHER_CUDA, one, torch_cuda=torch_cuda))
    assert (planned.remove, planned.install) == (("onnxruntime-gpu",), requirement)


def test_a_hollow_one_is_removed_and_installed_again_in_its_version():
    planned = install.plan(state(Kind.HOLLOW, GPU_13, torch_cuda=13))
    assert (planned.remove, planned.install) == (("onnxruntime-gpu",), "onnxruntime-gpu==1.31.1")
    assert planned.sentence.startswith("onnxruntime-gpu 1.31.1 is there in part only")


@pytest.mark.parametrize(
    ("tool", "actions"),
    [
        (("-m", "pip"), ["download", "uninstall", "install"]),
        (("-m", "uv", "pip"), ["install", "uninstall", "install"]),
    ],
)
def test_nothing_is_removed_before_its_successor_was_downloaded_and_nothing_else_is_installed(tool, actions):
    planned = install.Plan("", ("onnxruntime", "onnxruntime-gpu"), "onnxruntime-gpu>=1.27")
    commands = planned.commands("folder", tool)
    assert [command[: len(tool) + 2] for command in commands] == [(sys.executable, *tool, one) for one in actions]
    assert [command[-1] for command in commands] == [
        "onnxruntime-gpu>=1.27",
        "onnxruntime-gpu",
        "onnxruntime-gpu>=1.27",
    ]
    assert all("--no-deps" in command for command in (commands[0], commands[2]))
    assert "folder" in commands[0]


def test_without_anything_to_remove_nothing_is_removed():
    commands = install.Plan("", (), "onnxruntime>=1.18").commands("folder", ("-m", "pip"))
    assert [command[3] for command in commands] == ["download", "install"]


def test_pip_is_called_where_it_is_installed():
    assert installer() == ("-m", "pip")


def test_it_decides_without_any_package_and_without_its_own_folder_on_the_search_path():
    # -I: as in ComfyUI's portable build. -S: nothing beyond the standard library.
    program = (
        "import importlib.util, sys\n"
        f"spec = importlib.util.spec_from_file_location('install', {str(FILE)!r})\n"
        "sys.modules['install'] = module = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(module)\n"
        "module._load_core()\n"
        "from facechain.providers.onnxruntime_installation import diagnose\n"
        "print(module.plan(diagnose()).sentence)\n"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("onnxruntime is not installed. Installing onnxruntime")


def test_a_script_finds_its_modules_where_python_does_not_look_beside_it():
    python, *call = install.script_call("models.py", "fetch", "--help")
    done = subprocess.run([python, "-I", *call], capture_output=True, text=True, check=True)
    assert "--folder" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="the shell of Windows quotes otherwise")
def test_what_a_person_types_keeps_its_bounds_from_the_shell():
    typed = state(Kind.DOUBLED, CPU, GPU_13, torch_cuda=12).commands
    assert typed[0].endswith(" -m pip uninstall onnxruntime onnxruntime-gpu")
    assert typed[1].endswith(" -m pip install 'onnxruntime-gpu>=1.21,<1.27'")
