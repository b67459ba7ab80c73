"""TFLite graphs, run by OpenCV on the CPU."""

from __future__ import annotations

import os
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from .. import opencv as cv2
from ..errors import ModelUnavailable
from ..geometry import FloatArray

THREADS = min(os.cpu_count() or 1, 4)
"""Pictures that are looked at together: OpenCV does not share the small layers of these graphs between cores."""


class TfliteGraph:
    """One graph. As many threads as it has copies run it at once; more wait for each other."""

    def __init__(self, file: Path, *, copies: int = 1) -> None:
        self._name = file.name
        # A cv2.dnn.Net keeps its input between two calls, so that each thread borrows one for itself.
        self._idle: queue.LifoQueue[Any] = queue.LifoQueue()
        for _ in range(copies):
            self._idle.put(_read(file))
        with self._borrowed() as net:
            self._output_names = list(net.getUnconnectedOutLayersNames())

    def run(self, image: FloatArray, *output_sizes: int) -> tuple[FloatArray, ...]:
        """The outputs that hold `output_sizes` values, flat float32, in the order asked for.

        `image` is float32 (height, width, 3) in the size and range that the graph was trained with.
        Outputs are told apart by size because their order and names differ between OpenCV versions.

        Raises ModelUnavailable if the graph has no output of such a size.
        """
        batch = np.ascontiguousarray(image.transpose(2, 0, 1)[None], dtype=np.float32)  # HWC -> BCHW
        with self._borrowed() as net:
            net.setInput(batch)
            results = net.forward(self._output_names)
        outputs = {result.size: result.ravel() for result in results}
        missing = [size for size in output_sizes if size not in outputs]
        if missing:
            raise ModelUnavailable(
                f"OpenCV {cv2.__version__} gives outputs of {sorted(outputs)} values for {self._name}, "
                f"but {missing} are needed. Install opencv-python 4.9 to 5.0."
            )
        return tuple(outputs[size] for size in output_sizes)

    @contextmanager
    def _borrowed(self) -> Iterator[Any]:
        net = self._idle.get()
        try:
            yield net
        finally:
            self._idle.put(net)


def _read(file: Path) -> Any:
    try:
        if not hasattr(cv2.dnn, "ENGINE_CLASSIC"):  # OpenCV 4
            return cv2.dnn.readNetFromTFLite(np.fromfile(file, np.uint8))
        # OpenCV 5: the new engine drops all outputs but the last, and the overload for a buffer
        # ignores the engine asked for, so that the file is read by its path.
        return cv2.dnn.readNetFromTFLite(_narrow(file), engine=cv2.dnn.ENGINE_CLASSIC)
    except cv2.error as error:
        raise ModelUnavailable(
            f"OpenCV {cv2.__version__} cannot read {file.name} ({error.err}). "
            "Install opencv-python 4.9 to 5.0; on Windows keep the models folder in a path of Latin letters."
        ) from error


def _narrow(file: Path) -> Any:
    # OpenCV 5 opens the file by a narrow string, which Windows reads in the system's code page.
    return str(file).encode("mbcs", errors="replace") if os.name == "nt" else str(file)
