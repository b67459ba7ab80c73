"""A page gets everybody in the library, damaged ones too, and nothing from outside of it."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support_people import flat_crop, sample_person, trained_lora

from facechain.errors import PersonNotFound, PersonUnreadable
from facechain.people_listing import PeopleFolders, best_reference, library_files, listed_person, people_listing
from facechain.people_store import PeopleStore


@pytest.fixture
def folders(tmp_path) -> PeopleFolders:
    return PeopleFolders(tmp_path / "people", tmp_path / "loras")


def save(folders: PeopleFolders, slug: str = "anna", weights: bytes = b"weights", **changes) -> None:
    lora = trained_lora(folders.people.parent / "trained", weights)
    PeopleStore(folders.people, folders.loras).save_person(sample_person(lora, slug, **changes))


def size_bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def test_a_person_is_listed_with_all_that_a_row_shows(folders):
    save(folders)
    (person,) = json.loads(json.dumps(people_listing(folders)))["people"]
    assert person == {
        "slug": "anna",
        "display_name": "Anna",
        "base_family": "sd15",
        "trigger_word": "fcanna",
        "subject": "woman",
        "created": "2024-05-06T07:08:09+00:00",
        "references": 2,
        "bytes": size_bytes(folders.people) + size_bytes(folders.loras),
        "problem": "",
    }


def test_people_are_listed_by_the_names_that_are_shown(folders):
    save(folders, "x1", display_name="bob")
    save(folders, "x2", display_name="Anna")
    assert [person["slug"] for person in people_listing(folders)["people"]] == ["x2", "x1"]


def test_an_empty_library_has_nobody(folders):
    assert people_listing(folders) == {"people": []}


def test_a_damaged_record_hides_nobody_and_says_why(folders):
    save(folders)
    save(folders, "bob")
    (folders.people / "bob" / "person.json").write_text("{", "utf-8")
    anna, bob = people_listing(folders)["people"]
    assert (anna["problem"], bob["display_name"], bob["references"], bob["created"]) == ("", "bob", 2, "")
    assert 'person.json of "bob" cannot be read' in bob["problem"]
    assert bob["bytes"] > size_bytes(folders.people / "bob"), "Its LoRA counts as well."


def test_a_folder_without_a_record_is_listed_because_it_holds_faces(folders):
    save(folders)
    (folders.people / "anna" / "person.json").unlink()
    (person,) = people_listing(folders)["people"]
    assert (person["slug"], person["references"]) == ("anna", 2)
    assert 'person.json of "anna" cannot be read (No such file or directory)' in person["problem"]


def test_a_record_nested_too_deeply_hides_nobody(folders):
    save(folders)
    (folders.people / "anna" / "person.json").write_text("[" * 100_000)
    (person,) = people_listing(folders)["people"]
    assert 'person.json of "anna" cannot be read' in person["problem"]


def test_a_missing_reference_is_said(folders):
    save(folders)
    next((folders.people / "anna" / "references").glob("001-*")).unlink()
    (person,) = people_listing(folders)["people"]
    assert 'of person "anna" is missing or damaged' in person["problem"]


def test_a_missing_lora_is_said_and_the_rest_still_known(folders):
    save(folders)
    next(folders.loras.iterdir()).unlink()
    (person,) = people_listing(folders)["people"]
    assert person["display_name"] == "Anna"
    assert 'of person "anna" is missing. Put it back' in person["problem"]


def test_the_size_has_every_version_of_the_lora_and_no_other_persons(folders):
    save(folders, weights=b"1" * 1000)
    save(folders, weights=b"2" * 2000)
    save(folders, "anna-maria", weights=b"3" * 5000)
    loras = [file for file in library_files("anna", folders) if file.parent == folders.loras]
    assert sorted(file.stat().st_size for file in loras) == [1000, 2000]


def test_the_picture_is_the_best_reference_made_small(folders):
    save(folders, references=(flat_crop(200), flat_crop(100)))
    picture = Image.open(io.BytesIO(best_reference("anna", folders)))
    assert (picture.format, picture.mode, picture.size) == ("PNG", "RGB", (256, 256))
    assert np.unique(np.asarray(picture)).tolist() == [200]


def test_a_damaged_person_has_no_picture(folders):
    save(folders)
    for file in (folders.people / "anna" / "references").iterdir():
        file.write_bytes(b"no picture")
    with pytest.raises(PersonUnreadable, match="is missing or damaged"):
        best_reference("anna", folders)


@pytest.mark.parametrize("slug", ["bob", "", ".", "..", "../people/anna", "anna/references", "ANNA", "anna*", "/anna"])
def test_only_the_very_name_of_a_person_finds_them(folders, slug):
    save(folders)
    for question in (listed_person, best_reference):
        with pytest.raises(PersonNotFound, match="the library has: anna"):
            question(slug, folders)
    assert library_files(slug, folders) == []
