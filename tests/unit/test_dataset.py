import json
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support import sample_face, sample_faces, sample_quality

from facechain.dataset import Dataset, build_dataset
from facechain.errors import DatasetTooSmall, DatasetUnreadable, InvalidName, InvalidSetting
from facechain.faces import FaceSet
from facechain.geometry import Size


def build(root: Path, faces: FaceSet | None = None, **changes) -> Dataset:
    words = {"person_name": "Anna", "trigger_word": "fcanna", "subject": "woman"}
    return build_dataset(faces or sample_faces(3), root, **{**words, **changes})


def faces_of_quality(*scores: float) -> FaceSet:
    """Faces of grey 100, 101, ... with these scores."""
    faces = [sample_face(100 + number, quality=sample_quality(score=score)) for number, score in enumerate(scores)]
    return replace(sample_faces(len(scores)), faces=tuple(faces))


def grey_of(dataset: Dataset, number: int) -> int:
    with Image.open(dataset.folder / dataset.samples[number].image) as picture:
        return picture.getpixel((0, 0))[0]


def files_in(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}


def test_the_folder_holds_crops_and_a_manifest(tmp_path):
    dataset = build(tmp_path)
    assert sorted(files_in(dataset.folder)) == ["000.png", "001.png", "002.png", "manifest.json", "sources.json"]
    manifest = json.loads((dataset.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest == {
        "schema": 1,
        "person_name": "Anna",
        "trigger_word": "fcanna",
        "subject": "woman",
        "resolution": 64,
        "analyzer_id": "painted",
        "samples": [
            {"image": f"00{n}.png", "mask": None, "caption": "fcanna, a woman", "repeats": 1, "held_out": False}
            for n in range(3)
        ],
    }


def test_crops_are_stored_without_loss(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    faces = replace(sample_faces(3), faces=(sample_face(1), sample_face(2), sample_face(crop=noise)))
    dataset = build(tmp_path, faces)
    with Image.open(dataset.folder / "002.png") as picture:
        assert (np.asarray(picture) == noise).all()


def test_a_dataset_that_is_read_again_is_equal(tmp_path):
    dataset = build(tmp_path, held_out_count=1, faces=sample_faces(5))
    assert Dataset.read(dataset.folder) == dataset


def test_the_same_faces_give_the_same_folder_and_nothing_is_written_again(tmp_path):
    first = build(tmp_path)
    before = files_in(first.folder)
    second = build(tmp_path)
    assert second == first
    assert files_in(first.folder) == before
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    "change", [{"trigger_word": "other"}, {"subject": "man"}, {"person_name": "Bea"}, {"faces": sample_faces(4)}]
)
def test_other_words_or_faces_give_another_folder(tmp_path, change):
    assert build(tmp_path, **change).sha256 != build(tmp_path).sha256


def test_the_folder_is_named_by_its_content(tmp_path):
    dataset = build(tmp_path)
    assert dataset.folder == tmp_path / dataset.sha256[:16]


def test_a_damaged_folder_is_built_anew(tmp_path):
    dataset = build(tmp_path)
    (dataset.folder / "001.png").write_bytes(b"damaged")
    assert build(tmp_path) == dataset
    assert Dataset.read(dataset.folder) == dataset


def test_nothing_is_left_when_writing_fails(tmp_path, monkeypatch):
    def full(self: Image.Image, *args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", full)
    with pytest.raises(OSError, match="No space left"):
        build(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_captions_follow_trigger_word_and_subject(tmp_path):
    faces = replace(sample_faces(3), faces=(sample_face(1, caption="glasses, smile"), sample_face(2), sample_face(3)))
    dataset = build(tmp_path, faces, subject="person")
    assert [sample.caption for sample in dataset.samples] == [
        "fcanna, a person, glasses, smile",
        "fcanna, a person",
        "fcanna, a person",
    ]


def test_masks_are_stored_as_8_bit_grey(tmp_path):
    mask = np.full((64, 64), 0.5, np.float32)
    faces = replace(sample_faces(3), faces=(sample_face(1, mask=mask), sample_face(2), sample_face(3)))
    dataset = build(tmp_path, faces)
    assert [sample.mask for sample in dataset.samples] == ["000.mask.png", None, None]
    with Image.open(dataset.folder / "000.mask.png") as picture:
        assert (picture.mode, picture.getpixel((5, 5))) == ("L", 128)


def test_the_best_photos_come_first(tmp_path):
    dataset = build(tmp_path, faces_of_quality(0.2, 0.9, 0.5))
    assert [grey_of(dataset, number) for number in range(3)] == [101, 102, 100]


def test_of_more_than_20_photos_the_20_best_are_taken(tmp_path, caplog):
    with caplog.at_level("INFO"):
        dataset = build(tmp_path, faces_of_quality(*(number / 25 for number in range(25))))
    assert dataset.count == 20
    assert {grey_of(dataset, number) for number in range(20)} == set(range(105, 125))
    assert "the 20 best of 25 faces" in caplog.text


def test_the_poorest_photos_are_held_out(tmp_path):
    dataset = build(tmp_path, faces_of_quality(0.9, 0.1, 0.8, 0.7), held_out_count=1)
    assert [sample.held_out for sample in dataset.samples] == [False, False, False, True]
    assert grey_of(dataset, 3) == 101


def test_by_default_nothing_is_held_out(tmp_path):
    assert not any(sample.held_out for sample in build(tmp_path, sample_faces(6)).samples)


@pytest.mark.parametrize("held_out_count", [-1, 3])
def test_three_photos_must_remain_to_train_on(tmp_path, held_out_count):
    with pytest.raises(InvalidSetting, match=rf"^{held_out_count} of 5 crops cannot be held out. Choose 0 to 2"):
        build(tmp_path, sample_faces(5), held_out_count=held_out_count)


def test_too_few_faces_are_an_error_that_names_the_refused_photos(tmp_path):
    with pytest.raises(DatasetTooSmall) as error:
        build(tmp_path, sample_faces(2, rejected=1))
    assert str(error.value) == (
        "Training needs 3 accepted photos, and 2 of 3 were accepted. Add more photos.\n"
        "Photo 3 of 3: It is blurred. Hold still."
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("word", ["", "two words", "fc-anna", "änna", "x" * 33, "woman", "Person", "<fcsks>"])
def test_a_trigger_word_that_is_no_single_new_word_is_refused(tmp_path, word):
    with pytest.raises(InvalidSetting, match=r"The trigger word .* cannot be used"):
        build(tmp_path, trigger_word=word)


def test_an_unknown_subject_is_refused(tmp_path):
    with pytest.raises(InvalidSetting, match=r'Subject "cat" is unknown\. Use one of: person, woman'):
        build(tmp_path, subject="cat")


def test_a_name_that_cannot_become_a_folder_is_refused(tmp_path):
    with pytest.raises(InvalidName, match="looks like a path"):
        build(tmp_path, person_name="../anna")


def test_crops_that_are_not_square_are_refused(tmp_path):
    faces = replace(sample_faces(3), size=Size(64, 48))
    with pytest.raises(InvalidSetting, match="Crops are 64 x 48 px"):
        build(tmp_path, faces)


@pytest.mark.parametrize("file", ["manifest.json", "000.png"])
def test_a_missing_file_makes_the_dataset_unreadable(tmp_path, file):
    dataset = build(tmp_path)
    (dataset.folder / file).unlink()
    with pytest.raises(DatasetUnreadable, match="is incomplete or damaged"):
        Dataset.read(dataset.folder)


def test_changed_pixels_make_the_dataset_unreadable(tmp_path):
    dataset = build(tmp_path)
    Image.new("RGB", (64, 64), "red").save(dataset.folder / "001.png")
    with pytest.raises(DatasetUnreadable, match="was changed after it was built"):
        Dataset.read(dataset.folder)


def test_a_picture_of_another_size_makes_the_dataset_unreadable(tmp_path):
    dataset = build(tmp_path)
    Image.new("RGB", (32, 32)).save(dataset.folder / "001.png")
    with pytest.raises(DatasetUnreadable, match=r"001\.png of the dataset is RGB 32 x 32, expected RGB 64 x 64"):
        Dataset.read(dataset.folder)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("fcanna, a woman", "fcanna, a man", "was changed"),
        ('"schema": 1', '"schema": 2', "has schema 2, this version reads 1"),
        ("000.png", "../000.png", "names a file outside of its folder"),
        ('"repeats"', '"surprise"', "is incomplete or damaged"),
        ("{", "", "is incomplete or damaged"),
    ],
)
def test_a_changed_manifest_makes_the_dataset_unreadable(tmp_path, before, after, message):
    manifest = build(tmp_path).folder / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")
    with pytest.raises(DatasetUnreadable, match=message):
        Dataset.read(manifest.parent)


def test_reference_crops_have_512_px_and_the_best_comes_first(tmp_path):
    crops = build(tmp_path, faces_of_quality(0.2, 0.9, 0.5)).read_crops(2)
    assert [crop.shape for crop in crops] == [(512, 512, 3)] * 2
    assert [int(crop[0, 0, 0]) for crop in crops] == [101, 102]
    with pytest.raises(ValueError, match="read-only"):
        crops[0][0] = 0


def test_the_repr_of_a_dataset_has_counts_only(tmp_path):
    assert repr(build(tmp_path)) == "Dataset(3 samples, 64 px)"


def test_a_dataset_cannot_be_changed(tmp_path):
    with pytest.raises(FrozenInstanceError):
        build(tmp_path).subject = "man"


def test_no_photo_name_is_in_the_folder(tmp_path):
    folder = build(tmp_path).folder
    assert not any(b"secret" in file.read_bytes() for file in folder.iterdir())
