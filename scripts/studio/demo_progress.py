"""The progress of a prompt in the terminal: one line per node, which updates while the node runs."""

from __future__ import annotations

import shutil
import struct
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, TextIO

from .events import Event

TEXT_FRAME = 3
"""ComfyUI's number of binary frames with a node's text: type, length of the node id, node id, text."""
WORTH_A_LINE_S = 0.2
PLAIN_EVERY_S = 15.0
"""Pause between two lines about the same node where lines cannot be updated."""
BAR_WIDTH = 20
CLEAR_TO_END = "\x1b[K"


class NodeLines:
    """Give its `show` to the client as the handler of events; `finish` when the prompt has ended."""

    def __init__(
        self, titles: Mapping[str, str], *, out: TextIO = sys.stdout, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._titles = titles
        self._out = out
        self._clock = clock
        self._updates = out.isatty()
        self._begin("")

    def show(self, event: Event) -> None:
        """The line tells what `event` says."""
        if event.type == "executing":
            self.finish()
            self._begin(event.data.get("node") or "")
        elif event.type == "progress_state":
            self._take_progress(event.data.get("nodes", {}))
        elif event.type == "preview":
            self._take_text(event.preview)

    def finish(self) -> None:
        """The line of the running node has its time, if that was worth a line."""
        seconds = self._clock() - self._started
        if self._updates:
            self._out.write(f"\r{CLEAR_TO_END}")
        if self._node and seconds >= WORTH_A_LINE_S:
            self._out.write(f"  {self._title:<24} {seconds:6.1f} s\n")
        self._out.flush()
        self._node = ""

    def _begin(self, node: str) -> None:
        self._node = node
        self._title = self._titles.get(node, node)
        self._text = self._bar = ""
        self._started = self._told = self._clock()
        self._draw()

    def _take_progress(self, nodes: Mapping[str, Mapping[str, Any]]) -> None:
        state = nodes.get(self._node, {})
        most = state.get("max") or 0
        # Every node is reported as 0 of 1 when it begins; a bar of one step tells nothing.
        if most > 1:
            self._bar = bar(state["value"] / most)
            self._draw()

    def _take_text(self, frame: bytes) -> None:
        if (text := node_text(frame, self._node)) is not None:
            self._text = text
            self._draw()

    def _draw(self) -> None:
        if not self._node:
            return
        words = "  ".join(filter(None, (self._bar if self._updates else "", self._text)))
        line = f"  {self._title:<24} {words}".rstrip()
        if self._updates:
            width = shutil.get_terminal_size().columns - 1
            self._out.write(f"\r{line[:width]}{CLEAR_TO_END}")
        elif words and self._clock() - self._told >= PLAIN_EVERY_S:
            self._told = self._clock()
            self._out.write(f"{line}\n")
        self._out.flush()


def bar(share: float) -> str:
    """`share`, 0..1, as a bar of fixed width."""
    filled = round(min(max(share, 0.0), 1.0) * BAR_WIDTH)
    return "[" + "#" * filled + "." * (BAR_WIDTH - filled) + "]"


def node_text(frame: bytes, node: str) -> str | None:
    """The text for `node` in a binary frame, or None if the frame is something else."""
    if len(frame) < 8 or struct.unpack(">I", frame[:4])[0] != TEXT_FRAME:
        return None
    (length,) = struct.unpack(">I", frame[4:8])
    if frame[8 : 8 + length].decode(errors="replace") != node:
        return None
    return frame[8 + length :].decode(errors="replace")
