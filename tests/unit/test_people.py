"""The people library keeps what was saved, and an interrupted save changes nothing."""

from __future__ import annotations

import errno
import json
import os
import shutil
from dataclasses import replace

import numpy as np
import pytest
from support_people import CREATED, FlatAnalyzer, flat_crop, sample_person, trained_lora

from facechain.errors import FaceChainError, InvalidSetting, NoFaceFound, PersonNotFound, PersonUnreadable
from facechain.people_store import PeopleStore


@pytest.fixture
def store(tmp_path):
    return PeopleStore(tmp_path / "people", tmp_path / "loras")


def files_below(folder):
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def test_a_loaded_person_equals_the_saved_one(store, tmp_path):
    saved = store.save_person(sample_person(trained_lora(tmp_path / "job")))
    loaded = store.load_person("anna")
    assert loaded.lora_file == saved.lora_file == tmp_path / "loras" / f"anna-{saved.lora_sha256[:8]}.safetensors"
    assert loaded.lora_file.read_bytes() == b"weights"
    assert (loaded.display_name, loaded.trigger_word, loaded.subject) == ("Anna", "fcanna", "woman")
    assert (loaded.attribute_words, loaded.base_sha256, loaded.created) == (("glasses",), "b" * 64, CREATED)
    assert [reference[0, 0, 0] for reference in loaded.references] == [100, 110]


def test_a_person_remembers_which_analyzer_saw_the_photos(store, tmp_path):
    store.save_person(sample_person(trained_lora(tmp_path / "job"), analyzer_id="buffalo_l"))
    assert store.load_person("anna").analyzer_id == "buffalo_l"


def test_the_record_names_no_photo_and_no_folder_of_this_machine(store, tmp_path):
    store.save_person(sample_person(trained_lora(tmp_path / "job")))
    text = (tmp_path / "people" / "anna" / "person.json").read_text("utf-8")
    assert json.loads(text)["schema"] == 1
    assert str(tmp_path) not in text
    assert "lora.safetensors" not in text


def test_the_repr_shows_slug_and_counts_only(tmp_path):
    assert repr(sample_person(trained_lora(tmp_path))) == "Person(anna, 2 references)"


def test_reference_crops_are_read_only(tmp_path):
    person = sample_person(trained_lora(tmp_path))
    with pytest.raises(ValueError, match="read-only"):
        person.references[0][:] = 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"references": ()}, "needs 1 to 8 reference crops, got 0"),
        ({"references": (np.zeros((9, 9, 3), np.uint8),)}, r"uint8 \(9, 9, 3\)\. Use uint8 \(512, 512, 3\)"),
        ({"subject": "cat"}, 'Subject "cat" is unknown. Use one of: person, woman'),
        ({"slug": "../anna"}, "looks like a path"),
        ({"slug": "Anna"}, '"Anna" is no person slug'),
        ({"created": CREATED.replace(tzinfo=None)}, "no time zone"),
    ],
)
def test_an_impossible_person_is_refused(tmp_path, change, message):
    with pytest.raises(FaceChainError, match=message):
        sample_person(trained_lora(tmp_path), **change)


def test_saving_again_replaces_the_person_and_keeps_one_earlier_lora(store, tmp_path):
    names = []
    for content in (b"first", b"second", b"third"):
        saved = store.save_person(sample_person(trained_lora(tmp_path / "job", content)))
        names.append(saved.lora_file.name)
    assert files_below(tmp_path / "loras") == sorted(names[1:])
    assert store.load_person("anna").lora_file.read_bytes() == b"third"


def test_a_person_whose_name_begins_alike_keeps_every_file(store, tmp_path):
    maria = store.save_person(sample_person(trained_lora(tmp_path / "job", b"maria"), "anna-maria"))
    for content in (b"first", b"second", b"third"):
        store.save_person(sample_person(trained_lora(tmp_path / "job", content)))
    store.delete_person("anna")
    assert store.load_person("anna-maria").lora_file == maria.lora_file


@pytest.mark.parametrize("failing_call", [1, 2, 3, 4])
def test_a_save_that_fails_at_any_file_leaves_the_earlier_person(store, tmp_path, monkeypatch, failing_call):
    store.save_person(sample_person(trained_lora(tmp_path / "job", b"first")))
    before = files_below(tmp_path / "people") + files_below(tmp_path / "loras")
    calls = iter(range(1, 100))
    synchronise = os.fsync

    def full_disk(descriptor):
        if next(calls) == failing_call:
            raise OSError(errno.ENOSPC, "No space left on device")
        synchronise(descriptor)

    retrained = sample_person(trained_lora(tmp_path / "job", b"second"), references=(flat_crop(7), flat_crop(8)))
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(FaceChainError, match=r"No space left on device.*unchanged.*Free disk space"):
        store.save_person(retrained)
    assert files_below(tmp_path / "people") + files_below(tmp_path / "loras") == before
    assert store.load_person("anna").lora_file.read_bytes() == b"first"


def test_what_a_killed_save_left_is_ignored_and_removed_by_the_next(store, tmp_path):
    person = store.save_person(sample_person(trained_lora(tmp_path / "job")))
    left_behind = [
        tmp_path / "people" / "anna" / ".person.json.0a1b2c3d.tmp",
        tmp_path / "people" / "anna" / "references" / "000-deadbeef.png",
        tmp_path / "loras" / ".anna-deadbeef.safetensors.0a1b2c3d.tmp",
        tmp_path / "loras" / "anna-deadbeef.safetensors",
    ]
    for file in left_behind:
        file.write_bytes(b"half")
    assert store.load_person("anna").lora_sha256 == person.lora_sha256
    store.save_person(person)
    assert not any(file.exists() for file in left_behind)


def test_a_lora_that_changed_since_it_was_hashed_is_not_saved(store, tmp_path):
    person = sample_person(trained_lora(tmp_path / "job"))
    person.lora_file.write_bytes(b"other weights")
    with pytest.raises(PersonUnreadable, match=r"expected .* Run the training job again"):
        store.save_person(person)
    assert files_below(tmp_path / "people") + files_below(tmp_path / "loras") == []


def test_an_unknown_person_error_names_who_is_there(store, tmp_path):
    store.save_person(sample_person(trained_lora(tmp_path / "job"), "bob"))
    with pytest.raises(PersonNotFound, match=r'"alice" is not on this machine; the library has: bob\. Train'):
        store.load_person("alice")


@pytest.mark.parametrize("slug", ["../anna", "", ".", "Anna"])
def test_a_slug_cannot_leave_the_library(store, tmp_path, slug):
    store.save_person(sample_person(trained_lora(tmp_path / "job")))
    with pytest.raises(PersonNotFound, match="not on this machine"):
        store.load_person(slug)
    with pytest.raises(PersonNotFound, match="not on this machine"):
        store.delete_person(slug)


def test_a_changed_lora_makes_the_person_unreadable(store, tmp_path):
    saved = store.save_person(sample_person(trained_lora(tmp_path / "job")))
    saved.lora_file.write_bytes(b"tampered")
    with pytest.raises(PersonUnreadable, match=r"has changed .*Restore it, or train again"):
        store.load_person("anna")


def test_a_missing_lora_makes_the_person_unreadable(store, tmp_path):
    store.save_person(sample_person(trained_lora(tmp_path / "job"))).lora_file.unlink()
    with pytest.raises(PersonUnreadable, match=r"is missing\. Put it back into models/loras/facechain"):
        store.load_person("anna")


def test_a_damaged_reference_makes_the_person_unreadable(store, tmp_path):
    store.save_person(sample_person(trained_lora(tmp_path / "job")))
    next((tmp_path / "people" / "anna" / "references").glob("000*")).write_bytes(b"no picture")
    with pytest.raises(PersonUnreadable, match=r'Reference "000-.*\.png" of person "anna" is missing or damaged'):
        store.load_person("anna")


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("schema", 2, "has schema 2, this version reads 1. Update"),
        ("lora", {"file": "../../evil.safetensors", "sha256": "a" * 64}, "is no plain file name"),
        ("references", [{"file": "/etc/x.png", "sha256": "a" * 64}], "is no plain file name"),
        ("slug", "bob", 'it belongs to "bob"'),
        ("subject", "cat", 'unknown subject "cat"'),
        ("trigger_word", 5, "trigger_word is no text"),
    ],
)
def test_a_record_changed_by_hand_is_refused(store, tmp_path, key, value, message):
    store.save_person(sample_person(trained_lora(tmp_path / "job")))
    file = tmp_path / "people" / "anna" / "person.json"
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), key: value}), "utf-8")
    with pytest.raises(PersonUnreadable, match=message):
        store.load_person("anna")


def test_one_damaged_person_does_not_hide_the_others(store, tmp_path):
    for slug in ("bob", "anna"):
        store.save_person(sample_person(trained_lora(tmp_path / "job"), slug))
    (tmp_path / "people" / "anna" / "person.json").write_text('{"schema": 1', "utf-8")
    anna, bob = store.list_people()
    assert (bob.slug, bob.problem) == ("bob", "")
    assert "person.json of" in anna.problem


def test_an_empty_library_lists_nobody(store):
    assert store.list_people() == ()
    assert store.deletion_count() == 0


def test_deleting_takes_record_references_and_every_lora_and_counts(store, tmp_path):
    for content in (b"first", b"second"):
        store.save_person(sample_person(trained_lora(tmp_path / "job", content)))
    removed = store.delete_person("anna")
    assert removed.files[0] == "person.json"
    assert len(removed.files) == 1 + 2 + 2
    assert files_below(tmp_path / "loras") == []
    assert not (tmp_path / "people" / "anna").exists()
    assert store.deletion_count() == 1
    with pytest.raises(PersonNotFound, match="the library has: nobody"):
        store.load_person("anna")


def test_loras_without_their_record_can_still_be_deleted(store, tmp_path):
    store.save_person(sample_person(trained_lora(tmp_path / "job")))
    shutil.rmtree(tmp_path / "people" / "anna")
    assert len(store.delete_person("anna").files) == 1


def test_embeddings_are_computed_once_per_person(store, tmp_path):
    person = store.save_person(sample_person(trained_lora(tmp_path / "job")))
    analyzer = FlatAnalyzer()
    first = store.identity_embeddings(person, analyzer)
    again = PeopleStore(tmp_path / "people", tmp_path / "loras").identity_embeddings(person, analyzer)
    assert analyzer.detections == 2
    assert [float(embedding.vector[0]) for embedding in first] == pytest.approx([1.0, 1.1])
    assert [float(embedding.vector[0]) for embedding in again] == pytest.approx([1.0, 1.1])
    assert again[0].metric == "euclidean"


def test_embeddings_follow_changed_references(store, tmp_path):
    person = store.save_person(sample_person(trained_lora(tmp_path / "job")))
    store.identity_embeddings(person, FlatAnalyzer())
    retaken = store.save_person(replace(person, references=(flat_crop(50),)))
    assert float(store.identity_embeddings(retaken, FlatAnalyzer())[0].vector[0]) == pytest.approx(0.5)


def test_a_damaged_embedding_cache_is_computed_again(store, tmp_path):
    person = store.save_person(sample_person(trained_lora(tmp_path / "job")))
    store.identity_embeddings(person, FlatAnalyzer())
    cache = tmp_path / "people" / "anna" / "embeddings" / "flat-grey.safetensors"
    cache.write_bytes(b"junk")
    assert len(store.identity_embeddings(person, FlatAnalyzer())) == 2


def test_a_reference_without_a_face_is_left_out(store, tmp_path):
    job = trained_lora(tmp_path / "job")
    person = store.save_person(sample_person(job, references=(flat_crop(0), flat_crop(90))))
    assert len(store.identity_embeddings(person, FlatAnalyzer())) == 1


def test_references_without_any_face_are_an_error(store, tmp_path):
    person = store.save_person(sample_person(trained_lora(tmp_path / "job"), references=(flat_crop(0),)))
    with pytest.raises(NoFaceFound, match='No face in any of 1 reference crops with analyzer "flat"'):
        store.identity_embeddings(person, FlatAnalyzer())


def test_computing_embeddings_does_not_bring_a_deleted_person_back(store, tmp_path):
    person = store.save_person(sample_person(trained_lora(tmp_path / "job")))
    store.delete_person("anna")
    store.identity_embeddings(person, FlatAnalyzer())
    assert not (tmp_path / "people" / "anna").exists()


def test_a_ninth_reference_is_refused(tmp_path):
    with pytest.raises(InvalidSetting, match="1 to 8 reference crops, got 9"):
        sample_person(trained_lora(tmp_path), references=tuple(flat_crop(grey) for grey in range(9)))
