"""What is wrong with this Python's onnxruntime, from its files alone. Standard library only, as install.py needs.

All its distributions (onnxruntime, onnxruntime-gpu, ...) own one folder. Installed over each other
the last one wins, and the removal of one takes away files that the other needs, while pip still
calls that one installed.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import re
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from importlib.machinery import PathFinder
from pathlib import Path

from .onnxruntime_choice import Distribution, Machine, fitting_requirement, installer, this_machine

_SHARING_THE_FOLDER = (
    "onnxruntime",
    "onnxruntime-gpu",
    "onnxruntime-directml",
    "onnxruntime-silicon",
    "onnxruntime-openvino",
    "onnxruntime-rocm",
    "onnxruntime-migraphx",
    "onnxruntime-qnn",
    "onnxruntime-training",
    "ort-nightly",
    "ort-nightly-gpu",
    "ort-nightly-directml",
)
_SESSION_FILE = Path("capi", "onnxruntime_inference_collection.py")  # defines InferenceSession in every version


class Kind(Enum):
    """The state of an installation. Values are stable codes."""

    WORKS = "works"
    MISSING = "missing"
    HOLLOW = "hollow"
    """A folder or metadata is left, but the package itself is not there."""
    DOUBLED = "doubled"
    """Two or more distributions in one folder; it may run, and breaks when either is removed."""
    OTHER_CUDA = "other_cuda"
    """Works on the CPU only, because torch has CUDA of another generation."""
    CPU_ONLY = "cpu_only"
    """Works on the CPU only, while torch has CUDA."""


@dataclass(frozen=True, slots=True)
class OnnxRuntimeState:
    """What is installed, for which CUDA, and what belongs there."""

    kind: Kind
    distributions: tuple[Distribution, ...]
    built_for: int | None
    """CUDA generation of the package, 13 for 13.0; None without CUDA."""
    torch_cuda: int | None
    """CUDA generation of torch; None without CUDA or without torch."""
    machine: Machine

    @property
    def requirement(self) -> str:
        """What belongs there, as pip takes it, for example "onnxruntime-gpu>=1.27"."""
        return fitting_requirement(self.distributions, self.torch_cuda, self.machine)

    @property
    def is_broken(self) -> bool:
        """True if ONNX models cannot run with it as well as they could with `requirement`."""
        return self.kind not in (Kind.WORKS, Kind.CPU_ONLY)

    @property
    def fact(self) -> str:
        """What is there, for people, as one sentence."""
        return _FACTS[self.kind].format(
            names=" and ".join(map(str, self.distributions)) or "onnxruntime",
            built_for=self.built_for,
            torch_cuda=self.torch_cuda,
        )

    @property
    def commands(self) -> tuple[str, ...]:
        """What a person types to have the right one; empty where nothing is wrong."""
        if self.kind is Kind.WORKS:
            return ()
        names = [one.name for one in self.distributions]
        removal = [_typed("uninstall", *names)] if names else []
        return (*removal, _typed("install", self.requirement))

    @property
    def sentence(self) -> str:
        """`fact`, and the commands where something is wrong."""
        if not self.commands:
            return self.fact
        return f"{self.fact} Stop ComfyUI and run {' and then '.join(f'`{line}`' for line in self.commands)}."


_FACTS = {
    Kind.WORKS: "{names} is installed.",
    Kind.MISSING: "onnxruntime is not installed.",
    Kind.HOLLOW: "{names} is there in part only: the removal of another one took files along that both share.",
    Kind.DOUBLED: "{names} are installed over each other in one folder.",
    Kind.OTHER_CUDA: "{names} is built for CUDA {built_for}, but torch has CUDA {torch_cuda}, so it runs on the CPU.",
    Kind.CPU_ONLY: "{names} has no CUDA, but torch has CUDA {torch_cuda}.",
}


def diagnose(search_path: Sequence[str] | None = None, machine: Machine | None = None) -> OnnxRuntimeState:
    """The state of this Python's onnxruntime, which is not imported.

    `search_path`: folders of packages, in the order of import; None: those of this Python.
    `machine`: where they are; None: here.
    """
    importlib.invalidate_caches()  # pip may have been at work since the last time
    distributions = _distributions(search_path)
    folder = _package_folder("onnxruntime", search_path)
    torch = _package_folder("torch", search_path)
    built_for = _cuda_in(folder / "capi" / "build_and_package_info.py") if folder else None
    torch_cuda = _cuda_in(torch / "version.py") if torch else None
    machine = machine or this_machine()
    if folder is not None and (folder / "__init__.py").is_file() and (folder / _SESSION_FILE).is_file():
        kind = _kind_of_usable(distributions, built_for, torch_cuda, machine)
    else:
        kind = Kind.HOLLOW if folder or distributions else Kind.MISSING
    return OnnxRuntimeState(kind, distributions, built_for, torch_cuda, machine)


def _kind_of_usable(
    distributions: tuple[Distribution, ...], built_for: int | None, torch_cuda: int | None, machine: Machine
) -> Kind:
    if len(distributions) > 1:
        return Kind.DOUBLED
    if not machine.versions_for(torch_cuda):
        return Kind.WORKS
    if built_for is None:  # DirectML and the like use the GPU without CUDA
        return Kind.CPU_ONLY if [one.name for one in distributions] == ["onnxruntime"] else Kind.WORKS
    return Kind.WORKS if built_for == torch_cuda else Kind.OTHER_CUDA


def _distributions(search_path: Sequence[str] | None) -> tuple[Distribution, ...]:
    where = {} if search_path is None else {"path": list(search_path)}
    found = []
    for name in _SHARING_THE_FOLDER:
        context = importlib.metadata.DistributionFinder.Context(name=name, **where)
        # The first is in effect; one without metadata is the rest of an interrupted removal.
        for one in importlib.metadata.distributions(context=context):
            if one.read_text("METADATA"):
                found.append(Distribution(name, one.version))
                break
    return tuple(found)


def _package_folder(name: str, search_path: Sequence[str] | None) -> Path | None:
    spec = PathFinder.find_spec(name, search_path)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    return Path(folders[0]) if folders else None


def _cuda_in(file: Path) -> int | None:
    """The generation in a line like `cuda: Optional[str] = '13.0'`; None without one."""
    try:
        found = re.search(r"^cuda(?:_version)?\b.*=\s*[\"'](\d+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        return None
    return int(found[1]) if found else None


def _typed(action: str, *names: str) -> str:
    """A call of this Python's installer as a person types it in this system's shell."""
    words = (sys.executable, *installer(), action, *names)
    if os.name != "nt":
        return shlex.join(words)
    # list2cmdline would leave a bare ">", which the shell takes for the name of a file.
    return " ".join(f'"{word}"' if set(word) & set(" <>=&") else word for word in words)
