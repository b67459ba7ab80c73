"""The scale of likeness: 1 as the person's own photos are, 0.5 at the border to other people."""

from __future__ import annotations

import numpy as np
import pytest

from facechain.embeddings import Calibration, Embedding
from facechain.errors import DifferentEmbeddingModels, InvalidSetting
from facechain.likeness import LikenessScale, median_comparison, median_distance

DISTANCE = Calibration(same_person=0.6, spread=0.1)
COSINE = Calibration(same_person=0.3, spread=0.1)


def at(*places: float) -> list[Embedding]:
    """Faces on a line; their distance is that of their places."""
    return [Embedding(np.array([place]), "line", "euclidean") for place in places]


def turned(*degrees: float) -> list[Embedding]:
    """Faces on a circle; their comparison is the cosine of the angle between them."""
    angles = np.radians(degrees)
    return [Embedding(np.array([np.cos(angle), np.sin(angle)]), "circle", "cosine") for angle in angles]


def test_the_own_photos_are_one_and_the_border_is_one_half():
    scale = LikenessScale.of(at(0, 0.4), DISTANCE)
    assert (scale.own, scale.border) == (pytest.approx(0.4), 0.6)
    assert (scale.measured, scale.limited) == (True, False)
    assert scale.likeness(0.4) == pytest.approx(1)
    assert scale.likeness(0.5) == pytest.approx(0.75)
    assert scale.likeness(0.6) == pytest.approx(0.5)
    assert scale.likeness(0.7) == pytest.approx(0.25)


def test_likeness_stays_within_zero_and_one():
    scale = LikenessScale.of(at(0, 0.4), DISTANCE)
    assert [scale.likeness(raw) for raw in (0, 0.39, 0.81, 5, float("inf"))] == [1, 1, 0, 0, 0]


def test_of_cosines_the_larger_is_the_more_alike():
    scale = LikenessScale.of(turned(0, 60), COSINE)  # the cosine of 60 degrees is 0.5
    assert scale.own == pytest.approx(0.5)
    assert scale.likeness(0.5) == pytest.approx(1)
    assert scale.likeness(0.4) == pytest.approx(0.75)
    assert scale.likeness(0.3) == pytest.approx(0.5)


def test_one_photo_has_what_is_usual_for_the_model():
    # Two and a half spreads from the border, towards the more alike.
    (one,), (other,) = at(0), turned(0)
    assert LikenessScale.of([one], DISTANCE) == LikenessScale(pytest.approx(0.35), 0.6, "euclidean", measured=False)
    assert LikenessScale.of([other], COSINE) == LikenessScale(pytest.approx(0.55), 0.3, "cosine", measured=False)


def test_one_foreign_photo_among_the_references_moves_the_scale_little():
    # Medians to the other three: 0.3, 0.15, 0.3 and, of the foreign one, 4.85. Their median is 0.3.
    scale = LikenessScale.of(at(0, 0.15, 0.3, 5), DISTANCE)
    assert scale.own == pytest.approx(0.3)
    assert not scale.limited


def test_photos_that_are_hardly_alike_do_not_make_everybody_alike():
    scale = LikenessScale.of(at(0, 0.9), DISTANCE)
    assert scale.own == pytest.approx(0.5)  # one spread from the border
    assert scale.limited
    assert scale.likeness(0.6) == pytest.approx(0.5)
    assert scale.likeness(0.9) == 0


@pytest.mark.parametrize(("references", "calibration", "own"), [(at(0, 0), DISTANCE, 0.2), (turned(9, 9), COSINE, 0.7)])
def test_copies_of_one_photo_do_not_make_the_person_unreachable(references, calibration, own):
    scale = LikenessScale.of(references, calibration)
    assert scale.own == pytest.approx(own)  # four spreads from the border
    assert scale.limited


def test_vectors_that_are_no_numbers_give_no_number_out_of_range():
    scale = LikenessScale.of(at(float("nan"), float("nan")), DISTANCE)
    assert scale.own == pytest.approx(0.5)
    assert scale.likeness(float("nan")) == 0


def test_nobody_has_no_scale():
    with pytest.raises(InvalidSetting, match=r"nobody to compare with\. Connect a person"):
        LikenessScale.of([], DISTANCE)


def test_the_comparison_with_a_person_is_the_median_over_the_references():
    (face,) = at(0)
    assert median_comparison(at(0.1, 0.3, 2), face) == pytest.approx(0.3)
    assert median_comparison(at(0.1, 0.3), face) == pytest.approx(0.2)


def test_a_distance_is_smaller_for_the_more_alike_in_every_metric():
    for references, near, far in ((at(0), at(0.1), at(0.2)), (turned(0), turned(10), turned(20))):
        assert median_distance(references, near[0]) < median_distance(references, far[0])


def test_references_of_another_model_are_refused():
    with pytest.raises(DifferentEmbeddingModels, match=r"of line and circle cannot be compared\. Connect one"):
        median_comparison(at(0), turned(0)[0])
