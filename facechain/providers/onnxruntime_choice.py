"""Which onnxruntime belongs onto a machine. Standard library only: install.py runs it before anything else."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.machinery import PathFinder

LOWEST = ">=1.18"
"""As in requirements.txt."""
_BOUNDS_OF_CUDA = {12: ">=1.21,<1.27", 13: ">=1.27"}
"""CUDA generation -> versions of onnxruntime-gpu that are built for it, and find the libraries that torch brings.

Source: the "cuda" extra in the metadata of 1.25.1, 1.26.0 (both nvidia-cuda-runtime-cu12) and 1.27.0
(nvidia-cuda-runtime-cu13); preload_dlls is there since 1.21.
"""


@dataclass(frozen=True, slots=True)
class Machine:
    """An operating system on a processor, named as the markers of requirements.txt name them, and its Python."""

    system: str
    """`sys.platform`."""
    processor: str
    """`platform.machine()`."""
    python: tuple[int, int]
    """Its first two numbers."""

    @property
    def has_gpu_wheels(self) -> bool:
        """True if onnxruntime-gpu is published for it."""
        return (self.system, self.processor) in {("linux", "x86_64"), ("win32", "AMD64")}

    def versions_for(self, cuda: int | None) -> str:
        """Bounds of the onnxruntime-gpu for a CUDA generation; empty where none is published."""
        if not self.has_gpu_wheels or (cuda == 13 and self.python < (3, 11)):
            return ""  # for Python 3.10 the last one is 1.23
        return _BOUNDS_OF_CUDA.get(cuda or 0, "")


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution that is installed."""

    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def this_machine() -> Machine:
    """The one that runs us."""
    return Machine(sys.platform, platform.machine(), sys.version_info[:2])


def installer() -> tuple[str, ...]:
    """Arguments of this Python that call what installs into it: pip, or uv in the environments that uv makes."""
    has_pip, has_uv = (PathFinder.find_spec(name) is not None for name in ("pip", "uv"))
    return ("-m", "uv", "pip") if has_uv and not has_pip else ("-m", "pip")


def fitting_requirement(installed: Sequence[Distribution], torch_cuda: int | None, machine: Machine) -> str:
    """What to install, as "name" with version bounds.

    `torch_cuda` is torch's CUDA generation, None without one. Of two that fit, the one that is
    installed, in its version: other extensions may have chosen it.
    """
    special = [one for one in installed if one.name not in ("onnxruntime", "onnxruntime-gpu")]
    if special and torch_cuda is None:  # for DirectML, OpenVINO and the like somebody had a reason
        return f"{special[0].name}=={special[0].version}"
    name = "onnxruntime-gpu" if machine.has_gpu_wheels else "onnxruntime"
    bounds = machine.versions_for(torch_cuda) or LOWEST
    kept = next((one for one in installed if one.name == name and _is_within(one.version, bounds)), None)
    return f"{name}=={kept.version}" if kept else f"{name}{bounds}"


def _is_within(version: str, bounds: str) -> bool:
    """True if `version` keeps every bound, by its first two numbers."""
    number = _number(version)
    return all(
        number >= _number(bound.removeprefix(">=")) if bound.startswith(">=") else number < _number(bound[1:])
        for bound in bounds.split(",")
    )


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])
