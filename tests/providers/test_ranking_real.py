"""Ranking of real faces: the same person first, fused portraits between, strangers last, damage step by step."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest

from facechain.embeddings import Embedding
from facechain.fusion import fuse_face
from facechain.identity import Identity, identity_from_picture
from facechain.progress import SilentProgress
from facechain.ranking import rank_portraits
from facechain.ranking_options import PortraitFilter, RankOptions
from facechain.ranking_values import Outcome


def blurred(pixels: np.ndarray, sigma_px: float) -> np.ndarray:
    return cv2.GaussianBlur(pixels, (0, 0), sigma_px) if sigma_px else pixels


def compressed(pixels: np.ndarray, quality: int) -> np.ndarray:
    _, code = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(code, cv2.IMREAD_COLOR)


def coarse(pixels: np.ndarray, ratio: float) -> np.ndarray:
    height, width = pixels.shape[:2]
    small = cv2.resize(pixels, (round(width * ratio), round(height * ratio)), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)


def noisy(pixels: np.ndarray, sigma: float) -> np.ndarray:
    noise = np.random.default_rng(0).normal(0, sigma, pixels.shape)
    return np.clip(pixels + noise, 0, 255).astype(np.uint8)


DAMAGES = {
    "blur": (blurred, (0, 2, 4, 8)),
    "jpeg": (compressed, (95, 50, 30, 20, 10)),
    "size": (coarse, (1, 0.5, 0.25, 0.15)),
    "noise": (noisy, (0, 10, 25, 50)),
}
"""What is done to a picture, and how much, least first."""
NEAR = 0.03
"""Distances that differ by less count as equal: a twentieth of that between two people."""


def largest_face(pixels: np.ndarray, analyzer) -> Embedding:
    return analyzer.embed(pixels, max(analyzer.detect(pixels), key=lambda face: face.box.area))


def rank(pictures, identity, analyzer, **options):
    return rank_portraits(pictures, identity, analyzer, RankOptions(**options), SilentProgress())


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
    identity = identity_from_picture(photo("astronaut"), analyzer)
    return rank(list(portraits.values()), identity, analyzer, threshold=0.5)


@pytest.fixture(scope="module")
def people(analyzer, photo):
    """Eight people, each in a picture of their own."""
    group = photo("group")
    crops = []
    for face in analyzer.detect(group):
        (x, y), half = face.box.center, max(face.box.width, face.box.height)
        top, left = max(round(y - half), 0), max(round(x - half), 0)
        crops.append(np.ascontiguousarray(group[top : round(y + half), left : round(x + half)]))
    return [photo("astronaut"), photo("hopper"), *crops]


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
    assert ranking.counts == {"kept": 2, "beyond_keep": 0, "below_threshold": 2, "no_face": 1, "filtered": 0}


def test_likeness_parts_the_person_from_strangers_clearly(ranking):
    likeness = [entry.likeness for entry in ranking.portraits]
    assert likeness[0] > 0.95
    assert likeness[1] > 0.6  # the stranger's spectacles stay on the fused portrait
    assert likeness[2] < 0.25


def test_the_group_says_that_one_of_six_faces_was_taken(ranking, portraits):
    group = next(entry for entry in ranking.portraits if list(portraits)[entry.index] == "group")
    assert group.face_count == 6


def test_facechains_filter_drops_the_group_and_small_faces(analyzer, photo, portraits):
    identity = identity_from_picture(photo("astronaut"), analyzer)
    close = photo("astronaut")[:320, 80:340]  # her face takes 21 % of the whole photo's side, 41 % of this
    ranking = rank([photo("astronaut"), close, portraits["group"]], identity, analyzer, filter=PortraitFilter.FACECHAIN)
    outcomes = {entry.index: entry.outcome for entry in ranking.portraits}
    assert outcomes == {0: Outcome.FACE_TOO_SMALL, 1: Outcome.KEPT, 2: Outcome.SEVERAL_FACES}


def test_pictures_of_one_pixel_have_no_face_and_come_last(analyzer, photo):
    identity = identity_from_picture(photo("astronaut"), analyzer)
    odd = [np.zeros(shape, np.uint8) for shape in ((1, 1, 3), (1, 900, 3), (900, 1, 3))]
    ranking = rank([*odd, photo("hopper")], identity, analyzer)
    assert [entry.index for entry in ranking.portraits] == [3, 0, 1, 2]
    assert [entry.outcome for entry in ranking.portraits[1:]] == [Outcome.NO_FACE] * 3


def test_the_scale_of_a_person_is_that_of_the_own_photos(analyzer, photo):
    own = [photo("astronaut"), cv2.flip(photo("astronaut"), 1), blurred(photo("astronaut"), 2)]
    known = [identity_from_picture(picture, analyzer).embeddings[0] for picture in own]
    person = Identity.of(tuple(own), tuple(known), analyzer.calibration)
    assert person.scale.measured
    # Copies of one photo: at their closest the limit of four spreads, 0.55 - 4 * 0.08.
    assert 0.23 <= person.scale.own < 0.4
    likeness = sorted(person.likeness(each) for each in known)
    assert likeness[0] > 0.75  # the blurred one
    assert likeness[1:] == [1, 1]  # the middle of the three defines the scale
    assert person.likeness(identity_from_picture(photo("hopper"), analyzer).embeddings[0]) < 0.3


@pytest.mark.parametrize("damage", list(DAMAGES))
def test_the_more_a_picture_is_damaged_the_later_it_comes(analyzer, people, damage):
    change, degrees = DAMAGES[damage]
    for picture in people[:2]:
        damaged = [change(picture, degree) for degree in degrees]
        ranking = rank(damaged, identity_from_picture(picture, analyzer), analyzer)
        distance = {entry.index: np.inf if entry.raw is None else entry.raw for entry in ranking.portraits}
        for lighter, heavier in pairwise(range(len(degrees))):
            assert distance[heavier] > distance[lighter] - NEAR, (damage, degrees[heavier])
        assert [entry.index for entry in ranking.portraits] == sorted(distance, key=lambda index: distance[index])
        assert ranking.portraits[0].index == 0


def test_no_stranger_comes_before_a_picture_of_the_person(analyzer, people):
    # Harder damage than this takes a face of 100 px beyond the border itself, where strangers stand too.
    damaged = [(picture, blurred(picture, 2), compressed(picture, 20), noisy(picture, 15)) for picture in people]
    seen = [[largest_face(picture, analyzer) for picture in pictures] for pictures in damaged]
    for place, own in enumerate(seen):
        identity = Identity.of((people[place],), tuple(own[:1]), analyzer.calibration)
        strangers = [face for other in seen if other is not own for face in other]
        assert min(map(identity.likeness, own)) > max(map(identity.likeness, strangers)), place
