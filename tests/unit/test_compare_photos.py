"""What becomes of faces when the photos of a set are compared. Identity is a number on a line."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support import sample_face, sample_quality, sample_verdict

from facechain.align_options import AlignOptions, Repeats
from facechain.compare_photos import compare_photos
from facechain.embeddings import Calibration, Embedding
from facechain.examine_photo import ExaminedPhoto
from facechain.faces import Rejection
from facechain.verdicts import Limits

CALIBRATION = Calibration(same_person=0.5, spread=0.05)
ANNA, BOB = 0.0, 1.0
"""Alike to 0.99995 within, to 0.00005 between."""


def textured(seed: int) -> np.ndarray:
    small = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    return np.kron(small, np.ones((8, 8, 1), np.uint8))


def identity(who: float) -> Embedding:
    return Embedding(np.array([who]), "line", "euclidean")


def photo(picture: int, who: float = ANNA, score: float = 0.5) -> ExaminedPhoto:
    """An accepted photo; equal numbers are equal pictures."""
    quality = sample_quality(score=score)
    face = sample_face(crop=textured(picture), embedding=identity(who), quality=quality)
    return ExaminedPhoto(sample_verdict(quality=quality), face, None)


def faceless() -> ExaminedPhoto:
    return ExaminedPhoto(sample_verdict(Rejection.NO_FACE), None, None)


def rejections(photos: list[ExaminedPhoto]) -> list[Rejection | None]:
    assert all((one.face is None) == (one.verdict.rejection is not None) for one in photos)
    return [one.verdict.rejection for one in photos]


def compare(*photos: ExaminedPhoto, **options) -> list[ExaminedPhoto]:
    return compare_photos(photos, CALIBRATION, AlignOptions(**options))


def test_a_repeat_is_kept_with_the_number_of_the_earlier_photo():
    judged = compare(faceless(), photo(1), photo(2), photo(1))
    assert rejections(judged) == [Rejection.NO_FACE, None, None, None]
    assert judged[3].verdict.reason == "Almost the same picture as photo 2; it adds little."
    assert judged[2].verdict.reason == ""


def test_of_repeats_only_the_best_is_kept_if_asked_for():
    judged = compare(photo(1, score=0.4), photo(2), photo(1, score=0.8), photo(1, score=0.6), repeats=Repeats.REJECT)
    assert rejections(judged) == [Rejection.DUPLICATE, None, None, Rejection.DUPLICATE]
    assert "photo 3" in judged[0].verdict.reason
    assert "photo 3" in judged[3].verdict.reason
    assert judged[2].verdict.reason == ""


def test_of_equally_good_repeats_the_first_is_kept():
    judged = compare(photo(1), photo(1), repeats=Repeats.REJECT)
    assert rejections(judged) == [None, Rejection.DUPLICATE]


def test_copies_of_a_stranger_do_not_outvote_the_others():
    photos = [photo(1, BOB), photo(1, BOB), photo(1, BOB), photo(2), photo(3)]
    judged = compare(*photos, repeats=Repeats.REJECT)
    assert rejections(judged) == [Rejection.STRANGER, Rejection.DUPLICATE, Rejection.DUPLICATE, None, None]


def test_a_minority_of_strangers_is_refused():
    judged = compare(photo(1), photo(2, BOB), photo(3))
    assert rejections(judged) == [None, Rejection.STRANGER, None]
    assert judged[1].verdict.likeness == pytest.approx(0.00005, abs=1e-5)


def test_a_known_person_outvotes_any_number_of_strangers():
    judged = compare(photo(1), photo(2, BOB), photo(3, BOB), identity=(identity(ANNA),))
    assert rejections(judged) == [None, Rejection.STRANGER, Rejection.STRANGER]
    assert judged[0].verdict.likeness == pytest.approx(0.99995, abs=1e-5)
    expected = "This seems to be another person: 0% alike to the person asked for, 50% needed."
    assert judged[1].verdict.reason == expected


def test_a_known_person_is_looked_for_in_an_only_photo_too():
    assert rejections(compare(photo(1, BOB), identity=(identity(ANNA),))) == [Rejection.STRANGER]


def test_strangers_to_a_known_person_may_stay():
    judged = compare(photo(1, BOB), identity=(identity(ANNA),), limits=Limits(likeness=0.0))
    assert rejections(judged) == [None]


def test_nothing_happens_to_photos_without_a_face():
    lost = replace(faceless(), whole=textured(1))
    assert compare(lost, lost, repeats=Repeats.REJECT) == [lost, lost]
