"""A fusion that is corrected until its features lie where the target had them."""

from __future__ import annotations

import numpy as np
import pytest
from support_mesh import ball_face, ball_mesh, plain_photo, with_dot

from facechain.donor import Donor
from facechain.embeddings import Calibration
from facechain.faces import Face
from facechain.fusion import FusionPlan, fuse_donor
from facechain.fusion_target import FusionTarget, SpectaclesOf
from facechain.steady_fusion import MOST_SHIFT, fuse_steadily

SKIN, DARK = (200, 160, 140), (40, 30, 25)
FACE = ball_face(ball_mesh(100, 100, 60))


class DotAnalyzer:
    """Finds the face where its dark nose is."""

    engine, id, model_id, calibration = "painted", "dot", "dot", Calibration(same_person=0.5, spread=0.1)

    def embed(self, image, face):
        raise NotImplementedError("A fusion is made steady by landmarks alone.")

    def detect(self, image) -> tuple[Face, ...]:
        dark = image.astype(int).sum(-1) < 300
        if not dark.any():
            return ()
        y, x = (float(places.mean()) for places in np.nonzero(dark))
        return (ball_face(ball_mesh(x, y, 60)),)


@pytest.fixture
def target():
    return with_dot(plain_photo(200, 200, SKIN), 100, 100, DARK)


@pytest.fixture
def crooked():
    """A donor whose mesh is 10 px off its nose."""
    return Donor.of(with_dot(plain_photo(200, 200, SKIN), 110, 100, DARK), FACE)


def test_a_mesh_that_misses_its_features_is_corrected(target, crooked):
    analyzer = DotAnalyzer()
    once = fuse_donor(FusionTarget.of(target, FACE, SpectaclesOf.TARGET), crooked, FusionPlan())
    (off,) = analyzer.detect(once.image)
    assert off.box.center[0] - FACE.box.center[0] > 6
    steady = fuse_steadily(target, FACE, crooked, analyzer, SpectaclesOf.TARGET)
    (face,) = analyzer.detect(steady.fused.image)
    assert steady.shift is not None
    assert steady.shift <= MOST_SHIFT
    assert face.box.center[0] == pytest.approx(100, abs=MOST_SHIFT * FACE.landmarks.eye_distance + 0.5)


def test_a_fitting_mesh_needs_no_correction(target):
    straight = Donor.of(target, FACE)
    steady = fuse_steadily(target, FACE, straight, DotAnalyzer(), SpectaclesOf.TARGET)
    once = fuse_donor(FusionTarget.of(target, FACE, SpectaclesOf.TARGET), straight, FusionPlan())
    assert (steady.fused.image == once.image).all()


def test_a_large_picture_changes_only_where_the_face_is(crooked):
    photo = plain_photo(1400, 900, SKIN)
    photo[600:800, 1100:1300] = with_dot(plain_photo(200, 200, SKIN), 100, 100, DARK)
    face = ball_face(ball_mesh(1200, 700, 60))
    fused = fuse_steadily(photo, face, crooked, DotAnalyzer(), SpectaclesOf.TARGET).fused
    rows, columns = np.nonzero(fused.mask)
    assert fused.image.shape == photo.shape
    assert (columns.min(), rows.min()) >= (1139, 627)
    assert (columns.max(), rows.max()) <= (1261, 773)
    assert (fused.image[fused.mask == 0] == photo[fused.mask == 0]).all()
