"""Trainings in this process: what they report, and orders to them."""

from __future__ import annotations

from dataclasses import replace

from facechain.training.choosing import Judgement
from facechain.training.control import NeverStops
from facechain.training.events import Step
from facechain.training.trainer import train


class Orders(NeverStops):
    """Cancels or stops once so many steps were reported; also collects the events."""

    def __init__(self, *, cancel_after=None, stop_after=None):
        self.cancel_after, self.stop_after = cancel_after, stop_after
        self.events = []

    def emit(self, event):
        self.events.append(event)

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]

    def is_cancelled(self):
        return self.cancel_after is not None and len(self.of(Step)) >= self.cancel_after

    def is_stopped(self):
        return self.stop_after is not None and len(self.of(Step)) >= self.stop_after


def run(job, folder, orders=None):
    """The result of `job`, and the orders with the events."""
    orders = orders or Orders()
    folder.mkdir(exist_ok=True)
    return train(job, folder, emit=orders.emit, control=orders), orders


def stop(step, plain, **changes):
    """Two portraits of each prompt, alike as `plain` says, in every other way as before training."""
    plain = (plain, plain) if isinstance(plain, float) else plain
    whole = Judgement(step, plain, (0.6, 0.6), (0.1, 0.1), (0.05, 0.05), 0.2)
    return replace(whole, **changes)
