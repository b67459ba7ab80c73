"""OpenCV, imported when it is first used.

The extension must appear in the editor, and start fast, on a machine where OpenCV cannot load. Core
files write `from . import opencv as cv2`; the first attribute that they touch imports the library.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from .errors import ModelUnavailable

if TYPE_CHECKING:
    from cv2 import *  # noqa: F403  (gives type checkers the real names)


def __getattr__(name: str) -> Any:
    if name.startswith("__") and name != "__version__":
        raise AttributeError(name)  # Python itself asks for __path__ and the like
    try:
        return getattr(importlib.import_module("cv2"), name)
    except ImportError as error:
        raise ModelUnavailable(
            f"OpenCV cannot load ({error}). Install it with `pip install opencv-python`; on Linux also the "
            "system library (Debian: `apt install libgl1 libglib2.0-0`), or use `opencv-python-headless`."
        ) from error
