"""Laying a swapped crop back: where it is seen, in whose tone, and what a person is to a network."""

import math
from dataclasses import replace

import numpy as np
import pytest
from support_fusion import SIDE as CROP_SIDE
from support_fusion import KnownParser, PaintingSwapper, PastingSwapper
from support_mesh import ball_face, ball_mesh, plain_photo

from facechain.donor import Donor
from facechain.faces import Face
from facechain.fuse_options import FuseOptions
from facechain.fusion_target import SpectaclesOf
from facechain.geometry import Landmarks, Size
from facechain.laid_crop import LaidCrop
from facechain.network_fusion import NetworkFuser, farthest_way, fuse_by_network, mean_identity
from facechain.parsing import Region

SIDE = 200
MIDDLE = SIDE // 2
SKIN = (200, 150, 130)
NOBODY = np.zeros(1, np.float32)


def face_with(yaw_deg: float = 0, moved: float = 0) -> Face:
    """A face of 100 px width in the middle; its right eye is `moved` px to the right."""
    face = ball_face(ball_mesh(MIDDLE, MIDDLE, 50, yaw_deg=yaw_deg))
    points = np.array([[-20, -15], [20 + moved, -15], [0, 5], [-15, 28], [15, 28]]) + MIDDLE
    return replace(face, landmarks=Landmarks(points))


class FixedAnalyzer:
    """Finds what it was given, in every picture."""

    def __init__(self, *faces: Face) -> None:
        self.faces = faces

    def detect(self, image):
        return self.faces


@pytest.fixture
def photo():
    return plain_photo(SIDE, SIDE, SKIN)


@pytest.fixture
def face():
    return face_with()


def test_the_new_face_fills_the_oval_and_nothing_else(photo, face):
    fused = fuse_by_network(photo, face, NOBODY, PaintingSwapper())
    assert fused.mask[MIDDLE, MIDDLE] == 1
    assert (fused.image[MIDDLE, MIDDLE] != photo[MIDDLE, MIDDLE]).any()
    outside = fused.mask == 0
    assert (fused.image[outside] == photo[outside]).all()
    assert outside[MIDDLE, : MIDDLE - 51].all()  # the ball is 50 px to each side of the middle
    assert not outside[MIDDLE, MIDDLE - 45 : MIDDLE + 45].any()
    assert math.isnan(fused.turn_deg)


def test_the_mask_rises_softly_from_the_outline(photo, face):
    mask = fuse_by_network(photo, face, NOBODY, PaintingSwapper()).mask
    # 8 % of 100 px are 8 px of rim: a smooth step rises by 1.5 / 8 at most.
    assert np.abs(np.diff(mask[MIDDLE])).max() < 0.25


def test_a_mask_of_the_network_is_respected(photo, face):
    left_half = np.zeros((CROP_SIDE, CROP_SIDE), np.float32)
    left_half[:, : CROP_SIDE // 2] = 1
    mask = fuse_by_network(photo, face, NOBODY, PaintingSwapper(mask=left_half)).mask
    assert mask[MIDDLE, MIDDLE - 20] == 1
    assert (mask[:, MIDDLE + 3 :] == 0).all()  # the points of the face lie a little off the template's


def test_the_rim_of_the_crop_is_never_seen(photo, face):
    crop = PaintingSwapper().swap(photo, face, NOBODY)
    laid = LaidCrop.of(crop, Size.of(photo))
    rows, columns = np.nonzero(laid.share)
    at = crop.to_crop.apply(np.column_stack([columns + laid.columns.start, rows + laid.rows.start]))
    assert at.min() > 0
    assert at.max() < CROP_SIDE - 1
    assert laid.share[len(laid.share) // 2, len(laid.share[0]) // 2] == 1


def test_skin_of_another_tone_gets_the_tone_of_the_picture(photo, face):
    paler = np.array([225, 190, 175])
    swapper = PaintingSwapper()
    swapper.crop = np.full((CROP_SIDE, CROP_SIDE, 3), paler, np.uint8)
    fused = fuse_by_network(photo, face, NOBODY, swapper)
    assert np.abs(fused.image[MIDDLE, MIDDLE].astype(int) - SKIN).max() <= 2  # of 25 to 45; Lab and back costs one


def test_a_person_is_the_mean_of_all_references_and_as_long_as_one():
    faces = [face_with(), face_with()]
    pictures = [plain_photo(SIDE, SIDE, color) for color in ((200, 100, 50), (100, 200, 50))]
    donors = [Donor(picture, face, None) for picture, face in zip(pictures, faces, strict=True)]
    swapper = PastingSwapper()
    one, other = (swapper.identity(donor.picture, donor.face) for donor in donors)
    mean = mean_identity(swapper, donors)
    assert np.linalg.norm(mean) == pytest.approx((np.linalg.norm(one) + np.linalg.norm(other)) / 2, rel=1e-5)
    assert mean @ one == pytest.approx(mean @ other, rel=1e-5)
    assert (mean_identity(swapper, donors[:1]) == one).all()


def test_the_farthest_landmark_is_measured_in_eye_distances():
    assert farthest_way(face_with(), face_with(moved=4)) == pytest.approx(0.1)  # 4 of 40 px


def attempt(photo, face, found, donor_yaw=0.0, parser=None, **options):
    donors = [Donor(photo, face_with(yaw_deg=donor_yaw), None)]
    fuser = NetworkFuser(PaintingSwapper(), donors, FixedAnalyzer(*found), parser)
    return fuser.attempt(photo, face, FuseOptions(**options))


def test_heads_that_look_far_apart_are_fused_and_the_angle_is_told(photo, face):
    made = attempt(photo, face, [face], donor_yaw=60)
    assert made.mask.any()
    assert not made.note
    assert made.turn_deg == pytest.approx(60, abs=1)


def test_moved_features_are_measured_and_not_refused(photo, face):
    moved = face_with(moved=8)
    made = attempt(photo, face, [moved])
    assert made.shift == pytest.approx(0.2)
    assert made.face is moved
    assert made.mask.any()


def test_a_face_that_is_not_found_again_has_no_shift(photo, face):
    made = attempt(photo, face, [])
    assert made.shift is None
    assert made.face is face


def test_hair_over_the_face_stays_and_may_be_painted_over_when_asked(photo, face):
    fringe = np.s_[: MIDDLE - 20, :]
    hair = KnownParser((Region.HAIR, fringe))
    kept = attempt(photo, face, [face], parser=hair)
    assert (kept.image[fringe] == photo[fringe]).all()
    assert not kept.mask[fringe].any()
    covered = attempt(photo, face, [face], parser=hair, keep_covering=False)
    assert covered.mask[fringe].any()


def test_what_becomes_of_spectacles_is_said(photo, face):
    lenses = KnownParser((Region.GLASSES, np.s_[MIDDLE - 20 : MIDDLE, MIDDLE - 40 : MIDDLE + 40]))
    assert attempt(photo, face, [face], parser=lenses).remarks == ("The target wears spectacles: their frame stays.",)
    asked = attempt(photo, face, [face], spectacles=SpectaclesOf.PERSON).remarks
    assert asked == ("A network knows no spectacles: those of the target, or none, stay.",)
