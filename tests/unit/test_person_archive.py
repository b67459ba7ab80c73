import hashlib
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save
from support_people import flat_crop, sample_person

from facechain.errors import FaceChainError, PersonUnreadable, UnreadableCheckpoint
from facechain.people import Person
from facechain.person_archive import export_person, read_exported_person

KEY = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight"


def lora_bytes(width: int = 768) -> bytes:
    return save({KEY: np.ones((4, width), np.float32)})


@pytest.fixture
def anna(tmp_path) -> Person:
    file = tmp_path / "trained.safetensors"
    file.write_bytes(lora_bytes())
    return sample_person(file, references=(flat_crop(100), flat_crop(110)), analyzer_id="buffalo_l")


@pytest.fixture
def exported(anna, tmp_path) -> Path:
    file = tmp_path / "anna.person.zip"
    export_person(anna, file)
    return file


def changed(archive: Path, **contents: bytes | None) -> Path:
    """A copy of `archive` in which members have other contents; None: the member is gone."""
    copy = archive.with_name("changed.person.zip")
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(copy, "w") as target:
        for name in source.namelist():
            key = name.rpartition("/")[2].partition(".")[0].replace("-", "_")
            content = contents.get(key, source.read(name))
            if content is not None:
                target.writestr(name, content)
    return copy


def record_with(archive: Path, **changes) -> bytes:
    with zipfile.ZipFile(archive) as source:
        return json.dumps({**json.loads(source.read("person.json")), **changes}).encode()


def test_an_imported_person_equals_the_exported_one(anna, exported, tmp_path):
    person = read_exported_person(exported, tmp_path / "unpacked")
    same = ("slug", "display_name", "trigger_word", "subject", "attribute_words", "base_family", "base_sha256")
    for name in (*same, "lora_sha256", "analyzer_id", "created"):
        assert getattr(person, name) == getattr(anna, name)
    assert [int(crop[0, 0, 0]) for crop in person.references] == [100, 110]
    assert person.lora_file.read_bytes() == lora_bytes()


def test_the_archive_holds_record_weights_and_pictures_and_nothing_of_this_machine(exported, tmp_path):
    with zipfile.ZipFile(exported) as archive:
        names = archive.namelist()
        assert str(tmp_path) not in archive.read("person.json").decode()
    suffixes = [Path(name).suffix for name in names]
    assert sorted(suffixes) == [".json", ".png", ".png", ".safetensors"]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_cut_file_is_no_whole_export(exported, tmp_path, share):
    whole = exported.read_bytes()
    exported.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(PersonUnreadable, match=r'"anna\.person\.zip" is no whole export'):
        read_exported_person(exported, tmp_path / "unpacked")


@pytest.mark.parametrize("missing", ["person", "lora"])
def test_a_missing_member_is_noticed(exported, tmp_path, missing):
    with pytest.raises(PersonUnreadable, match="no whole export"):
        read_exported_person(changed(exported, **{missing: None}), tmp_path / "unpacked")


def test_changed_weights_are_noticed_and_not_left_behind(exported, tmp_path):
    with pytest.raises(PersonUnreadable, match=r"sha256 of lora\.safetensors differs"):
        read_exported_person(changed(exported, lora=lora_bytes() + b"x"), tmp_path / "unpacked")
    assert list((tmp_path / "unpacked").iterdir()) == []


def test_a_pickle_in_place_of_the_weights_is_refused(exported, tmp_path):
    pickled = b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00\x8c\x02os\x94."
    lora = {"file": "lora.safetensors", "sha256": hashlib.sha256(pickled).hexdigest()}
    file = changed(exported, lora=pickled, person=record_with(exported, lora=lora))
    with pytest.raises(UnreadableCheckpoint, match="is a pickle file"):
        read_exported_person(file, tmp_path / "unpacked")


def test_the_family_is_read_from_the_weights(exported, tmp_path):
    lora = {"file": "lora.safetensors", "sha256": hashlib.sha256(lora_bytes(2048)).hexdigest()}
    file = changed(exported, lora=lora_bytes(2048), person=record_with(exported, lora=lora, base_family="sd15"))
    assert read_exported_person(file, tmp_path / "unpacked").base_family == "sdxl"


def test_names_that_lead_elsewhere_are_refused(exported, tmp_path):
    references = [{"file": "../../../secret.png", "sha256": "0" * 64}]
    with pytest.raises(PersonUnreadable, match="no plain file name"):
        read_exported_person(changed(exported, person=record_with(exported, references=references)), tmp_path / "out")


def test_a_bomb_is_refused_unread(exported, tmp_path):
    bomb = tmp_path / "bomb.person.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("person.json", b" " * 50_000_000)
    with pytest.raises(PersonUnreadable, match=r"person\.json is larger than 100,000 bytes"):
        read_exported_person(bomb, tmp_path / "out")


def test_an_export_that_fails_leaves_nothing(anna, tmp_path):
    folder = tmp_path / "taken"
    folder.write_text("a file where the folder should be")
    with pytest.raises(FaceChainError, match='Person "anna" could not be exported'):
        export_person(anna, folder / "anna.person.zip")


def test_weights_that_find_no_room_do_not_make_the_file_a_damaged_one(exported, tmp_path):
    folder = tmp_path / "taken"
    folder.write_text("a file where the folder should be")
    with pytest.raises(FaceChainError, match=r"could not be unpacked .*Free disk space") as refused:
        read_exported_person(exported, folder)
    assert not isinstance(refused.value, PersonUnreadable)
