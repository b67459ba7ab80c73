"""onnxruntime itself: loading the library, and sessions on CUDA that fall back to the CPU."""

from __future__ import annotations

import importlib
import logging
import os
import re
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from ..errors import ModelUnavailable
from .onnxruntime_installation import Kind, diagnose

_log = logging.getLogger(__name__)

_CUDA, _CPU = "CUDAExecutionProvider", "CPUExecutionProvider"
_ERRORS_ONLY = 3
"""Of onnxruntime's levels 0 to 4: its warnings speak of unused weights in the file."""
_NOISE = (
    r"^\[ONNXRuntimeError\] : \d+ : \w+ : ",
    r"^Load model from .*? failed:",
    r"^/\S+\.(cc|h):\d+ .*?\) ",
)
"""Of its messages, in this order: codes, the file's path, and the place in its own source."""
_cuda_refused = threading.Event()
"""Set once CUDA did not start in this process: asking again would only repeat the library's error lines."""


@dataclass(frozen=True, slots=True)
class Session:
    """A loaded graph."""

    session: Any
    """onnxruntime.InferenceSession."""
    engine: str
    """For people: library, version, and what it runs on."""


def load_onnxruntime() -> ModuleType:
    """The onnxruntime module, with its reports of usage off.

    Raises ModelUnavailable with the reason, and the commands that mend the installation.
    """
    # Read by the library when it loads; the official packages report usage since 1.30.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    try:
        runtime = importlib.import_module("onnxruntime")
    except ImportError as error:
        raise ModelUnavailable(f"onnxruntime cannot be loaded ({error}). {diagnose().sentence}") from error
    # The rest of a removed installation is a folder without Python files, which imports as an empty package.
    if not hasattr(runtime, "InferenceSession"):
        raise ModelUnavailable(f"onnxruntime has no InferenceSession. {diagnose().sentence}")
    if hasattr(runtime, "disable_telemetry_events"):
        runtime.disable_telemetry_events()
    return runtime


def open_session(runtime: ModuleType, file: Path, device: str) -> Session:
    """A session on `device`, "cuda" or "cpu".

    Where CUDA does not start, the CPU serves instead, `engine` says so, and a warning in the log says
    why and what to do. Raises one of `runtime_errors` if onnxruntime cannot run the graph.
    """
    name = f"onnxruntime {runtime.__version__}"
    if device != "cuda":
        return Session(_open(runtime, file, [_CPU]), f"{name} on the CPU")
    if _CUDA not in runtime.get_available_providers():
        _warn_once(f"{name} is built without CUDA; ONNX models run on the CPU. {diagnose().sentence}")
        return Session(_open(runtime, file, [_CPU]), f"{name} on the CPU (built without CUDA)")
    session = None if _cuda_refused.is_set() else _open_on_cuda(runtime, file)
    if session is not None:
        return Session(session, f"{name} on CUDA")
    return Session(_open(runtime, file, [_CPU]), f"{name} on the CPU (CUDA did not start)")


@cache
def runtime_errors(runtime: ModuleType) -> tuple[type[Exception], ...]:
    """Everything that onnxruntime raises: its own classes have no common base."""
    own = vars(importlib.import_module(f"{runtime.__name__}.capi.onnxruntime_pybind11_state")).values()
    return (RuntimeError, ValueError, *(one for one in own if isinstance(one, type) and issubclass(one, Exception)))


def reason(error: Exception) -> str:
    """What onnxruntime says, without its codes and the places in its own source, as one line."""
    text = " ".join(str(error).split())
    for noise in _NOISE:
        text = re.sub(noise, "", text)
    return text.strip(" .")


def _open_on_cuda(runtime: ModuleType, file: Path) -> Any:
    """The session, or None where CUDA does not start."""
    _load_cuda_libraries(runtime)
    try:
        session = _open(runtime, file, [_CUDA, _CPU])
    except runtime_errors(runtime) as error:
        # Of this one model, for example for want of memory: the next may do.
        _log.warning("%s cannot be loaded on CUDA and runs on the CPU: %s", file.name, reason(error))
        return None
    if _CUDA in session.get_providers():
        return session
    _cuda_refused.set()
    state = diagnose()
    advice = "The lines above name the library that did not load." if state.kind is Kind.WORKS else state.sentence
    _warn_once(f"CUDA did not start in onnxruntime {runtime.__version__}; ONNX models run on the CPU. {advice}")
    return None


def _open(runtime: ModuleType, file: Path, providers: list[str]) -> Any:
    options = runtime.SessionOptions()
    options.log_severity_level = _ERRORS_ONLY
    # The number of threads is the library's choice, one per core. They must not spin while they wait:
    # between the OpenCV steps of a photo that made 160 ms out of 92 on 2 cores.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return runtime.InferenceSession(str(file), options, providers=providers)


@cache
def _load_cuda_libraries(runtime: ModuleType) -> None:
    """CUDA and cuDNN of Python packages are loaded; onnxruntime itself looks only in the system's folders."""
    if hasattr(runtime, "preload_dlls"):
        runtime.preload_dlls()


@cache
def _warn_once(text: str) -> None:
    _log.warning(text)
