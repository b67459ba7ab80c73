"""Fields of a serialised protocol buffer, read where they lie: what nobody asks for is stepped over."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Wire types and the bytes of those with a fixed size. Source: https://protobuf.dev/programming-guides/encoding
_VARINT, _BYTES = 0, 2
_FIXED_BYTES = {1: 8, 5: 4}
_VARINT_BITS = 64


class Message:
    """One message. Raises EOFError if a field goes on past its end, ValueError if it is no message."""

    def __init__(self, data: mmap.mmap | bytes, part: slice) -> None:
        self._data = data
        self._numbers: dict[int, list[int]] = {}
        self._parts: dict[int, list[slice]] = {}
        place, end = part.start, part.stop
        while place < end:
            key, place = self._varint(place, end)
            field, wire = key >> 3, key & 7
            if wire == _VARINT:
                number, place = self._varint(place, end)
                self._numbers.setdefault(field, []).append(number)
            elif wire == _BYTES:
                size, place = self._varint(place, end)
                self._parts.setdefault(field, []).append(slice(place, place + size))
                place += size
            elif wire in _FIXED_BYTES:
                place += _FIXED_BYTES[wire]
            else:
                raise ValueError(f"wire type {wire} at byte {place}")
        if place > end:
            raise EOFError(f"{place - end} bytes past the end")

    def number(self, field: int) -> int:
        """Value of a whole number, without sign; 0 when absent."""
        return self._numbers.get(field, [0])[-1]

    def numbers(self, field: int) -> list[int]:
        """Values of a repeated whole number, in order, without sign; written one by one or together."""
        values = list(self._numbers.get(field, []))
        for part in self._parts.get(field, []):
            place = part.start
            while place < part.stop:
                value, place = self._varint(place, part.stop)
                values.append(value)
        return values

    def content(self, field: int) -> bytes:
        """Value of a row of bytes; empty when absent."""
        parts = self._parts.get(field)
        return bytes(self._data[parts[-1]]) if parts else b""

    def text(self, field: int) -> str:
        """Value of a text; empty when absent."""
        return self.content(field).decode()

    def message(self, field: int) -> Message:
        """Value of a message; one without fields when absent."""
        return Message(self._data, self._parts.get(field, [slice(0, 0)])[-1])

    def messages(self, field: int) -> list[Message]:
        """Every value of a repeated message, in order."""
        return [Message(self._data, part) for part in self._parts.get(field, [])]

    def _varint(self, place: int, end: int) -> tuple[int, int]:
        """A number of 1 to 10 bytes, lowest first, seven bits in each; and the place behind it."""
        value = 0
        for shift in range(0, _VARINT_BITS, 7):
            if place >= end:
                raise EOFError("a number without end")
            byte = self._data[place]
            place += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value, place
        raise ValueError(f"a number of more than {_VARINT_BITS} bits before byte {place}")


@contextmanager
def open_message(file: Path) -> Iterator[Message]:
    """The message that `file` is, which must not be empty; read while the block runs."""
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        yield Message(data, slice(0, len(data)))
