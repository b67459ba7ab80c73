"""What the page is told of a training, and how often."""

import pytest

from facechain.training.events import CheckpointSaved, Finished, SampleDrawn, Stage, Started, Step, Validation
from facechain.training.page_messages import PageFeed, message_of


@pytest.mark.parametrize(
    ("event", "message"),
    [
        (Stage("caching", "Encoding photo 1 of 3"), {"name": "caching", "text": "Encoding photo 1 of 3"}),
        (Validation(20, 0.9, 1.1), {"step": 20, "loss": 0.9, "baseline": 1.1}),
        (
            Step(30, 40, 0.5, 0.6, 1e-4, 2.5, 1 << 30),
            {"step": 30, "total": 40, "loss": 0.5, "smoothed_loss": 0.6, "seconds_left": 25.0, "memory_bytes": 1 << 30},
        ),
    ],
    ids=["stage", "validation", "step"],
)
def test_a_message_says_what_the_event_says(request, event, message):
    assert message_of(event) == {"event": request.node.callspec.id, **message}


@pytest.mark.parametrize(
    "event",
    [
        Started(7, "cpu", "fp32", {}),
        CheckpointSaved(20),
        Finished(40, False, "a" * 64),
        SampleDrawn(20, "plain", 0, "x"),
    ],
)
def test_other_events_say_nothing_to_the_page_by_themselves(event):
    assert message_of(event) is None


class Listener:
    """Receives messages, and has the clock in its hand."""

    def __init__(self):
        self.now = 100.0
        self.heard = []
        self.feed = PageFeed(self.heard.append, lambda: self.now)

    def step(self, number, *, after=0.0, total=100):
        self.now += after
        self.feed({"event": "step", "step": number, "total": total})

    def steps(self):
        return [message["step"] for message in self.heard if message["event"] == "step"]


def test_of_fifty_steps_in_a_second_five_are_told():
    listener = Listener()
    for number in range(1, 51):
        listener.step(number, after=0.02)
    # One at once, then one every 0.2 s, which is every tenth or, where the clock rounds down, eleventh step.
    assert len(listener.steps()) == 5
    assert listener.steps()[0] == 1


def test_slow_steps_are_all_told_at_once():
    listener = Listener()
    for number in (1, 2, 3):
        listener.step(number, after=0.5)
        assert listener.steps()[-1] == number


def test_the_last_step_is_told_however_soon_it_comes():
    listener = Listener()
    listener.step(1, total=3)
    listener.step(2, total=3)
    listener.step(3, total=3)
    assert listener.steps() == [1, 3]


def test_a_waiting_step_is_told_before_any_other_message():
    listener = Listener()
    listener.step(1)
    listener.step(2)
    listener.feed({"event": "finished"})
    assert [message["event"] for message in listener.heard] == ["step", "step", "finished"]
    assert listener.steps() == [1, 2]
    listener.feed({"event": "stage"})
    assert listener.steps() == [1, 2]  # not told twice
