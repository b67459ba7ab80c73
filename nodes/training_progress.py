"""A training on the running node and on its page: bar, text, and the events `facechain.training`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..facechain.dataset import Dataset
from ..facechain.errors import FaceChainError
from ..facechain.names import slug_from_name
from ..facechain.training.earlier_policy import Resume
from ..facechain.training.events import Event, SampleDrawn, Stage, Step, Validation
from ..facechain.training.page_messages import Message, PageFeed, message_of
from ..facechain.training.process import STOPPED
from ..facechain.training.session import Order
from ..facechain.training.state_files import newest_step
from . import host
from .training_samples import SampleGallery


class TrainingPage:
    """Called with every event of a run, between `begin` and `finish`."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._person = slug_from_name(dataset.person_name)
        self._node = host.running_node()
        self._job: str | None = None
        self._feed = PageFeed(self._send)

    def begin(self, order: Order, folder: Path) -> None:
        """The page learns what is trained in `folder`, and from which step it goes on."""
        self._job = folder.name
        self._steps = order.job.steps
        self._bar = host.NodeProgress()
        self._gallery = SampleGallery(folder)
        done = 0 if order.resume is Resume.NEVER else newest_step(folder)
        self._feed({"event": "begin", "total": self._steps, "person": self._person, "resumed_at": done})

    def __call__(self, event: Event) -> None:
        """The bar and the text of the running node and the page show `event`."""
        if message := message_of(event):
            self._feed(message)
        if isinstance(event, Stage):
            host.show_text(event.text)
        elif isinstance(event, Validation):
            host.show_text(f"step {event.step}: validation loss {event.loss:.4f}, before training {event.baseline:.4f}")
        elif isinstance(event, SampleDrawn):
            self._feed({"event": "sample", **self._gallery.show(event)})
        elif isinstance(event, Step):
            self._bar.step(event.step, self._steps)
            left = (event.total - event.step) * event.seconds_per_step
            host.show_text(f"step {event.step} of {event.total}, loss {event.smoothed_loss:.4f}, {left:.0f} s left")

    def samples(self) -> list[dict[str, Any]]:
        """All sample portraits of the job."""
        return self._gallery.all()

    def finish(self, record: dict[str, Any]) -> None:
        """The page learns what became of the training."""
        told = ("message", "details", "steps", "stopped_early", "person")
        self._feed({"event": "finished", **{name: record[name] for name in told}})

    @contextmanager
    def tells_what_stops_it(self) -> Iterator[None]:
        """The page learns why the block was left before its end."""
        try:
            yield
        except host.Interruption:
            self._feed({"event": "cancelled", "message": STOPPED})
            raise
        except FaceChainError as error:
            self._feed({"event": "failed", "code": error.code, "message": str(error)})
            raise

    def _send(self, message: Message) -> None:
        host.send_event("training", {"node": self._node, "job": self._job, **message})
