"""The small programs that a demo runs: the second person, and the count of changed pixels."""

from __future__ import annotations

import os
import subprocess
import sys

from PIL import Image
from support_people import sample_person, trained_lora

from facechain.people_store import PeopleStore
from studio.cache import SCRIPTS
from studio.demo_changed_pixels import changed_pixels
from studio.demo_second_person import SECOND_PERSON


def second_person(*words: str) -> None:
    command = [sys.executable, "-m", "studio.demo_second_person", *words]
    subprocess.run(command, env={**os.environ, "PYTHONPATH": str(SCRIPTS)}, check=True)


def test_the_second_person_has_a_photo_of_her_own_and_leaves_the_library_as_it_was(tmp_path):
    store = PeopleStore(tmp_path / "facechain" / "people", tmp_path / "loras" / "facechain")
    store.save_person(sample_person(trained_lora(tmp_path / "trained")))
    Image.new("RGB", (512, 512), (200, 0, 0)).save(tmp_path / "photo.png")

    second_person("add", str(tmp_path), "anna", str(tmp_path / "photo.png"))
    added = store.load_person(SECOND_PERSON)
    assert added.display_name == "Grace Hopper"
    assert [reference[0, 0].tolist() for reference in added.references] == [[200, 0, 0]]

    second_person("remove", str(tmp_path))
    assert store.names() == ["anna"]
    assert [file.name.split("-")[0] for file in (tmp_path / "loras" / "facechain").iterdir()] == ["anna"]


def test_a_second_person_who_is_not_there_is_removed_without_a_word(tmp_path):
    second_person("remove", str(tmp_path))


def test_only_pixels_of_the_left_half_are_counted(tmp_path):
    before = Image.new("RGB", (6, 2), (10, 20, 30))
    after = before.copy()
    after.putpixel((2, 1), (10, 20, 31))
    after.putpixel((3, 1), (10, 20, 31))
    before.save(tmp_path / "before.png")
    after.save(tmp_path / "after.png")
    assert changed_pixels(tmp_path / "before.png", tmp_path / "after.png") == (1, 6)
