"""The table of contents of a safetensors file, read in milliseconds and without any library."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path

from .errors import UnreadableCheckpoint

LONGEST_HEADER = 100_000_000
"""Bytes; the safetensors library refuses longer ones too."""

PICKLE_STARTS = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
"""torch.save's zip files, and bare pickles."""


@dataclass(frozen=True, slots=True)
class Header:
    """The table of contents of a safetensors file."""

    shapes: dict[str, tuple[int, ...]]
    metadata: dict[str, str]


def read_header(path: Path) -> Header:
    """Names, shapes and metadata of a safetensors file.

    Raises UnreadableCheckpoint if it is missing, a pickle, damaged, or shorter than it says.
    """
    try:
        size = path.stat().st_size
        with open(path, "rb") as file:
            start = file.read(9)
            _refuse_pickle(path, start)
            length = struct.unpack("<Q", start[:8])[0] if len(start) == 9 else 0
            text = start[8:] + file.read(length - 1) if 2 <= length <= min(size - 8, LONGEST_HEADER) else b""
    except OSError as error:
        raise UnreadableCheckpoint(f"{path.name} cannot be read ({error.strerror}). Choose another file.") from None
    if not text:
        raise UnreadableCheckpoint(
            f"{path.name} is no safetensors file, or only the beginning of one. Download it again."
        )
    return _parse_header(path, text, body_bytes=size - 8 - length)


def _refuse_pickle(path: Path, start: bytes) -> None:
    # A header's length may have the very bytes of a pickle's beginning; what follows it tells them apart.
    is_pickle = start.startswith(PICKLE_STARTS) and not start.endswith(b"{")
    if is_pickle or path.suffix.lower() in (".ckpt", ".pt", ".pth", ".bin"):
        raise UnreadableCheckpoint(
            f"{path.name} is a pickle file, which can run any program when it is opened. "
            "Choose the same model as .safetensors."
        )


def _parse_header(path: Path, text: bytes, *, body_bytes: int) -> Header:
    try:
        content = json.loads(text)
        metadata = content.pop("__metadata__", {})
        shapes = {name: tuple(entry["shape"]) for name, entry in content.items()}
        end = max(entry["data_offsets"][1] for entry in content.values())
        whole = body_bytes == end
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        raise UnreadableCheckpoint(f"{path.name} has a damaged header. Download it again.") from None
    if not whole:
        raise UnreadableCheckpoint(
            f"{path.name} is damaged: it has {body_bytes:,} bytes of tensors, its header says "
            f"{end:,}. Download it again."
        )
    return Header(shapes, metadata)
