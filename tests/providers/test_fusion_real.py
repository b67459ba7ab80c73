"""Fusion of two real people, both ways: the identity arrives, and nothing else moves.

Measured with the embedded analyzer: the two are 0.67 apart; fused, the distance to the identity is
0.34 to 0.35 and the landmarks are within 2.6 % of the eye distance of the target's.
"""

from __future__ import annotations

import numpy as np
import pytest

from facechain.embeddings import compare
from facechain.fusion import fuse_face

LEAST_FALL = 0.40
FARTHEST_LANDMARK = 0.04
"""Of the eye distance: below it a portrait keeps its expression and its look."""

BOTH_WAYS = pytest.mark.parametrize(("target", "identity"), [("astronaut", "hopper"), ("hopper", "astronaut")])


@pytest.fixture(scope="module")
def fuse(analyzer, photo):
    """Fuses two photos of one face each: the result, and both faces."""

    def both(target: str, identity: str):
        (target_face,), (identity_face,) = analyzer.detect(photo(target)), analyzer.detect(photo(identity))
        return fuse_face(photo(target), target_face, photo(identity), identity_face), target_face, identity_face

    return both


@BOTH_WAYS
def test_the_fused_face_is_clearly_nearer_to_the_identity(analyzer, photo, fuse, target, identity):
    fused, target_face, identity_face = fuse(target, identity)
    known = analyzer.embed(photo(identity), identity_face)
    before = compare(known, analyzer.embed(photo(target), target_face))
    (face,) = analyzer.detect(fused.image)
    after = compare(known, analyzer.embed(fused.image, face))
    assert after <= (1 - LEAST_FALL) * before


@BOTH_WAYS
def test_the_landmarks_stay_where_the_targets_were(analyzer, fuse, target, identity):
    fused, target_face, _ = fuse(target, identity)
    (face,) = analyzer.detect(fused.image)
    moved = np.linalg.norm(face.landmarks.points - target_face.landmarks.points, axis=1)
    assert moved.max() <= FARTHEST_LANDMARK * target_face.landmarks.eye_distance


@BOTH_WAYS
def test_outside_the_mask_the_photo_is_untouched(photo, fuse, target, identity):
    fused, target_face, _ = fuse(target, identity)
    outside = fused.mask == 0
    assert (fused.image[outside] == photo(target)[outside]).all()
    # The mask lies in the face's box; a tenth of it is the most that the feather and the chin leave free.
    rows, columns = np.nonzero(~outside)
    box = target_face.box
    assert box.x1 - 1 <= columns.min()
    assert columns.max() <= box.x2 + 1
    assert box.y1 - 1 <= rows.min()
    assert rows.max() <= box.y2 + 1


def test_a_face_fused_with_itself_is_still_itself(analyzer, photo, fuse):
    fused, face, _ = fuse("astronaut", "astronaut")
    (again,) = analyzer.detect(fused.image)
    # 0.21 is the mean distance of one face under blur, turn and JPEG; two resamplings are less.
    distance = compare(analyzer.embed(fused.image, again), analyzer.embed(photo("astronaut"), face))
    assert distance < 0.1


def test_one_face_of_a_group_changes_and_the_others_do_not(analyzer, photo):
    (identity,), group = analyzer.detect(photo("astronaut")), analyzer.detect(photo("group"))
    fused = fuse_face(photo("group"), group[-1], photo("astronaut"), identity)
    for other in group[:-1]:
        x1, y1, x2, y2 = (round(side) for side in (other.box.x1, other.box.y1, other.box.x2, other.box.y2))
        assert (fused.image[y1:y2, x1:x2] == photo("group")[y1:y2, x1:x2]).all()
    known = analyzer.embed(photo("astronaut"), identity)
    before = compare(known, analyzer.embed(photo("group"), group[-1]))
    face = analyzer.detect(fused.image)[-1]
    assert compare(known, analyzer.embed(fused.image, face)) <= (1 - LEAST_FALL) * before
