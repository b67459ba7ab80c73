"""Retouching face sets and pictures: which skin, what stays with a face, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support import sample_face, sample_verdict
from support_mesh import ball_face, ball_mesh, plain_photo, with_dot

from facechain.before_after import CARD_WIDTH, GAP, HEADER_HEIGHT, MOST_CARDS, draw_before_after
from facechain.errors import InvalidSetting, NoFaceFound
from facechain.face_crop import FaceCrop
from facechain.faces import Face, FaceSet
from facechain.geometry import Box, Similarity, Size
from facechain.parsing import REGIONS, FaceRegions, Region
from facechain.progress import SilentProgress
from facechain.retouch import retouch_skin
from facechain.retouch_faces import RetouchedPicture, retouch_faces, retouch_masked, retouch_pictures
from facechain.retouch_options import RetouchOptions
from facechain.skin import bare_skin, width_of

SKIN, SPOT = (200, 160, 140), (190, 110, 100)
SIDE, RADIUS = 256, 100


class SkinParser:
    """Takes every pixel for skin, and counts how often it is asked."""

    id = "skin"

    def __init__(self) -> None:
        self.parsed = 0

    def parse(self, image, face):
        self.parsed += 1
        return all_skin(*image.shape[:2])


class BallAnalyzer:
    """Finds the given faces in every picture."""

    def __init__(self, *faces):
        self._faces = faces

    def detect(self, image):
        return self._faces


class BoardRestorer:
    """Sees a chessboard of 2 px fields in every face, and counts how often it is asked."""

    id = "board"
    engine = "by hand"

    def __init__(self) -> None:
        self.restored = 0

    def restore(self, image, face):
        self.restored += 1
        x, y = face.box.center
        to_crop = Similarity(np.array([[1.0, 0, 100 - x], [0, 1, 100 - y]]))
        rows, columns = np.mgrid[:200, :200]
        board = np.where((rows // 2 + columns // 2) % 2, 255, 60).astype(np.uint8)
        return FaceCrop(np.repeat(board[..., None], 3, axis=2), to_crop)


def all_skin(height: int, width: int) -> FaceRegions:
    labels = np.full((height, width), REGIONS.index(Region.SKIN), np.uint8)
    return FaceRegions(labels, np.ones((height, width), np.float32))


def spotted() -> np.ndarray:
    return with_dot(plain_photo(SIDE, SIDE, SKIN), 128, 128, SPOT, half=2)


def face_at(x: float, radius: float = RADIUS) -> Face:
    """A face without mesh, `radius` px to each side of (x, 128)."""
    return replace(ball_face(ball_mesh(x, SIDE / 2, radius)), mesh=None)


def middle_face(radius: float = RADIUS) -> Face:
    return face_at(SIDE / 2, radius)


def face_set(**changes) -> FaceSet:
    face = sample_face(face=middle_face(), crop=spotted(), **changes)
    return FaceSet((face,), (sample_verdict(),), Size(SIDE, SIDE), "ball")


def test_a_face_without_regions_is_parsed_once_and_keeps_them():
    parser = SkinParser()
    (face,) = retouch_faces(face_set(), parser, RetouchOptions(0.6), SilentProgress()).faces.faces
    assert parser.parsed == 1
    assert face.regions is not None
    assert tuple(face.crop[128, 128]) != SPOT


def test_the_regions_of_a_parsed_face_are_used():
    nowhere = replace(all_skin(SIDE, SIDE), labels=np.zeros((SIDE, SIDE), np.uint8))
    parser = SkinParser()
    (face,) = retouch_faces(face_set(regions=nowhere), parser, RetouchOptions(1), SilentProgress()).faces.faces
    assert parser.parsed == 0
    assert (face.crop == spotted()).all()


def test_everything_else_of_a_face_stays():
    faces = face_set(caption="smile", mask=np.ones((SIDE, SIDE), np.float32))
    retouched = retouch_faces(faces, SkinParser(), RetouchOptions(0.6), SilentProgress())
    (before,), (after,) = faces.faces, retouched.faces.faces
    assert (after.caption, after.photo, after.face, after.mask) == ("smile", before.photo, before.face, before.mask)
    assert retouched.faces.verdicts == faces.verdicts
    assert not after.crop.flags.writeable
    assert (retouched.pictures[0].before == spotted()).all()


def test_a_picture_is_retouched_on_each_of_its_faces():
    picture = np.hstack([spotted(), spotted()])
    faces = [face_at(x) for x in (128, 128 + SIDE)]
    (retouched,) = retouch_pictures([picture], BallAnalyzer(*faces), SkinParser(), RetouchOptions(1), SilentProgress())
    for x in (128, 128 + SIDE):
        # The spot is 50 levels below the skin in green.
        assert retouched.after[128, x, 1] > 145
    assert (retouched.before == picture).all()


def test_a_small_face_in_the_background_is_left_as_it_is():
    picture = np.hstack([spotted(), spotted()])
    faces = [middle_face(), face_at(128 + SIDE, 15)]
    parser = SkinParser()
    retouch_pictures([picture], BallAnalyzer(*faces), parser, RetouchOptions(1), SilentProgress())
    assert parser.parsed == 1


def test_a_picture_without_a_face_is_named():
    with pytest.raises(NoFaceFound, match=r"Picture 1 of 1 shows no face of 40 px or more\. Connect a mask"):
        retouch_pictures([spotted()], BallAnalyzer(middle_face(15)), SkinParser(), RetouchOptions(1), SilentProgress())


def test_with_a_mask_no_face_is_looked_for():
    mask = np.zeros((SIDE, SIDE), np.float32)
    mask[64:192, 64:192] = 1
    (retouched,) = retouch_masked([spotted()], [mask], None, RetouchOptions(1), SilentProgress())
    assert retouched.after[128, 128, 1] > 145
    assert retouched.focus == Box(64, 64, 192, 192)


def test_one_mask_serves_all_pictures():
    mask = np.ones((SIDE, SIDE), np.float32)
    assert len(retouch_masked([spotted()] * 3, [mask], None, RetouchOptions(1), SilentProgress())) == 3


def test_masks_in_another_number_are_refused():
    mask = np.ones((SIDE, SIDE), np.float32)
    with pytest.raises(InvalidSetting, match=r"2 masks for 3 pictures"):
        retouch_masked([spotted()] * 3, [mask] * 2, None, RetouchOptions(1), SilentProgress())


def test_an_empty_mask_is_refused():
    with pytest.raises(InvalidSetting, match=r"Mask 1 is empty"):
        retouch_masked([spotted()], [np.zeros((SIDE, SIDE), np.float32)], None, RetouchOptions(1), SilentProgress())


def restoring(restorer: BoardRestorer, restorer_strength: float = 1.0) -> RetouchOptions:
    """Restores, and leaves the skin alone."""
    return RetouchOptions(0.0, restorer, restorer_strength)


def changed(picture: RetouchedPicture) -> float:
    """Mean difference of the middle 20 px from what they were."""
    middle = np.s_[118:138, 118:138]
    return float(np.abs(picture.after[middle].astype(int) - picture.before[middle]).mean())


def test_a_restorer_changes_the_face_before_its_skin_and_is_asked_once_per_face():
    restorer = BoardRestorer()
    retouched = retouch_faces(face_set(), SkinParser(), restoring(restorer), SilentProgress())
    assert restorer.restored == 1
    (picture,) = retouched.pictures
    assert (picture.before == spotted()).all()
    assert (retouched.faces.faces[0].crop == picture.after).all()
    # Fields of 60 and 255 around the light of the skin: 97 levels each way, less where they are cut off at 255.
    assert 60 < changed(picture) < 100
    assert (picture.after[0] == picture.before[0]).all()


def test_half_the_strength_of_a_restorer_is_half_the_change():
    whole, half = (
        retouch_faces(face_set(), SkinParser(), restoring(BoardRestorer(), strength), SilentProgress()).pictures[0]
        for strength in (1.0, 0.5)
    )
    # Rounding, and what is cut off at 255.
    assert changed(half) == pytest.approx(changed(whole) / 2, rel=0.1)


def test_a_restorer_of_no_strength_and_none_leave_the_same_pixels():
    for options in (RetouchOptions(0.6), RetouchOptions(0.6, BoardRestorer(), 0.0)):
        (picture,) = retouch_faces(face_set(), SkinParser(), options, SilentProgress()).pictures
        plain = retouch_skin(spotted(), bare_skin(all_skin(SIDE, SIDE), middle_face()), 0.6, width_of(middle_face()))
        assert (picture.after == plain).all()


def test_a_restorer_does_not_change_what_is_known_of_a_face():
    faces = face_set()
    retouched = retouch_faces(faces, SkinParser(), restoring(BoardRestorer()), SilentProgress()).faces
    (before,), (after,) = faces.faces, retouched.faces
    assert after.face is before.face
    assert (after.regions.labels == all_skin(SIDE, SIDE).labels).all()


def test_each_large_face_of_a_picture_is_restored_and_a_small_one_is_not():
    picture = np.hstack([spotted(), spotted(), spotted()])
    faces = [face_at(128), face_at(128 + SIDE), face_at(128 + 2 * SIDE, 15)]
    restorer = BoardRestorer()
    (after,) = retouch_pictures([picture], BallAnalyzer(*faces), SkinParser(), restoring(restorer), SilentProgress())
    assert restorer.restored == 2
    assert (after.after[:, 2 * SIDE :] == picture[:, 2 * SIDE :]).all()
    assert changed(after) > 60


def test_with_a_mask_and_a_restorer_the_faces_are_found_and_restored_also_outside_of_the_mask():
    mask, restorer = np.zeros((SIDE, SIDE), np.float32), BoardRestorer()
    mask[:10, :10] = 1
    (picture,) = retouch_masked([spotted()], [mask], BallAnalyzer(middle_face()), restoring(restorer), SilentProgress())
    assert restorer.restored == 1
    assert changed(picture) > 60


def test_the_report_names_the_restorer_that_ran_and_none_where_none_did():
    assert RetouchOptions(0.4).report() == {"strength": 0.4}
    assert RetouchOptions(0.4, BoardRestorer(), 0.25).report() == {
        "strength": 0.4,
        "restorer": "board",
        "restorer_engine": "by hand",
        "restorer_strength": 0.25,
    }


def test_bare_skin_keeps_away_from_an_eye():
    labels = np.full((100, 300), REGIONS.index(Region.SKIN), np.uint8)
    labels[:, :100] = REGIONS.index(Region.EYES)
    skin = bare_skin(FaceRegions(labels, np.ones((100, 300), np.float32)), middle_face(100))
    # The face is 196 px wide. Nothing up to 1 % of that from the eye's last column, all from 3 %.
    assert skin[50, 99:101].max() == 0
    assert skin[50, 106:].min() == 1
    assert 0 < skin[50, 103] < 1


def test_nostrils_and_the_folds_beside_them_are_no_skin():
    face = ball_face(ball_mesh(SIDE / 2, SIDE / 2, RADIUS))
    skin = bare_skin(all_skin(SIDE, SIDE), face)
    x, y = np.rint(face.mesh[2, :2]).astype(int)
    # The line is 5 % of 196 px thick, the margin 1 % at each side.
    assert skin[y - 5 : y + 6, x].max() == 0
    assert skin[10, 10] == 1


def test_the_neck_is_skin_and_hair_is_not():
    labels = np.full((90, 60), REGIONS.index(Region.SKIN), np.uint8)
    labels[30:60], labels[60:] = REGIONS.index(Region.NECK), REGIONS.index(Region.HAIR)
    skin = bare_skin(FaceRegions(labels, np.ones((90, 60), np.float32)), middle_face(50))
    assert skin[20:50].min() == 1
    assert skin[60:].max() == 0


def picture_pair() -> RetouchedPicture:
    return RetouchedPicture(plain_photo(64, 64, (255, 0, 0)), plain_photo(64, 64, (0, 255, 0)), Box(16, 16, 48, 48))


def test_the_sheet_shows_before_at_the_left_and_after_at_the_right():
    sheet = draw_before_after([picture_pair()], 0.6)
    row = HEADER_HEIGHT + 100
    assert tuple(sheet[row, GAP + CARD_WIDTH // 4]) == (255, 0, 0)
    assert tuple(sheet[row, GAP + CARD_WIDTH * 3 // 4]) == (0, 255, 0)


def test_a_sheet_of_many_pictures_stays_small():
    assert (
        draw_before_after([picture_pair()] * 50, 0.6).shape
        == draw_before_after([picture_pair()] * MOST_CARDS, 0.6).shape
    )
