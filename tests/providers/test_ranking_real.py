"""Ranking of real faces: the same person first, fused portraits between, strangers last."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from facechain.fusion import fuse_face
from facechain.person_embeddings import embed_references
from facechain.progress import SilentProgress
from facechain.ranking import rank_portraits
from facechain.ranking_values import Outcome


@pytest.fixture(scope="module")
def portraits(analyzer, photo):
    """A stranger, nobody, a fused portrait, a darkened photo of the person, a group of strangers."""
    astronaut, hopper = photo("astronaut"), photo("hopper")
    (person,), (stranger,) = analyzer.detect(astronaut), analyzer.detect(hopper)
    return {
        "stranger": hopper,
        "nobody": photo("coffee.png"),
        "fused": fuse_face(hopper, stranger, astronaut, person).image,
        "same": (cv2.flip(astronaut, 1) * 0.7).astype(np.uint8),
        "group": photo("group"),
    }


@pytest.fixture(scope="module")
def ranking(analyzer, photo, portraits):
    references = embed_references([photo("astronaut")], analyzer)
    return rank_portraits(list(portraits.values()), references, analyzer, 4, 0.5, SilentProgress())


def test_the_person_comes_first_then_the_fused_portrait_then_strangers_then_nobody(ranking, portraits):
    order = [list(portraits)[entry.index] for entry in ranking.portraits]
    assert order[:2] == ["same", "fused"]
    assert set(order[2:4]) == {"stranger", "group"}
    assert order[4] == "nobody"


def test_strangers_are_dropped_although_there_is_room(ranking, portraits):
    kept = [list(portraits)[entry.index] for entry in ranking.kept]
    assert kept == ["same", "fused"]
    dropped = {list(portraits)[entry.index]: entry.outcome for entry in ranking.portraits if not entry.kept}
    assert dropped["stranger"] is Outcome.BELOW_THRESHOLD
    assert dropped["nobody"] is Outcome.NO_FACE


def test_likeness_parts_the_person_from_strangers_clearly(ranking):
    likeness = [entry.likeness for entry in ranking.portraits]
    assert likeness[0] > 0.95
    assert likeness[1] > 0.6  # the stranger's spectacles stay on the fused portrait
    assert likeness[2] < 0.25


def test_the_group_says_that_one_of_six_faces_was_taken(ranking, portraits):
    group = next(entry for entry in ranking.portraits if list(portraits)[entry.index] == "group")
    assert group.face_count == 6
