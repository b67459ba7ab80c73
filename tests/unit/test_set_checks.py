import cv2
import numpy as np
import pytest
from support import portrait

from facechain.embeddings import Calibration, Embedding
from facechain.errors import DifferentEmbeddingModels
from facechain.set_checks import find_repeats, find_strangers, likeness_matrix, median_likeness

CALIBRATION = Calibration(same_person=0.5, spread=0.05)
A, B, C = 0.0, 1.0, 2.0
"""Three people on a line, 1 apart: alike to 0.99995 within, to 0.00005 between."""


def strangers(*people: float) -> set[int]:
    embeddings = [Embedding(np.array([person]), "line", "euclidean") for person in people]
    return set(find_strangers(likeness_matrix(embeddings, CALIBRATION), 0.5))


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ((), set()),
        ((A,), set()),
        ((A, B), set()),
        ((A, A, A), set()),
        ((A, A, B), {2}),
        ((B, A, A), {0}),
        ((A, B, A, C, A), {1, 3}),
        ((A, A, A, B, B), {3, 4}),
        ((B, A, B, A, A, A, B, A), {0, 2, 6}),
    ],
)
def test_a_minority_of_strangers_is_found(people, expected):
    assert strangers(*people) == expected


def test_two_photos_are_never_strangers_to_each_other():
    assert strangers(A, B) == set()


def test_two_photos_remain_of_three_people():
    assert len(strangers(A, B, C)) == 1


def test_a_face_at_the_threshold_stays():
    # Distance 0.5 is likeness 0.5 exactly.
    assert strangers(A, A, 0.5) == set()


def test_likeness_is_one_half_at_the_calibrated_distance():
    embeddings = [Embedding(np.array([value]), "line", "euclidean") for value in (0.0, 0.5)]
    assert likeness_matrix(embeddings, CALIBRATION)[0, 1] == pytest.approx(0.5)


def test_the_median_leaves_the_face_itself_out():
    likeness = np.array([[1.0, 0.2, 0.4], [0.2, 1.0, 0.9], [0.4, 0.9, 1.0]])
    assert median_likeness(likeness, 0, [0, 1, 2]) == pytest.approx(0.3)


def test_embeddings_of_two_models_are_not_compared():
    embeddings = [Embedding(np.zeros(1), model, "euclidean") for model in ("one", "two")]
    with pytest.raises(DifferentEmbeddingModels, match="one and two cannot be compared"):
        likeness_matrix(embeddings, CALIBRATION)


def textured(seed: int) -> np.ndarray:
    small = np.random.default_rng(seed).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    return cv2.resize(small, (256, 256), interpolation=cv2.INTER_CUBIC)


def test_a_copy_that_was_scaled_brightened_compressed_or_mirrored_is_a_repeat():
    crop = textured(1)
    scaled = cv2.resize(cv2.resize(crop, (100, 100), interpolation=cv2.INTER_AREA), (256, 256))
    brighter = (crop * 0.7 + 40).astype(np.uint8)
    _, packed = cv2.imencode(".jpg", crop, [cv2.IMWRITE_JPEG_QUALITY, 30])
    compressed = cv2.imdecode(packed, cv2.IMREAD_COLOR)
    copies = [scaled, brighter, compressed, np.ascontiguousarray(crop[:, ::-1])]
    assert find_repeats([crop, *copies]) == {1: 0, 2: 0, 3: 0, 4: 0}


def test_a_copy_that_lacks_its_surroundings_is_a_repeat():
    cropped = np.full((256, 256, 3), 255, np.uint8)
    cropped[50:180, 60:196] = textured(1)[50:180, 60:196]
    assert find_repeats([textured(1), cropped]) == {1: 0}


def test_a_copy_whose_face_was_placed_a_little_aside_is_a_repeat():
    assert find_repeats([textured(1), np.roll(textured(1), (4, -5), (0, 1))]) == {1: 0}


def test_the_same_surroundings_with_another_face_are_no_repeat():
    other = textured(1)
    other[70:160, 80:176] = textured(2)[70:160, 80:176]
    assert find_repeats([textured(1), other]) == {}


def test_different_crops_are_no_repeats():
    assert find_repeats([textured(seed) for seed in range(5)]) == {}


def test_a_repeat_names_the_earliest_picture():
    assert find_repeats([textured(1), textured(2), textured(2), textured(1), textured(2)]) == {2: 1, 3: 0, 4: 1}


def test_flat_crops_have_nothing_to_compare():
    assert find_repeats([np.full((64, 64, 3), 90, np.uint8)] * 2) == {}
    assert find_repeats([portrait()]) == {}
