"""Events: one line each, robust against what a dying worker leaves behind."""

import pytest

from facechain.training.events import (
    CheckpointSaved,
    EventReader,
    EventWriter,
    Failed,
    Finished,
    SampleDrawn,
    Stage,
    Started,
    Step,
    Validation,
    from_line,
    to_line,
)

EVENTS = [
    Started(pid=7, device="cpu", precision="fp32", versions={"torch": "2.11.0"}),
    Stage("caching", "Encoding photo 1 of 3"),
    Step(3, 40, 0.5, 0.6, 1e-4, 0.8, 1 << 30),
    Validation(20, 0.9, 1.1),
    SampleDrawn(20, "styled", 1, "samples/step_000020_styled_1.png", 0.75, 0.125),
    SampleDrawn(0, "plain", 0, "samples/step_000000_plain_0.png"),
    CheckpointSaved(20),
    Finished(40, False, "a" * 64),
    Failed("training_failed", "Zwei\nZeilen: ü"),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_event_survives_its_line(event):
    line = to_line(event)
    assert line.count("\n") == 1
    assert from_line(line) == event


@pytest.mark.parametrize("line", ["", "loading 17%", "[1]", '{"event": "dance"}', '{"event": "step"}'])
def test_lines_of_no_known_event_are_ignored(line):
    assert from_line(line) is None


def test_fields_of_a_later_version_are_ignored():
    assert from_line('{"event": "checkpoint_saved", "step": 4, "bytes": 9}') == CheckpointSaved(4)


def test_reader_sees_only_what_comes_after_its_start(tmp_path):
    path = tmp_path / "events.jsonl"
    EventWriter(path)(EVENTS[0])
    reader = EventReader(path)
    EventWriter(path)(EVENTS[1])
    assert reader.read() == [EVENTS[1]]
    assert reader.read() == []


def test_reader_waits_for_the_end_of_a_line(tmp_path):
    path = tmp_path / "events.jsonl"
    reader = EventReader(path)
    line = to_line(EVENTS[3])
    path.write_text(line[:10])
    assert reader.read() == []
    path.write_text(line)
    assert reader.read() == [EVENTS[3]]


def test_a_half_line_of_a_killed_worker_does_not_spoil_the_next_one(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text(to_line(EVENTS[1]) + to_line(EVENTS[2])[:12])
    EventWriter(path)(EVENTS[3])
    assert EventReader(path, from_start=True).read() == [EVENTS[1], EVENTS[3]]
