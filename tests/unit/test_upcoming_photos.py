import threading
import weakref
from contextlib import closing

import numpy as np
import pytest
from support import portrait, save_photos
from support_waiting import wait_until

from facechain import upcoming_photos
from facechain.photos import PhotoRef, PhotoSet, reference_photos
from facechain.upcoming_photos import DecodedPhoto, decode_ahead


def sized_photos(folder, count: int) -> PhotoSet:
    """Photos that are told apart by their width: 100, 101, ..."""
    return save_photos(folder, *(portrait(100 + number, 100) for number in range(count)))


def decoding_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("facechain-decode")]


@pytest.fixture
def decoded(monkeypatch) -> list[weakref.ref[np.ndarray]]:
    """Every photo that was decoded so far, as long as it lives."""
    photos: list[weakref.ref[np.ndarray]] = []
    decode = upcoming_photos.try_decode_photo

    def watched(photo: PhotoRef) -> DecodedPhoto:
        pixels, reference = decode(photo)
        assert pixels is not None
        photos.append(weakref.ref(pixels))
        return pixels, reference

    monkeypatch.setattr(upcoming_photos, "try_decode_photo", watched)
    return photos


def alive(photos: list[weakref.ref[np.ndarray]]) -> int:
    return sum(photo() is not None for photo in photos)


def width_of(decoded: DecodedPhoto) -> int:
    pixels, _ = decoded
    assert pixels is not None
    return pixels.shape[1]


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_photos_come_in_their_order_and_none_is_lost(tmp_path, count):
    photos = sized_photos(tmp_path, count)
    widths = [width_of(decoded) for decoded in decode_ahead(photos.photos)]
    assert widths == [100 + number for number in range(count)]


def test_each_comes_with_its_reference(tmp_path):
    photos = sized_photos(tmp_path, 3)
    assert [reference for _, reference in decode_ahead(photos.photos)] == list(photos.photos)


def test_no_photo_gives_none_and_no_thread():
    assert list(decode_ahead(())) == []
    assert decoding_threads() == []


def test_a_file_that_cannot_be_read_comes_in_its_place_with_its_problem(tmp_path):
    (tmp_path / "b.jpg").write_text("no picture", encoding="utf-8")
    good = sized_photos(tmp_path, 2).photos
    photos = (good[0], reference_photos([tmp_path / "b.jpg"]).photos[0], good[1])
    decoded = list(decode_ahead(photos))
    assert [pixels is None for pixels, _ in decoded] == [False, True, False]
    assert decoded[1][1].problem == "The file is no picture."


def test_the_next_photo_is_decoded_meanwhile_and_no_other(tmp_path, decoded):
    with closing(decode_ahead(sized_photos(tmp_path, 6).photos)) as upcoming:
        for number in range(1, 6):
            current = next(upcoming)
            wait_until(lambda ready=number + 1: len(decoded) >= ready)
            assert len(decoded) == number + 1
            assert alive(decoded) == 2
            del current


def test_the_thread_ends_with_the_last_photo(tmp_path):
    list(decode_ahead(sized_photos(tmp_path, 3).photos))
    assert decoding_threads() == []


def test_thread_and_photos_are_gone_when_the_caller_leaves_early(tmp_path, decoded):
    upcoming = decode_ahead(sized_photos(tmp_path, 5).photos)
    next(upcoming)
    upcoming.close()
    assert decoding_threads() == []
    assert alive(decoded) == 0


def test_an_error_of_the_decoding_is_raised_at_its_photo(tmp_path, monkeypatch):
    photos = sized_photos(tmp_path, 3).photos
    decode = upcoming_photos.try_decode_photo

    def failing(photo: PhotoRef) -> DecodedPhoto:
        if photo is photos[1]:
            raise MemoryError("no room for 537 MB")
        return decode(photo)

    monkeypatch.setattr(upcoming_photos, "try_decode_photo", failing)
    with closing(decode_ahead(photos)) as upcoming:
        assert width_of(next(upcoming)) == 100
        with pytest.raises(MemoryError, match="no room for 537 MB"):
            next(upcoming)
    assert decoding_threads() == []
