"""Label maps of faces: what a region is, and which parts of a painted head the colours tell apart."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from support_mesh import ball_face, ball_mesh
from support_people import face_at

from facechain.errors import InvalidSetting, ModelUnavailable
from facechain.face_regions import label_regions
from facechain.hats import beside_hat
from facechain.head_frame import HeadFrame
from facechain.parsing import REGIONS, FaceRegions, Region, regions_named

SIZE, CENTER, RADIUS = 400, (200, 190), 50
TONES = {"light": (224, 184, 160), "brown": (150, 104, 78), "dark": (84, 56, 44)}
HAIR, SHIRT, WALL = (24, 22, 30), (40, 90, 190), (128, 132, 130)


def painted_head(tone, hair=HAIR) -> tuple[np.ndarray, np.ndarray]:
    """A head with hair above the face and a shirt below the neck, and where the person is."""
    photo = np.full((SIZE, SIZE, 3), WALL, np.uint8)
    cv2.ellipse(photo, (200, 410), (150, 120), 0, 0, 360, SHIRT, -1)
    cv2.rectangle(photo, (178, 230), (222, 300), tone, -1)
    cv2.ellipse(photo, (200, 165), (72, 75), 0, 180, 360, hair, -1)
    cv2.ellipse(photo, CENTER, (RADIUS, round(1.2 * RADIUS)), 0, 0, 360, tone, -1)
    person = (photo != WALL).any(-1).astype(np.float32)
    return photo, person


def labels_of(tone, **more) -> np.ndarray:
    photo, person = painted_head(tone, **more)
    return label_regions(photo, ball_face(ball_mesh(*CENTER, RADIUS)), person)


def region_at(labels, x, y) -> Region:
    return REGIONS[labels[y, x]]


def test_a_mask_shows_the_regions_that_were_asked_for():
    labels = np.array([[0, 1, 6]], np.uint8)
    regions = FaceRegions(labels, np.ones((1, 3), np.float32))
    assert regions.mask(Region.SKIN, Region.HAIR).tolist() == [[0, 1, 1]]
    assert regions.mask().tolist() == [[0, 0, 0]]


def test_labels_and_person_must_have_one_shape():
    with pytest.raises(InvalidSetting, match=r"Labels \(2, 3\) and person \(3, 2\) differ"):
        FaceRegions(np.zeros((2, 3), np.uint8), np.zeros((3, 2), np.float32))


def test_regions_cannot_be_written_to():
    regions = FaceRegions(np.zeros((2, 3), np.uint8), np.zeros((2, 3), np.float32))
    with pytest.raises(ValueError, match="read-only"):
        regions.labels[0, 0] = 1


def test_the_repr_shows_a_size_only():
    assert repr(FaceRegions(np.zeros((2, 3), np.uint8), np.zeros((2, 3), np.float32))) == "FaceRegions(3x2)"


@pytest.mark.parametrize("text", ["hair, skin", "Skin hair", " skin，hair ", "skin、hair；", "hair\nskin,hair"])
def test_regions_are_named_with_any_commas(text):
    assert regions_named(text) == (Region.SKIN, Region.HAIR)


def test_every_region_has_a_name():
    assert regions_named(",".join(region.value for region in Region)) == REGIONS


def test_an_unknown_name_is_answered_with_all_names():
    with pytest.raises(
        InvalidSetting, match=r"There is no region nose\. Write one or more of: background, skin, .* hat"
    ):
        regions_named("nose, hair")


@pytest.mark.parametrize("text", ["", " ", "，、"])
def test_no_name_at_all_is_refused(text):
    with pytest.raises(InvalidSetting, match=r"No region is named\. Write one or more of: background"):
        regions_named(text)


@pytest.mark.parametrize("tone", TONES.values(), ids=TONES)
def test_the_parts_of_a_painted_head_are_told_apart(tone):
    labels = labels_of(tone)
    assert region_at(labels, 200, 105) is Region.HAIR
    assert region_at(labels, 135, 140) is Region.HAIR
    assert region_at(labels, 200, 275) is Region.NECK
    assert region_at(labels, 200, 380) is Region.CLOTHES
    assert region_at(labels, 20, 20) is Region.BACKGROUND


def test_fair_hair_is_no_skin():
    labels = labels_of(TONES["light"], hair=(226, 196, 140))
    assert region_at(labels, 200, 105) is Region.HAIR


def test_beside_a_hat_is_what_lies_outwards_of_it_above_the_brows():
    photo, person = painted_head(TONES["light"])
    frame = HeadFrame.of(photo, ball_face(ball_mesh(*CENTER, RADIUS)), person)
    brows, middle = round(frame.heights.brows), round(frame.middle)
    hat = np.zeros(frame.oval.shape, bool)
    hat[brows - 100 : brows + 50, middle - 80 : middle + 60] = True
    beside = beside_hat(frame, hat)
    assert (
        beside[brows - 50, :middle].tolist() == [True] * (middle - 80) + hat[brows - 50, middle - 80 : middle].tolist()
    )
    assert beside[brows - 50, middle + 60 :].all()
    assert not beside[brows + 20].any(), "hair falls below a brim"
    assert not beside[brows - 120].any()


def test_what_is_no_person_is_background_everywhere():
    photo, person = painted_head(TONES["light"])
    labels = label_regions(photo, ball_face(ball_mesh(*CENTER, RADIUS)), person)
    # The oval of the mesh may reach over the painted face by the width of its soft edge.
    sure = cv2.dilate(person, np.ones((9, 9), np.uint8)) == 0
    assert (labels[sure] == REGIONS.index(Region.BACKGROUND)).all()


def test_far_from_the_head_a_person_is_clothes():
    photo = np.full((SIZE, 1600, 3), WALL, np.uint8)
    photo[:, :SIZE], person = painted_head(TONES["light"])
    wide = np.zeros((SIZE, 1600), np.float32)
    wide[:, :SIZE], wide[350:, 1200:] = person, 1
    labels = label_regions(photo, ball_face(ball_mesh(*CENTER, RADIUS)), wide)
    assert region_at(labels, 1400, 380) is Region.CLOTHES


def test_a_rolled_head_is_parsed_as_the_upright_one():
    photo, person = painted_head(TONES["light"])
    face = ball_face(ball_mesh(*CENTER, RADIUS))
    upright = label_regions(photo, face, person)
    turned = label_regions(np.rot90(photo).copy(), _turned(face), np.rot90(person).copy())
    assert (np.rot90(turned, -1) == upright).mean() > 0.98


def test_a_face_without_a_mesh_cannot_be_parsed():
    photo, person = painted_head(TONES["light"])
    with pytest.raises(ModelUnavailable, match=r'468 mesh points.* Connect the analyzer "embedded"'):
        label_regions(photo, face_at(200, 190, 100), person)


def _turned(face):
    # numpy.rot90 carries (x, y) to (y, width - 1 - x).
    mesh = np.column_stack([face.mesh[:, 1], SIZE - 1 - face.mesh[:, 0], face.mesh[:, 2]]).astype(np.float32)
    turned = ball_face(mesh)
    points = face.landmarks.points
    landmarks = type(face.landmarks)(np.column_stack([points[:, 1], SIZE - 1 - points[:, 0]]))
    return type(face)(turned.box, landmarks, face.score, mesh, face.presence)
