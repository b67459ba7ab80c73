from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import save
from support import sample_face, sample_faces, sample_quality

from facechain.adopted_person import PersonWords, adopt_person
from facechain.errors import InvalidName, InvalidSetting, NoFaceFound, UnreadableCheckpoint
from facechain.people_store import PeopleStore

KEY = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight"
WORDS = PersonWords("Anna", "fcanna", "woman")


@pytest.fixture
def lora(tmp_path):
    file = tmp_path / "from-elsewhere.safetensors"
    file.write_bytes(save({KEY: np.ones((4, 2048), np.float32)}, {"modelspec.trigger_phrase": "ohwx"}))
    return file


def test_the_best_photos_become_the_references(lora):
    faces = tuple(sample_face(grey, quality=sample_quality(score=grey / 255)) for grey in (50, 200, 100))
    person = adopt_person(lora, replace(sample_faces(3), faces=faces), WORDS, "b" * 64)
    assert [int(reference[0, 0, 0]) for reference in person.references] == [200, 100, 50]
    assert person.references[0].shape == (512, 512, 3)


def test_family_words_and_base_are_those_of_file_and_owner(lora):
    person = adopt_person(lora, sample_faces(1), WORDS, "b" * 64)
    assert (person.slug, person.base_family, person.trigger_word) == ("anna", "sdxl", "fcanna")
    assert (person.base_sha256, person.analyzer_id) == ("b" * 64, "painted")


def test_the_trigger_word_of_the_file_is_taken_where_none_is_said(lora):
    assert adopt_person(lora, sample_faces(1), PersonWords("Anna", " ", "woman"), "b" * 64).trigger_word == "ohwx"


def test_without_any_trigger_word_it_is_asked_for(lora):
    lora.write_bytes(save({KEY: np.ones((4, 768), np.float32)}))
    with pytest.raises(InvalidSetting, match="does not say its trigger word"):
        adopt_person(lora, sample_faces(1), PersonWords("Anna", "", "woman"), "b" * 64)


def test_an_adopted_person_can_be_saved_and_loaded(lora, tmp_path):
    store = PeopleStore(tmp_path / "people", tmp_path / "loras")
    store.save_person(adopt_person(lora, sample_faces(2), WORDS, "b" * 64))
    assert store.load_person("anna").lora_file.read_bytes() == lora.read_bytes()


def test_without_a_face_nobody_is_adopted(lora):
    with pytest.raises(NoFaceFound, match="No photo shows the person"):
        adopt_person(lora, replace(sample_faces(1), faces=()), WORDS, "b" * 64)


def test_impossible_names_are_refused(lora):
    with pytest.raises(InvalidName):
        adopt_person(lora, sample_faces(1), PersonWords("../x", "fcanna", "woman"), "b" * 64)


def test_a_pickle_is_refused(tmp_path):
    file = tmp_path / "pytorch_lora_weights.bin"
    file.write_bytes(b"\x80\x04 a pickle")
    with pytest.raises(UnreadableCheckpoint, match="is a pickle file"):
        adopt_person(file, sample_faces(1), WORDS, "b" * 64)
