"""The style library: what is saved reads back equal, what is refused has changed nothing, the bundled ones stay."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support_people import write_style

from facechain import stored_files
from facechain.errors import FaceChainError, InvalidSetting, StyleExists, StyleNotFound
from facechain.facechain_style import read_any_style
from facechain.style_library import StyleLibrary
from facechain.styles import StyleCatalog

LORA = {"file": "look.safetensors", "source": "somewhere", "sha256": "a" * 64, "licence": "unknown"}
GREY = np.full((300, 1024, 3), 90, np.uint8)
LIGHT = np.full((300, 1024, 3), 200, np.uint8)


@pytest.fixture
def folders(tmp_path):
    """The user's folder, which is not there yet, and one with the bundled style "beach"."""
    write_style(tmp_path / "bundled", prompt="bundled words")
    return [tmp_path / "own", tmp_path / "bundled"]


@pytest.fixture
def library(folders):
    return StyleLibrary(folders)


@pytest.fixture
def forest(tmp_path):
    """A style that is in no library."""
    return read_any_style(write_style(tmp_path / "elsewhere", "forest", lora=LORA))


def files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.glob("*"))}


def test_a_saved_style_reads_back_equal_and_is_in_the_catalogue(library, folders, forest):
    assert library.save(forest) == forest
    assert StyleCatalog(folders).load("forest") == forest
    assert list(files(folders[0])) == ["forest.json"]


def test_the_picture_is_small_and_holds_pixels_only(library, folders, forest):
    saved = library.save(forest, GREY)
    picture = Image.open(folders[0] / saved.preview)
    assert (picture.format, picture.size) == ("JPEG", (512, 150))
    assert (picture.getexif(), set(picture.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density"}) == ({}, set())
    assert np.asarray(picture)[75, 256].tolist() == [90, 90, 90]


def test_a_taken_name_is_refused_with_both_ways_out(library, folders, forest):
    library.save(forest)
    before = files(folders[0])
    with pytest.raises(
        StyleExists, match=r'"forest" of your own already\. Replace it \(overwrite\), or choose another'
    ):
        library.save(replace(forest, prompt="other"), GREY)
    assert files(folders[0]) == before


def test_a_bundled_name_is_taken_too_and_its_file_stays(library, folders, forest):
    beach = replace(forest, id="beach")
    bundled = files(folders[1])
    with pytest.raises(StyleExists, match=r'bundled style is called "beach"\. Put yours in front of it \(overwrite;'):
        library.save(beach)
    assert not folders[0].exists()
    assert library.save(beach, overwrite=True) == StyleCatalog(folders).load("beach") == beach
    assert files(folders[1]) == bundled
    assert library.notes_on("beach") == [
        'Your style stands in front of the bundled "beach", which comes back when yours is deleted.'
    ]
    assert library.notes_on("forest") == []


def test_the_very_same_style_may_be_saved_again(library, folders, forest):
    first = library.save(forest, GREY)
    assert library.save(forest, GREY) == library.save(forest) == first
    assert len(files(folders[0])) == 2


def test_a_replaced_style_takes_its_picture_along_unless_it_gets_none(library, folders, forest):
    first = library.save(forest, GREY)
    other = library.save(replace(forest, prompt="other"), overwrite=True)
    assert (other.prompt, other.preview) == ("other", first.preview)
    third = library.save(forest, LIGHT, overwrite=True)
    assert set(files(folders[0])) == {"forest.json", third.preview}
    assert third.preview != first.preview


@pytest.mark.parametrize("failing", ["first", "second"])
def test_a_full_disk_leaves_the_library_as_it_was(library, folders, forest, monkeypatch, failing):
    library.save(forest, GREY)
    before, calls = files(folders[0]), []

    def full(draft, file):
        calls.append(file)
        if failing == "first" or len(calls) == 2:
            raise OSError(28, "No space left on device")
        draft.replace(file)

    monkeypatch.setattr(stored_files, "put_in_place", full)
    with pytest.raises(
        FaceChainError, match=r'"forest" could not be saved \(No space left on device\).*unchanged\. Free'
    ):
        library.save(replace(forest, prompt="other"), LIGHT, overwrite=True)
    assert files(folders[0]) == before


def test_a_place_that_cannot_be_written_is_said(library, folders, forest):
    folders[0].write_text("a file where the folder should be")
    with pytest.raises(FaceChainError, match="check the rights of models/facechain/styles"):
        library.save(forest, GREY)


def test_a_deleted_style_goes_with_its_picture_and_counts(library, folders, forest):
    library.save(forest, GREY)
    library.delete("forest")
    assert list(files(folders[0])) == [".deletions"]
    assert library.deletion_count() == 1
    with pytest.raises(StyleNotFound, match='no style "forest" of your own'):
        library.delete("forest")


def test_a_picture_that_the_user_put_there_stays(library, folders, forest):
    library.save(replace(forest, preview=None))
    write_style(folders[0], "meadow", preview="mine.jpg")
    (folders[0] / "mine.jpg").write_bytes(b"picture")
    library.delete("meadow")
    assert (folders[0] / "mine.jpg").exists()


def test_deleting_ones_own_brings_the_bundled_one_back_which_itself_stays(library, folders, forest):
    library.save(replace(forest, id="beach"), overwrite=True)
    library.delete("beach")
    assert StyleCatalog(folders).load("beach").prompt == "bundled words"
    with pytest.raises(InvalidSetting, match='"beach" is bundled and stays'):
        library.delete("beach")


def test_a_damaged_style_can_be_deleted(library, folders):
    folders[0].mkdir()
    (folders[0] / "broken.json").write_text("{")
    library.delete("broken")
    assert not library.has("broken")


@pytest.mark.parametrize("style_id", ["../bundled/beach", "", ".", "/etc/x", "*"])
def test_nothing_outside_of_the_folder_is_deleted(library, folders, style_id):
    with pytest.raises(StyleNotFound):
        library.delete(style_id)
    assert list(files(folders[1])) == ["beach.json"]


def test_what_comes_from_elsewhere_asks_before_it_replaces(library, forest):
    assert library.take(replace(forest, preview="x.png"), "ask") == replace(forest, preview=None)
    other = replace(forest, prompt="other")
    for taken in (other, replace(other, id="beach")):
        with pytest.raises(StyleExists):
            library.take(taken, "ask")
    assert library.take(other, "replace").prompt == "other"


def test_a_style_that_is_here_already_is_taken_without_a_question(library, folders, forest):
    saved = library.save(forest, GREY)
    assert library.take(forest, "ask") == library.take(forest, "keep both") == saved
    bundled = StyleCatalog(folders).load("beach")
    assert library.take(bundled, "ask") == bundled
    assert len(files(folders[0])) == 2


def test_both_are_kept_under_the_next_free_id(library, forest):
    library.save(forest)
    taken = [library.take(replace(forest, prompt=f"words {number}"), "keep both") for number in (2, 3)]
    assert [(style.id, style.title.en, style.title.zh) for style in taken] == [
        ("forest-2", "Beach 2", "海滩 2"),
        ("forest-3", "Beach 3", "海滩 3"),
    ]


def test_a_replaced_style_loses_the_picture_of_the_other_look(library, folders, forest):
    library.save(forest, GREY)
    assert library.take(replace(forest, prompt="other"), "replace").preview is None
    assert list(files(folders[0])) == ["forest.json"]
