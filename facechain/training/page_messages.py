"""What a page is told of a training: JSON objects with "event" in them, at most five steps per second."""

from __future__ import annotations

import time
from collections.abc import Callable

from .events import Event, Stage, Step, Validation

SECONDS_BETWEEN_STEPS = 0.2
"""A fast GPU does thirty steps per second; nobody can read more than five."""

Message = dict[str, object]


def message_of(event: Event) -> Message | None:
    """What the page is told of `event`; None for what means nothing to it, or needs more than the event."""
    if isinstance(event, Stage):
        return {"event": "stage", "name": event.name, "text": event.text}
    if isinstance(event, Validation):
        return {"event": "validation", "step": event.step, "loss": event.loss, "baseline": event.baseline}
    if isinstance(event, Step):
        return {
            "event": "step",
            "step": event.step,
            "total": event.total,
            "loss": event.loss,
            "smoothed_loss": event.smoothed_loss,
            "seconds_left": (event.total - event.step) * event.seconds_per_step,
            "memory_bytes": event.memory_bytes,
        }
    return None


class PageFeed:
    """Passes messages on in their order. Of steps that come too fast the newest waits for the next message."""

    def __init__(self, send: Callable[[Message], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._send = send
        self._clock = clock
        self._waiting: Message | None = None
        self._sent_at = -SECONDS_BETWEEN_STEPS

    def __call__(self, message: Message) -> None:
        """`message` goes out now, or waits if it is one step of many."""
        if message["event"] != "step":
            self._flush()
            self._send(message)
            return
        self._waiting = message
        late = self._clock() - self._sent_at >= SECONDS_BETWEEN_STEPS
        if late or message["step"] == message["total"]:
            self._flush()

    def _flush(self) -> None:
        if self._waiting is not None:
            self._send(self._waiting)
            self._waiting = None
            self._sent_at = self._clock()
