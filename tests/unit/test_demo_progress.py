"""What the terminal shows while a prompt runs."""

from __future__ import annotations

import io
import struct

from studio.demo_progress import NodeLines, bar, node_text
from studio.events import Event


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def text_frame(node: str, text: str) -> Event:
    name = node.encode()
    return Event("preview", preview=struct.pack(">II", 3, len(name)) + name + text.encode())


def started(out: io.StringIO) -> tuple[NodeLines, Clock]:
    clock = Clock()
    lines = NodeLines({"4": "Train Face LoRA"}, out=out, clock=clock)
    lines.show(Event("executing", {"node": "4"}))
    return lines, clock


def test_a_terminal_line_updates_and_ends_with_the_time():
    out = Terminal()
    lines, clock = started(out)
    lines.show(Event("progress_state", {"nodes": {"4": {"value": 10, "max": 40}}}))
    lines.show(text_frame("4", "step 10 of 40"))
    clock.now = 61.0
    lines.show(Event("executing", {"node": None}))
    *updates, last = out.getvalue().split("\r")
    assert "[#####...............]  step 10 of 40" in updates[-1]
    assert last == "\x1b[K  Train Face LoRA            61.0 s\n"


def test_without_a_terminal_there_are_no_control_characters_and_few_lines():
    out = io.StringIO()
    lines, clock = started(out)
    for second in range(1, 41):
        clock.now = float(second)
        lines.show(text_frame("4", f"step {second} of 40"))
    lines.finish()
    words = [line.split("LoRA")[1].strip() for line in out.getvalue().splitlines()]
    assert words == ["step 15 of 40", "step 30 of 40", "40.0 s"]
    assert out.getvalue().isprintable() or set(filter(lambda c: not c.isprintable(), out.getvalue())) == {"\n"}


def test_a_node_that_takes_no_time_is_not_worth_a_line():
    out = io.StringIO()
    lines, clock = started(out)
    clock.now = 0.1
    lines.finish()
    assert out.getvalue() == ""


def test_finishing_twice_tells_the_time_once():
    out = io.StringIO()
    lines, clock = started(out)
    clock.now = 2.0
    lines.finish()
    lines.finish()
    assert out.getvalue().count("2.0 s") == 1


def test_text_of_another_node_and_pictures_are_no_text():
    frame = text_frame("5", "hello").preview
    assert node_text(frame, "5") == "hello"
    assert node_text(frame, "4") is None
    assert node_text(struct.pack(">II", 1, 2) + b"jpeg", "4") is None
    assert node_text(b"\0\0", "4") is None


def test_a_bar_stays_within_its_width():
    assert bar(-1) == "[" + "." * 20 + "]"
    assert bar(2) == "[" + "#" * 20 + "]"
