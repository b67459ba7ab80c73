"""A page learns which name is which photo, also where a file is damaged or there twice."""

import hashlib

from PIL import Image

from facechain.photo_listing import photo_listing
from facechain.photos import reference_photos


def photo_files(folder, *greys):
    """A picture file per grey level, named 0.png and so on."""
    folder.mkdir()
    files = [folder / f"{number}.png" for number in range(len(greys))]
    for file, grey in zip(files, greys, strict=True):
        Image.new("L", (80, 80), grey).save(file)
    return files


def listing(files):
    return photo_listing(files, reference_photos(files.values()))


def test_every_photo_has_its_name_and_the_beginning_of_its_hash(tmp_path):
    one, two = photo_files(tmp_path / "ana", 10, 20)
    listed = listing({"ana/0.png": one, "ana/1.png": two})
    assert [photo["name"] for photo in listed] == ["ana/0.png", "ana/1.png"]
    assert listed[1]["sha256"] == hashlib.sha256(two.read_bytes()).hexdigest()[:16]


def test_a_repeated_file_is_listed_once_under_its_first_name(tmp_path):
    one, two, repeat, three = photo_files(tmp_path / "ana", 10, 20, 10, 30)
    files = {"ana/0.png": one, "ana/1.png": two, "ana/2.png": repeat, "ana/3.png": three}
    assert [photo["name"] for photo in listing(files)] == ["ana/0.png", "ana/1.png", "ana/3.png"]


def test_a_repeat_under_the_same_file_name_is_told_from_the_next_photo(tmp_path):
    (one,) = photo_files(tmp_path / "ana", 10)
    repeat, two = photo_files(tmp_path / "copy", 10, 20)
    files = {"ana/0.png": one, "copy/0.png": repeat, "copy/1.png": two}
    assert [photo["name"] for photo in listing(files)] == ["ana/0.png", "copy/1.png"]


def test_a_damaged_file_keeps_its_hash_and_a_missing_one_has_none(tmp_path):
    damaged = tmp_path / "damaged.png"
    damaged.write_bytes(b"no picture")
    (good,) = photo_files(tmp_path / "ana", 10)
    files = {"damaged.png": damaged, "gone.png": tmp_path / "gone.png", "ana/0.png": good}
    listed = {photo["name"]: photo["sha256"] for photo in listing(files)}
    assert listed["damaged.png"] == hashlib.sha256(b"no picture").hexdigest()[:16]
    assert listed["gone.png"] == ""
    assert len(listed["ana/0.png"]) == 16
