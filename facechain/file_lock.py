"""A lock on a file, which the system takes back when its holder dies, however it dies."""

from __future__ import annotations

import errno
import os
from typing import BinaryIO

if os.name == "nt":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


_HELD = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
"""What the systems say when another holds it."""


def try_lock(file: BinaryIO) -> bool:
    """True if the open `file` is locked by us until it is closed; False if another holds it.

    Holds also against threads of this process that opened the file themselves.
    Raises OSError where the file system has no locks.
    """
    try:
        _lock(file)
    except OSError as error:
        if error.errno not in _HELD:
            raise
        return False
    return True
