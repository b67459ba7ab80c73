"""What a network answered lately, by what it was shown."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable

from ..geometry import ByteArray, FloatArray


class RecentAnswers:
    """The answers to the pictures shown last, at most `most`. Keeps no picture, only its hash; serves several threads.

    Fusion looks at a picture again and again of which only the face changes: most tiles are the same bit by bit.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: OrderedDict[bytes, FloatArray] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, pixels: ByteArray, compute: Callable[[ByteArray], FloatArray], *settings: float) -> FloatArray:
        """`compute(pixels)`, now or the last time; `settings` are what else it depends on. Not to be written into."""
        key = hashlib.blake2b(pixels.tobytes() + repr((pixels.shape, settings)).encode(), digest_size=16).digest()
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        answer = compute(pixels)
        with self._lock:
            self._known[key] = answer
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return answer
