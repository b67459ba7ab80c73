"""The next photo is decoded while the current one is looked at."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from .geometry import ByteArray
from .photos import PhotoRef, try_decode_photo

DecodedPhoto = tuple[ByteArray | None, PhotoRef]
"""What `try_decode_photo` gives."""


def decode_ahead(photos: Iterable[PhotoRef]) -> Generator[DecodedPhoto]:
    """Every photo decoded, in order; the next one is decoded on a thread meanwhile.

    At most two decoded photos are alive if the caller drops each before it takes the next. The thread
    ends with the generator, so close it where an error may leave it early.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="facechain-decode") as thread:
        upcoming: Future[DecodedPhoto] | None = None
        for photo in photos:
            current, upcoming = upcoming, thread.submit(try_decode_photo, photo)
            if current is not None:
                yield current.result()
        if upcoming is not None:
            yield upcoming.result()
