"""Events of the training process on the node: progress bar and one line of text."""

from ..facechain.training.events import Event, Stage, Step, Validation
from . import host


class TrainingProgress:
    """Called with every event of a run."""

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._bar = host.NodeProgress()

    def __call__(self, event: Event) -> None:
        """The bar and the text of the running node show `event`."""
        if isinstance(event, Stage):
            host.show_text(event.text)
        elif isinstance(event, Validation):
            host.show_text(f"step {event.step}: validation loss {event.loss:.4f}, before training {event.baseline:.4f}")
        elif isinstance(event, Step):
            self._bar.step(event.step, self._steps)
            left = (event.total - event.step) * event.seconds_per_step
            host.show_text(f"step {event.step} of {event.total}, loss {event.smoothed_loss:.4f}, {left:.0f} s left")
