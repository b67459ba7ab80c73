"""Fusion: the identity's features on the target's mesh, in the target's light, and nothing else changed."""

from __future__ import annotations

import numpy as np
import pytest
from support_mesh import ball_face, ball_mesh, plain_photo, with_dot
from support_people import face_at

from facechain.donor import Donor
from facechain.errors import ModelUnavailable
from facechain.fusion import FusionPlan, fuse_donor, fuse_face
from facechain.fusion_mask import covered, mouth_opening
from facechain.fusion_target import FusionTarget, SpectaclesOf
from facechain.geometry import Size
from facechain.mesh_pose import nearest_in_pose, turn_between
from facechain.mesh_warp import MeshRaster, triangulate, warp_mesh

SKIN, DARK_SKIN, BLUE = (200, 160, 140), (120, 85, 70), (20, 30, 160)


def test_a_dot_on_the_cheek_arrives_on_the_targets_cheek():
    # Half a radius right of the middle: 100 + 30 in the identity, 150 + 20 in the target.
    identity = with_dot(plain_photo(200, 200, SKIN), 130, 100, BLUE)
    target = plain_photo(300, 240, SKIN)
    fused = fuse_face(target, ball_face(ball_mesh(150, 120, 40)), identity, ball_face(ball_mesh(100, 100, 60)))
    blueness = fused.image[..., 2].astype(int) - fused.image[..., 0]
    rows, columns = np.nonzero(blueness > 0)
    assert columns.mean() == pytest.approx(170, abs=1)
    assert rows.mean() == pytest.approx(120, abs=1)


def test_pixels_outside_the_mask_are_the_targets_bit_by_bit():
    rng = np.random.default_rng(1)
    target = rng.integers(0, 256, (240, 300, 3)).astype(np.uint8)
    fused = fuse_face(
        target, ball_face(ball_mesh(150, 120, 40)), plain_photo(200, 200, SKIN), ball_face(ball_mesh(100, 100, 60))
    )
    outside = fused.mask == 0
    assert (fused.image[outside] == target[outside]).all()
    assert not outside[120, 150]
    assert outside[:, :110].all()
    assert fused.mask.max() <= 1


def test_a_face_fused_with_itself_stays_as_it_is():
    photo = with_dot(plain_photo(200, 200, SKIN), 120, 90, BLUE)
    face = ball_face(ball_mesh(100, 100, 60))
    fused = fuse_face(photo, face, photo, face)
    # Two resamplings blur the edge of the dot; everything else returns to within rounding.
    changed = np.abs(fused.image.astype(int) - photo).max(-1) > 3
    assert not changed[:, :110].any()
    assert not changed[100:].any()


def test_the_inputs_are_not_changed():
    target, identity = plain_photo(200, 200, SKIN), plain_photo(200, 200, DARK_SKIN)
    face = ball_face(ball_mesh(100, 100, 60))
    fuse_face(target, face, identity, face)
    assert (target == SKIN).all()
    assert (identity == DARK_SKIN).all()


@pytest.mark.parametrize(("there", "here"), [(SKIN, DARK_SKIN), (DARK_SKIN, SKIN)])
def test_skin_takes_the_light_and_colour_of_the_target(there, here):
    face = ball_face(ball_mesh(100, 100, 60))
    fused = fuse_face(plain_photo(200, 200, here), face, plain_photo(200, 200, there), face)
    assert np.abs(fused.image.astype(int) - here).max() <= 2


def test_the_targets_shade_stays_on_the_fused_face():
    face = ball_face(ball_mesh(100, 100, 60))
    shade = np.linspace(0.5, 1, 200)[None, :, None]
    target = (plain_photo(200, 200, SKIN) * shade).astype(np.uint8)
    fused = fuse_face(target, face, plain_photo(200, 200, SKIN), face).image
    # Half of the way to each side the blur that parts light from detail costs a few levels.
    for x in (70, 100, 130):
        assert fused[100, x, 0] == pytest.approx(float(target[100, x, 0]), abs=8)


def test_an_open_mouth_keeps_the_targets_teeth_when_the_identity_has_none():
    target = with_dot(plain_photo(300, 300, SKIN), 150, 210, (255, 255, 255), half=6)
    open_mouth, closed = ball_mesh(150, 150, 100, mouth=0.4), ball_mesh(150, 150, 100)
    assert mouth_opening(open_mouth) - mouth_opening(closed) > 0.3
    fused = fuse_face(target, ball_face(open_mouth), plain_photo(300, 300, SKIN), ball_face(closed))
    assert fused.mask[210, 150] < 0.01
    assert (fused.image[210, 150] >= 253).all()


def test_a_hat_in_the_targets_forehead_is_not_painted_over():
    target = plain_photo(300, 300, SKIN)
    target[:75] = (10, 10, 20)
    face = ball_face(ball_mesh(150, 150, 100))
    fused = fuse_face(target, face, plain_photo(300, 300, SKIN), face)
    assert fused.mask[:75].max() < 0.05
    assert fused.mask[150, 150] == pytest.approx(1, abs=0.01)


def test_a_fringe_of_the_identity_is_not_copied():
    identity = plain_photo(300, 300, SKIN)
    identity[:75] = (60, 40, 20)
    face = ball_face(ball_mesh(150, 150, 100))
    fused = fuse_face(plain_photo(300, 300, SKIN), face, identity, face)
    assert np.abs(fused.image.astype(int) - SKIN).max() <= 3


def test_a_thing_that_covers_the_face_is_told_from_a_feature_and_from_a_mole():
    skin, features = np.ones((200, 200), np.float32), np.zeros((200, 200), np.float32)
    hand, brow, mole = (
        (slice(20, 60), slice(20, 60)),
        (slice(100, 120), slice(20, 60)),
        (slice(150, 158), slice(150, 158)),
    )
    for thing in (hand, brow, mole):
        skin[thing] = 0
    features[brow] = 1
    stays = covered(skin, features, width=100)
    assert stays[hand].min() > 0.4
    assert stays[40, 40] == pytest.approx(1)
    assert stays[brow].max() == stays[mole].max() == 0


def test_what_the_identity_turns_away_in_one_picture_comes_from_the_mirrored_one():
    left, right = (ball_mesh(150, 150, 100, yaw_deg=yaw) for yaw in (50, -50))
    photo, target = plain_photo(300, 300, SKIN), ball_face(ball_mesh(150, 150, 100))
    donor = Donor.of(photo, ball_face(left), Donor.of(photo, ball_face(right)))
    fused = fuse_donor(FusionTarget.of(photo, target, SpectaclesOf.TARGET), donor, FusionPlan())
    assert min(fused.mask[150, 80], fused.mask[150, 220]) > 0.9


def test_half_the_strength_is_half_the_share():
    photo, face = plain_photo(300, 300, SKIN), ball_face(ball_mesh(150, 150, 100))
    target = FusionTarget.of(photo, face, SpectaclesOf.TARGET)
    fused = fuse_donor(target, Donor.of(photo, face), FusionPlan(strength=0.5))
    assert fused.mask.max() == pytest.approx(0.5)


def test_what_the_identity_turns_away_stays_the_targets():
    turned, frontal = ball_mesh(150, 150, 100, yaw_deg=50), ball_mesh(150, 150, 100)
    fused = fuse_face(plain_photo(300, 300, SKIN), ball_face(frontal), plain_photo(300, 300, SKIN), ball_face(turned))
    left, right = fused.mask[150, 80], fused.mask[150, 220]
    assert min(left, right) < 0.1
    assert max(left, right) > 0.9
    assert fused.turn_deg == pytest.approx(50, abs=1)


def test_a_face_that_leaves_the_photo_is_fused_as_far_as_it_is_there():
    fused = fuse_face(
        plain_photo(100, 200, SKIN),
        ball_face(ball_mesh(90, 100, 60)),
        plain_photo(200, 200, DARK_SKIN),
        ball_face(ball_mesh(100, 100, 60)),
    )
    assert fused.image.shape == (200, 100, 3)
    assert fused.mask[100, 95] > 0.9


def test_a_face_without_mesh_cannot_be_fused():
    photo, face = plain_photo(200, 200, SKIN), face_at(100, 100, 80)
    with pytest.raises(ModelUnavailable, match=r'468 mesh points.* Connect the analyzer "embedded"'):
        fuse_face(photo, face, photo, ball_face(ball_mesh(100, 100, 60)))


def test_the_repr_shows_a_size_only():
    face = ball_face(ball_mesh(100, 100, 60))
    assert repr(fuse_face(plain_photo(200, 150, SKIN), face, plain_photo(200, 200, SKIN), face)) == "Fused(200x150)"


@pytest.mark.parametrize("yaw_deg", [0, 40])
def test_the_triangles_of_a_mesh_are_those_of_a_disc(yaw_deg):
    triangles = triangulate(ball_mesh(150, 150, 100, yaw_deg=yaw_deg))
    # Euler: 2 * 468 - 2 - points on the rim, of which the rim of 36 points leaves at least 36.
    assert 850 <= len(triangles) <= 2 * 468 - 2 - 36
    assert all(len(set(corners)) == 3 for corners in triangles.tolist())
    assert set(triangles.ravel().tolist()) == set(range(468))


def test_a_shifted_mesh_shifts_the_picture():
    columns = np.tile(np.arange(200, dtype=np.uint8), (200, 1))
    picture = np.dstack([columns] * 3)
    raster = MeshRaster.of(ball_mesh(100, 100, 60), Size(200, 200))
    bent = warp_mesh(picture, ball_mesh(110, 100, 60), raster)
    # Grey equals x, so a source 10 px to the right reads 10 levels more; cubic sampling of a ramp is exact.
    assert np.abs(bent[60:140, 60:140].astype(int) - (picture[60:140, 60:140] + 10)).max() <= 1


def test_the_reference_is_the_one_that_is_turned_alike():
    turns = [ball_mesh(100, 100, 60, yaw_deg=yaw) for yaw in (0, 25, -25)]
    assert nearest_in_pose(ball_mesh(100, 100, 60, yaw_deg=28), turns) == 1
    assert nearest_in_pose(ball_mesh(100, 100, 60, yaw_deg=-20), turns) == 2


def test_of_references_that_are_turned_nearly_alike_the_better_one_is_used():
    turns = [ball_mesh(100, 100, 60, yaw_deg=yaw) for yaw in (6, 0)]
    assert nearest_in_pose(ball_mesh(100, 100, 60), turns) == 0


def test_turn_is_the_angle_between_two_noses():
    assert turn_between(ball_mesh(0, 0, 60, yaw_deg=-10), ball_mesh(9, 9, 30, yaw_deg=20)) == pytest.approx(30, abs=0.1)
