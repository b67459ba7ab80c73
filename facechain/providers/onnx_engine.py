"""Opening of ONNX models: onnxruntime where it works, else OpenCV."""

from __future__ import annotations

import logging
from functools import cache

from ..errors import ModelUnavailable
from ..interfaces import DeviceLease
from .model_files import FoundFile
from .onnx_file import read_onnx_file
from .onnx_graph import OnnxGraph
from .onnxruntime_graph import OnnxRuntimeGraph
from .onnxruntime_session import load_onnxruntime
from .opencv_graph import OpenCvGraph

_log = logging.getLogger(__name__)


def open_graph(found: FoundFile, lease: DeviceLease) -> OnnxGraph:
    """The graph of a file, ready to run; its `engine` says what runs it and where.

    Raises AssetCorrupt if the file is damaged, AssetMissing if its weights lie in files that are not
    there, ModelUnavailable if nothing here can run it.
    """
    file = read_onnx_file(found)
    try:
        runtime = load_onnxruntime()
    except ModelUnavailable as error:
        _warn_once(f"ONNX models run on OpenCV, only on the CPU and slower. {error}")
        return OpenCvGraph(found, file)
    return OnnxRuntimeGraph(runtime, found, file, lease.borrow(found.path.stat().st_size))


@cache
def _warn_once(text: str) -> None:
    _log.warning(text)
