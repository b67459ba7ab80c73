"""One file off the network: kept while it is incomplete, resumed, and whole only when its sha256 says so."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .addresses import BLOCK_BYTES, RANGE_NOT_THERE, Content, opened
from .network_trouble import Unreachable

_log = logging.getLogger(__name__)

TELL_EVERY_S = 0.1
"""TLS brings 16 kB at a time: telling each would send a page a thousand messages a second."""
Step = Callable[[int, int], None]
"""Told bytes done and bytes in all of one file; raises to stop."""


class WrongContent(Unreachable):
    """An address gives something else than the published file."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long we wait for a server."""

    stall_s: float = 20.0
    """For any single byte. Hubs answer within seconds, and Stop is not seen while we wait."""
    resumes: int = 20
    """How often one call goes on after a cut connection, as long as each brought something."""
    pause_s: float = 1.0
    """Before it goes on."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A published file, and where it grows."""

    sha256: str
    bytes: int
    """0 when unknown."""
    part: Path
    room_bytes: int = 0
    """Disk space that is needed afterwards, beside the file itself."""


def download(url: str, wanted: Wanted, step: Step, patience: Patience) -> None:
    """`wanted.part` is the published file, on disk to the last byte.

    What is there of it already is not fetched again. Raises Unreachable, WrongContent (nothing is left
    then) and OSError for the disk. Whatever else ends it, the next call goes on with what came.
    """
    part = _Part(wanted.part, step, wanted.bytes)
    try:
        _receive_all(url, wanted, part, step, patience)
    finally:
        part.close()
        if wanted.part.stat().st_size == 0:
            wanted.part.unlink()


def require_space(folder: Path, needed_bytes: int) -> None:
    """Nothing if that much fits onto the disk of `folder`. Raises OSError."""
    free = shutil.disk_usage(folder).free
    if free < needed_bytes:
        room = f"{free / 1e6:.0f} MB are free, {needed_bytes / 1e6:.0f} MB are needed"
        raise OSError(errno.ENOSPC, room)


class _Part:
    """The beginning of a file, with the hash of what is there."""

    def __init__(self, path: Path, step: Step, total: int) -> None:
        self._stream = path.open("a+b")
        self._digest = hashlib.sha256()
        self.size = 0
        self._stream.seek(0)
        while block := self._stream.read(BLOCK_BYTES):
            self._digest.update(block)
            self.size += len(block)
            step(self.size, max(total, self.size))

    @property
    def sha256(self) -> str:
        """Hex, of what is there."""
        return self._digest.hexdigest()

    def append(self, block: bytes) -> None:
        """`block` comes after what is there."""
        self._stream.write(block)
        self._digest.update(block)
        self.size += len(block)

    def restart(self) -> None:
        """Nothing is there any more."""
        self._stream.truncate(0)
        self._digest = hashlib.sha256()
        self.size = 0

    def close(self) -> None:
        """What is there is on disk, also after a power cut."""
        with self._stream:
            self._stream.flush()
            os.fsync(self._stream.fileno())


def _receive_all(url: str, wanted: Wanted, part: _Part, step: Step, patience: Patience) -> None:
    if wanted.bytes and part.size > wanted.bytes:
        part.restart()
    resumes = 0
    while part.sha256 != wanted.sha256:
        farthest = part.size
        try:
            _receive(url, wanted, part, step, patience)
        except WrongContent as error:
            part.restart()
            if not farthest:
                raise
            # What is published may have changed meanwhile: then the beginning belongs to another file.
            _log.warning("%s %s. It is fetched once more from its beginning.", url, error)
        except Unreachable as error:
            if part.size <= farthest or resumes == patience.resumes:
                raise
            resumes += 1
            _log.info("%s %s; going on after %d bytes", url, error, part.size)
            step(part.size, max(wanted.bytes, part.size))
            time.sleep(patience.pause_s)


def _receive(url: str, wanted: Wanted, part: _Part, step: Step, patience: Patience) -> None:
    """The part has grown to the published file. Raises Unreachable when the stream ends before."""
    try:
        with opened(url, first_byte=part.size, timeout_s=patience.stall_s) as content:
            total = _accepted_total(content, wanted, part)
            told = 0.0
            for block in content.blocks():
                part.append(block)
                if wanted.bytes and part.size > wanted.bytes:
                    raise _another_file(wanted, part)
                if time.monotonic() - told > TELL_EVERY_S:
                    told = time.monotonic()
                    step(part.size, max(total, part.size))
            step(part.size, max(total, part.size))
    except Unreachable as error:
        if error.status == RANGE_NOT_THERE:
            raise _another_file(wanted, part) from error
        raise
    if part.sha256 == wanted.sha256:
        return
    if part.size < total:
        raise Unreachable(f"ended after {part.size} of {total} bytes")
    raise _another_file(wanted, part)


def _accepted_total(content: Content, wanted: Wanted, part: _Part) -> int:
    """Size of the whole file, 0 when nobody says it; the part fits the beginning of the stream."""
    if wanted.bytes and content.total_bytes not in (0, wanted.bytes):
        raise Unreachable(f"offers {content.total_bytes} bytes instead of the published {wanted.bytes}")
    if content.first_byte not in (0, part.size):
        raise Unreachable(f"sends from byte {content.first_byte} on instead of {part.size}")
    if content.first_byte == 0 and part.size:
        part.restart()
    total = wanted.bytes or content.total_bytes
    require_space(wanted.part.parent, total - part.size + wanted.room_bytes)
    return total


def _another_file(wanted: Wanted, part: _Part) -> WrongContent:
    much = f"{part.size} of {wanted.bytes} bytes" if wanted.bytes else f"{part.size} bytes"
    return WrongContent(f"sends another file (sha256 {part.sha256[:8]}…, published {wanted.sha256[:8]}…; {much})")
