"""What sample portraits show, on real faces."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from facechain.errors import AssetMissing, ModelUnavailable, NoFaceFound
from facechain.training.sample_likeness import NO_FACE, SampleJudge, open_judge


@pytest.fixture(scope="module")
def judge(analyzer, photo):
    """Knows the astronaut, from a crop as a dataset has it."""
    return SampleJudge([photo("astronaut")[:300, 60:360]], analyzer)


def test_the_person_is_more_alike_than_a_stranger(judge, photo):
    assert judge.look(photo("astronaut")).likeness > 0.9
    assert judge.look(photo("hopper")).likeness < 0.4  # 0.5 is the border between two people


def test_noise_and_pictures_without_a_face_have_no_likeness_and_no_size(judge, photo):
    noise = np.random.default_rng(0).integers(0, 256, (128, 128, 3), np.uint8)
    assert judge.look(noise) == NO_FACE
    assert judge.look(photo("coffee.png")) == NO_FACE


def test_the_largest_of_several_faces_counts(judge, photo):
    small = np.asarray(Image.fromarray(photo("astronaut")).resize((256, 256)))
    both = np.zeros((600, 768, 3), np.uint8)
    both[:256, :256], both[:, 256:] = small, photo("hopper")
    alone = judge.look(photo("hopper"))
    assert judge.look(both).likeness == pytest.approx(alone.likeness, abs=0.05)
    # The same face on a picture half as large again.
    assert judge.look(both).face_share == pytest.approx(alone.face_share * 512 / 768, rel=0.1)


def test_a_face_fills_more_of_a_narrower_picture(judge, photo):
    whole, near = photo("astronaut"), photo("astronaut")[20:276, 96:352]
    # A quarter of the area around the same face; the detector's box moves by a few pixels.
    assert judge.look(near).face_share == pytest.approx(4 * judge.look(whole).face_share, rel=0.15)


def test_what_lies_outside_of_the_picture_does_not_count(judge, photo):
    beyond = np.ascontiguousarray(photo("astronaut")[80:180, 175:275])  # from the brow to the chin, ear to ear
    share = judge.look(beyond).face_share
    assert share is None or 0.5 < share <= 1


def test_crops_in_which_the_analyzer_sees_nobody_are_an_error(analyzer, photo):
    with pytest.raises(NoFaceFound, match="No face in any of 1 reference crops"):
        SampleJudge([photo("coffee.png")], analyzer)


@dataclass
class Sample:
    """As far as a judge reads one."""

    image: Path


@dataclass
class Wanted:
    """Of a job and its manifest, what a judge is opened by."""

    analyzer_id: str
    models_folder: Path
    samples: tuple[Sample, ...]


@pytest.fixture
def wanted(photo, models_folder, tmp_path):
    """Judging by the embedded analyzer, of crops of the astronaut."""
    crop = tmp_path / "000.png"
    Image.fromarray(photo("astronaut")[:300, 60:360]).save(crop)
    return Wanted("embedded", models_folder, (Sample(crop),))


def test_a_judge_is_opened_by_the_names_in_a_job(wanted, photo):
    assert open_judge(wanted, wanted).look(photo("astronaut")).likeness > 0.9


def test_an_analyzer_without_its_files_is_an_error_that_names_them(wanted, tmp_path):
    wanted.models_folder = tmp_path
    with pytest.raises(AssetMissing, match=r"lacks \d+ files: .*tflite"):
        open_judge(wanted, wanted)


def test_an_analyzer_that_nobody_knows_is_an_error(wanted):
    wanted.analyzer_id = "oracle"
    with pytest.raises(ModelUnavailable, match='There is no face analyzer "oracle"'):
        open_judge(wanted, wanted)
