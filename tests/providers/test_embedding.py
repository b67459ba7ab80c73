from itertools import combinations

import numpy as np
import pytest

from facechain.embeddings import compare
from facechain.providers.catalog import Role, open_model
from facechain.providers.lease import CpuLease

from .degradations import MILD, flipped

PEOPLE = ("astronaut", "hopper", "group")


@pytest.fixture(scope="module")
def identities(analyzer, photo):
    """The eight people of three photos."""
    return [embedding for name in PEOPLE for embedding in embeddings_of(analyzer, photo(name))]


def embeddings_of(analyzer, pixels):
    return [analyzer.embed(pixels, face) for face in analyzer.detect(pixels)]


def test_an_embedding_is_128_numbers_of_its_model(analyzer, identities):
    assert identities[0].vector.shape == (128,)
    assert identities[0].vector.dtype == np.float32
    assert identities[0].model_id == analyzer.model_id
    assert identities[0].metric == "euclidean"


def test_different_people_are_further_apart_than_the_threshold(analyzer, identities):
    assert len(identities) == 8
    distances = [compare(first, second) for first, second in combinations(identities, 2)]
    # The two dark-haired men of the group are the closest pair.
    assert min(distances) > analyzer.calibration.same_person
    assert np.mean(distances) == pytest.approx(0.78, abs=0.02)


@pytest.mark.parametrize("degraded", MILD, ids=lambda degraded: degraded.__name__)
def test_one_person_stays_one_person_under_mild_damage(analyzer, damaged_faces, identities, degraded):
    damaged = []
    for name in PEOPLE:
        pixels, faces = damaged_faces(name, degraded)
        in_order = reversed(faces) if degraded is flipped else faces
        damaged += [analyzer.embed(pixels, face) for face in in_order]
    distances = [compare(before, after) for before, after in zip(identities, damaged, strict=True)]
    assert max(distances) < analyzer.calibration.same_person


def test_the_distance_of_two_known_people_is_that_of_dlib(identities):
    # 0.675 by dlib's own network. OpenCV 4 places pixels of the chip to 1/32 px only: 0.663.
    assert compare(identities[0], identities[1]) == pytest.approx(0.675, abs=0.02)


def test_one_photo_gives_one_embedding_in_every_session(analyzer, locations, photo):
    pixels = photo("astronaut")
    (first,) = embeddings_of(analyzer, pixels)
    (second,) = embeddings_of(open_model(Role.ANALYZER, "embedded", locations, CpuLease()), pixels)
    assert np.array_equal(first.vector, second.vector)


@pytest.mark.parametrize(("distance", "likeness"), [(0.21, 0.99), (0.55, 0.5), (0.77, 0.06)])
def test_likeness_says_what_a_distance_means(analyzer, distance, likeness):
    assert analyzer.calibration.likeness(distance, "euclidean") == pytest.approx(likeness, abs=0.005)
