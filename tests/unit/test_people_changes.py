from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save
from support_people import flat_crop, sample_person

from facechain.errors import InvalidName, PersonExists, PersonNotFound
from facechain.people import Person
from facechain.people_changes import import_person, rename_person
from facechain.people_store import PeopleStore
from facechain.person_archive import export_person

KEY = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight"


@pytest.fixture
def store(tmp_path) -> PeopleStore:
    return PeopleStore(tmp_path / "people", tmp_path / "loras")


def trained(folder: Path, slug: str = "anna", weight: float = 1.0) -> Person:
    file = folder / f"{slug}-{weight}.safetensors"
    file.write_bytes(save({KEY: np.full((4, 768), weight, np.float32)}))
    return sample_person(file, slug, references=(flat_crop(100),))


def exported(folder: Path, person: Person) -> Path:
    file = folder / f"{person.slug}.person.zip"
    export_person(person, file)
    return file


def test_a_renamed_person_keeps_weights_and_trigger_word_and_leaves_the_old_name_free(store, tmp_path):
    before = store.save_person(trained(tmp_path))
    after = rename_person(store, "anna", "Anna Maria")
    assert store.names() == ["anna-maria"]
    assert (after.display_name, after.trigger_word, after.lora_sha256) == ("Anna Maria", "fcanna", before.lora_sha256)
    assert [file.name[:11] for file in (tmp_path / "loras").iterdir()] == ["anna-maria-"]


def test_another_spelling_of_the_same_name_is_only_shown_differently(store, tmp_path):
    store.save_person(trained(tmp_path))
    assert rename_person(store, "anna", "ANNA").display_name == "ANNA"
    assert store.names() == ["anna"]


def test_nobody_is_renamed_over_somebody_else(store, tmp_path):
    store.save_person(trained(tmp_path))
    store.save_person(trained(tmp_path, "bob", 2.0))
    with pytest.raises(PersonExists, match='Somebody else is called "bob"'):
        rename_person(store, "anna", "Bob")
    assert store.names() == ["anna", "bob"]


def test_an_unknown_person_cannot_be_renamed(store):
    with pytest.raises(PersonNotFound):
        rename_person(store, "anna", "Bob")


def test_an_imported_person_is_in_the_library(store, tmp_path):
    person = import_person(store, exported(tmp_path, trained(tmp_path)))
    assert store.names() == ["anna"]
    assert person.lora_file.parent == tmp_path / "loras"


def test_a_person_can_be_imported_under_another_name(store, tmp_path):
    person = import_person(store, exported(tmp_path, trained(tmp_path)), "Anna of 2026")
    assert (person.slug, person.display_name) == ("anna-of-2026", "Anna of 2026")


def test_the_same_person_may_be_imported_again_but_nobody_over_somebody_else(store, tmp_path):
    file = exported(tmp_path, trained(tmp_path))
    import_person(store, file)
    import_person(store, file)
    other = exported(tmp_path, trained(tmp_path, weight=3.0))
    with pytest.raises(PersonExists, match="Choose another name"):
        import_person(store, other)


@pytest.mark.parametrize("name", ["../../x", "a/b", "\N{GRINNING FACE}"])
def test_an_impossible_name_is_refused_and_nothing_is_kept(store, tmp_path, name):
    with pytest.raises(InvalidName):
        import_person(store, exported(tmp_path, trained(tmp_path)), name)
    assert store.names() == []
