"""What is found out about onnxruntime from its files, and what install.py makes of it with the real pip."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pip
import pytest

from facechain.providers.onnxruntime_choice import Distribution, Machine, this_machine
from facechain.providers.onnxruntime_installation import Kind, OnnxRuntimeState, diagnose

ROOT = Path(__file__).resolve().parents[2]
PC = Machine("linux", "x86_64", (3, 11))
MAC = Machine("darwin", "arm64", (3, 11))
CPU, GPU = Distribution("onnxruntime", "1.32.0"), Distribution("onnxruntime-gpu", "1.31.1")
FITTING = GPU if this_machine().has_gpu_wheels else CPU
"""What belongs onto the machine of the tests."""
SHARED = ("__init__.py", "capi/__init__.py", "capi/onnxruntime_inference_collection.py")
DEFINITION = "from onnxruntime.capi.onnxruntime_inference_collection import InferenceSession\n"


def files_of(one: Distribution, cuda: str = "") -> dict[str, str]:
    """Path in the folder of packages -> content, as in the published wheel with its large files left out."""
    info = f"{one.name.replace('-', '_')}-{one.version}.dist-info"
    build = f"package_name = '{one.name}'\n__version__ = '{one.version}'\n"
    files = dict.fromkeys((f"onnxruntime/{path}" for path in SHARED), "")
    files["onnxruntime/__init__.py"] = DEFINITION
    files["onnxruntime/capi/onnxruntime_inference_collection.py"] = "class InferenceSession: ...\n"
    files["onnxruntime/capi/build_and_package_info.py"] = build + (f"cuda_version = '{cuda}'\n" if cuda else "")
    files[f"onnxruntime/capi/libonnxruntime.so.{one.version}"] = "library"
    files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {one.name}\nVersion: {one.version}\n"
    files[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: py3-none-any\n"
    return files


def install(folder: Path, one: Distribution, cuda: str = "") -> None:
    for path, content in files_of(one, cuda).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content)


def uninstall(folder: Path, one: Distribution) -> None:
    for path in files_of(one):
        (folder / path).unlink()


def install_torch(folder: Path, cuda: str | None) -> None:
    (folder / "torch").mkdir()
    (folder / "torch" / "__init__.py").touch()
    (folder / "torch" / "version.py").write_text(
        f"__version__ = '2.11.0'\ncuda: Optional[str] = {cuda!r}\nhip: Optional[str] = '6.4'\n"
    )


def state_of(folder: Path, machine: Machine = PC) -> OnnxRuntimeState:
    return diagnose([str(folder)], machine)


def test_no_onnxruntime_is_missing(tmp_path):
    state = state_of(tmp_path)
    assert (state.kind, state.distributions) == (Kind.MISSING, ())
    assert state.sentence.startswith("onnxruntime is not installed. Stop ComfyUI and run `")


@pytest.mark.parametrize(("one", "cuda", "built_for"), [(CPU, "", None), (GPU, "13.0", 13)])
def test_a_single_distribution_works(tmp_path, one, cuda, built_for):
    install(tmp_path, one, cuda)
    state = state_of(tmp_path)
    assert (state.kind, state.distributions, state.built_for) == (Kind.WORKS, (one,), built_for)
    assert (state.sentence, state.commands) == (f"{one} is installed.", ())


def test_a_package_without_metadata_works(tmp_path):
    install(tmp_path, CPU)
    shutil.rmtree(tmp_path / "onnxruntime-1.32.0.dist-info")
    assert state_of(tmp_path).sentence == "onnxruntime is installed."


@pytest.mark.parametrize("name", ["onnxruntime-gpu", "onnxruntime-directml", "onnxruntime-openvino"])
def test_two_distributions_in_one_folder_are_doubled(tmp_path, name):
    install(tmp_path, Distribution(name, "1.31.1"))
    install(tmp_path, CPU)
    state = state_of(tmp_path)
    assert state.kind is Kind.DOUBLED
    assert state.sentence.startswith(
        f"onnxruntime 1.32.0 and {name} 1.31.1 are installed over each other in one folder."
    )


def test_what_the_removal_of_the_other_one_leaves_is_hollow(tmp_path):
    install(tmp_path, GPU, "13.0")
    install(tmp_path, CPU)
    uninstall(tmp_path, CPU)
    state = state_of(tmp_path)
    assert (state.kind, state.distributions) == (Kind.HOLLOW, (GPU,))
    assert "onnxruntime-gpu 1.31.1 is there in part only" in state.sentence


def test_a_folder_without_a_package_is_hollow(tmp_path):
    (tmp_path / "onnxruntime" / "capi").mkdir(parents=True)
    assert (state_of(tmp_path).kind, state_of(tmp_path).distributions) == (Kind.HOLLOW, ())


@pytest.mark.parametrize("path", ["__init__.py", "capi/onnxruntime_inference_collection.py"])
def test_a_package_that_lacks_a_file_of_its_own_is_hollow(tmp_path, path):
    install(tmp_path, CPU)
    (tmp_path / "onnxruntime" / path).unlink()
    assert state_of(tmp_path).kind is Kind.HOLLOW


def test_what_was_installed_a_moment_ago_is_seen(tmp_path):
    assert state_of(tmp_path).kind is Kind.MISSING
    before = tmp_path.stat().st_mtime_ns
    install(tmp_path, CPU)
    os.utime(tmp_path, ns=(before, before))  # as on a file system with coarse times
    assert state_of(tmp_path).kind is Kind.WORKS


def test_packages_of_similar_names_do_not_count(tmp_path):
    install(tmp_path, CPU)
    for name in ("onnxruntime_extensions", "onnxruntime_genai"):
        (tmp_path / f"{name}-1.0.dist-info").mkdir()
        (tmp_path / f"{name}-1.0.dist-info" / "METADATA").write_text(f"Name: {name}\nVersion: 1.0\n")
    assert state_of(tmp_path).kind is Kind.WORKS


def test_the_first_folder_of_the_search_path_is_in_effect(tmp_path):
    install(tmp_path / "user", CPU)
    install(tmp_path / "system", Distribution("onnxruntime", "1.20.0"))
    state = diagnose([str(tmp_path / "user"), str(tmp_path / "system")], PC)
    assert (state.kind, state.distributions) == (Kind.WORKS, (CPU,))


@pytest.mark.parametrize(
    ("one", "built_for", "torch_cuda", "machine", "kind"),
    [
        (GPU, "13.0", "13.0", PC, Kind.WORKS),
        (GPU, "13.0", "12.8", PC, Kind.OTHER_CUDA),
        (GPU, "12.8", "13.0", PC, Kind.OTHER_CUDA),
        (GPU, "13.0", None, PC, Kind.WORKS),
        (GPU, "13.0", "11.8", PC, Kind.WORKS),
        (CPU, "", "13.0", PC, Kind.CPU_ONLY),
        (CPU, "", None, PC, Kind.WORKS),
        (CPU, "", "13.0", Machine("linux", "aarch64", (3, 11)), Kind.WORKS),
        (GPU, "12.8", "13.0", Machine("linux", "x86_64", (3, 10)), Kind.WORKS),
        (Distribution("onnxruntime-directml", "1.24.4"), "", "12.8", PC, Kind.WORKS),
    ],
)
def test_cuda_counts_where_a_fitting_onnxruntime_is_published(tmp_path, one, built_for, torch_cuda, machine, kind):
    install(tmp_path, one, built_for)
    install_torch(tmp_path, torch_cuda)
    assert state_of(tmp_path, machine).kind is kind


def test_another_cuda_is_named_with_the_command_that_mends_it(tmp_path):
    install(tmp_path, GPU, "13.0")
    install_torch(tmp_path, "12.8")
    state = state_of(tmp_path)
    assert state.fact == "onnxruntime-gpu 1.31.1 is built for CUDA 13, but torch has CUDA 12, so it runs on the CPU."
    assert [line.partition(" -m pip ")[2].replace('"', "").replace("'", "") for line in state.commands] == [
        "uninstall onnxruntime-gpu",
        "install onnxruntime-gpu>=1.21,<1.27",
    ]


@pytest.mark.skipif(os.name == "nt", reason="the shell of Windows quotes otherwise")
def test_commands_are_typed_for_this_python_with_quotes_around_bounds(tmp_path):
    (line,) = state_of(tmp_path).commands
    assert line == f"{sys.executable} -m pip install 'onnxruntime-gpu>=1.18'"


def test_a_mac_is_told_of_the_onnxruntime_that_exists_for_it(tmp_path):
    assert state_of(tmp_path, MAC).requirement == "onnxruntime>=1.18"


def test_onnxruntime_is_not_imported():
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from facechain.providers.onnxruntime_installation import diagnose\n"
        "diagnose()\n"
        "assert not {'onnxruntime', 'torch', 'numpy'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.fixture(scope="module")
def wheels(tmp_path_factory) -> Path:
    """A folder of wheels that real pip installs."""
    folder = tmp_path_factory.mktemp("wheels")
    for one, cuda in ((CPU, ""), (GPU, "13.0")):
        files = files_of(one, cuda)
        record = next(path for path in files if path.endswith("METADATA")).replace("METADATA", "RECORD")
        with zipfile.ZipFile(folder / f"{one.name.replace('-', '_')}-{one.version}-py3-none-any.whl", "w") as wheel:
            for path, content in files.items():
                wheel.writestr(path, content)
            wheel.writestr(record, "".join(f"{path},,\n" for path in (*files, record)))
    return folder


class FreshPython:
    """A Python of its own with pip, both distributions installed over each other."""

    def __init__(self, folder: Path, wheels: Path) -> None:
        venv.EnvBuilder(with_pip=False, symlinks=os.name != "nt").create(folder)
        self.python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        self.packages = next(folder.rglob("site-packages"))
        # A copy: bringing pip in the regular way takes four seconds.
        shutil.copytree(Path(pip.__file__).parent, self.packages / "pip")
        self._environ = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}
        self.run("-m", "pip", "install", "-q", "--no-deps", "onnxruntime-gpu", "onnxruntime")

    def run(self, *arguments: str, **environ: str) -> str:
        command = [str(self.python), "-I", *arguments]
        done = subprocess.run(command, env=self._environ | environ, capture_output=True, text=True, check=True)
        return done.stdout

    def mend(self, **environ: str) -> list[str]:
        """What the part of install.py for onnxruntime says."""
        program = (
            "import importlib.util, sys\n"
            f"spec = importlib.util.spec_from_file_location('install', {str(ROOT / 'install.py')!r})\n"
            "sys.modules['install'] = module = importlib.util.module_from_spec(spec)\n"
            "spec.loader.exec_module(module)\n"
            "module.mend_onnxruntime()\n"
        )
        return [line for line in self.run("-c", program, **environ).splitlines() if line.startswith("FaceChain: ")]

    @property
    def state(self) -> OnnxRuntimeState:
        return state_of(self.packages)


@pytest.fixture
def fresh_python(tmp_path, wheels) -> FreshPython:
    return FreshPython(tmp_path / "python", wheels)


def test_install_puts_one_distribution_in_the_place_of_two(fresh_python):
    assert fresh_python.state.kind is Kind.DOUBLED
    said = fresh_python.mend()
    assert (fresh_python.state.kind, fresh_python.state.distributions) == (Kind.WORKS, (FITTING,))
    assert said[0].endswith(f"in one folder. Installing {FITTING.name}=={FITTING.version}.")
    assert said[1] == f"FaceChain: {FITTING} is installed."
    assert fresh_python.mend() == said[1:]


def test_install_fills_a_hollow_onnxruntime(fresh_python):
    fresh_python.run("-m", "pip", "uninstall", "-q", "-y", "onnxruntime")
    assert fresh_python.state.kind is Kind.HOLLOW
    fresh_python.mend()
    assert fresh_python.run("-c", "import onnxruntime; print(onnxruntime.InferenceSession.__name__)").strip() == (
        "InferenceSession"
    )


def test_install_without_a_network_leaves_everything_as_it_is_and_says_what_to_type(fresh_python, tmp_path):
    before = sorted(fresh_python.packages.rglob("onnxruntime*/**/*"))
    said = fresh_python.mend(PIP_FIND_LINKS=str(tmp_path))
    assert sorted(fresh_python.packages.rglob("onnxruntime*/**/*")) == before
    assert "That did not work." in said[1]
    assert "-m pip uninstall onnxruntime onnxruntime-gpu`" in said[1]
