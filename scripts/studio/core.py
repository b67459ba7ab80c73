"""The extension's core under the name `facechain`, for programs that start outside of ComfyUI."""

from __future__ import annotations

import importlib.util
import sys

from .cache import EXTENSION


def load_core() -> None:
    """`import facechain` finds our core, loaded by path.

    The root is not put on sys.path: our nodes/ there would hide ComfyUI's nodes.py.
    """
    spec = importlib.util.spec_from_file_location("facechain", EXTENSION / "facechain" / "__init__.py")
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["facechain"] = package
    spec.loader.exec_module(package)
