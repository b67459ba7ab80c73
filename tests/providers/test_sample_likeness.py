"""The likeness of sample portraits, on real faces."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from facechain.training.sample_likeness import SampleJudge


@pytest.fixture(scope="module")
def judge(analyzer, photo):
    """Knows the astronaut, from a crop as a dataset has it."""
    return SampleJudge([photo("astronaut")[:300, 60:360]], analyzer)


@pytest.fixture
def sample(tmp_path):
    """Writes pixels as a sample portrait."""

    def write(pixels):
        file = tmp_path / "step_000100_0.png"
        Image.fromarray(pixels).save(file)
        return file

    return write


def test_the_person_is_more_alike_than_a_stranger(judge, photo, sample):
    assert judge.likeness(sample(photo("astronaut"))) > 0.9
    assert judge.likeness(sample(photo("hopper"))) < 0.4  # 0.5 is the border between two people


def test_noise_and_pictures_without_a_face_have_no_likeness(judge, photo, sample):
    noise = np.random.default_rng(0).integers(0, 256, (128, 128, 3), np.uint8)
    assert judge.likeness(sample(noise)) is None
    assert judge.likeness(sample(photo("coffee.png"))) is None


def test_the_largest_of_several_faces_counts(judge, photo, sample):
    small = np.asarray(Image.fromarray(photo("astronaut")).resize((256, 256)))
    both = np.zeros((600, 768, 3), np.uint8)
    both[:256, :256], both[:, 256:] = small, photo("hopper")
    assert judge.likeness(sample(both)) == pytest.approx(judge.likeness(sample(photo("hopper"))), abs=0.05)


def test_crops_without_a_face_give_no_likeness_instead_of_an_error(analyzer, photo, sample):
    blind = SampleJudge([photo("coffee.png")], analyzer)
    assert blind.likeness(sample(photo("astronaut"))) is None
