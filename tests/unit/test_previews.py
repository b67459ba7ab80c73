"""Previews of photos are small, upright and never stop because of one bad file."""

import numpy as np
import pytest
from PIL import Image

from facechain.errors import NoPhotos
from facechain.photos import reference_photos
from facechain.previews import photo_previews, shrink
from facechain.progress import SilentProgress


def test_the_long_side_is_shrunk_and_the_shape_kept():
    assert shrink(np.zeros((100, 400, 3), np.uint8), 200).shape == (50, 200, 3)


def test_a_small_picture_is_not_enlarged():
    assert shrink(np.zeros((100, 80, 3), np.uint8), 200).shape == (100, 80, 3)


def test_damaged_photos_are_left_out(tmp_path):
    Image.new("RGB", (90, 70), "red").save(tmp_path / "a.png")
    whole = (tmp_path / "a.png").read_bytes()
    (tmp_path / "b.png").write_bytes(whole[:60])
    (tmp_path / "c.jpg").write_bytes(b"no picture")
    photos = reference_photos(sorted(tmp_path.iterdir()))
    (preview,) = photo_previews(photos, 64, SilentProgress())
    assert preview.shape == (50, 64, 3)


def test_without_any_readable_photo_each_is_told_with_its_reason(tmp_path):
    (tmp_path / "a.png").write_bytes(b"")
    photos = reference_photos([tmp_path / "a.png", tmp_path / "absent.png"])
    message = (
        r"None of 2 photos can be read.*\nPhoto 1 of 2: The file is empty.*\nPhoto 2 of 2: The file does not exist"
    )
    with pytest.raises(NoPhotos, match=message):
        photo_previews(photos, 64, SilentProgress())
