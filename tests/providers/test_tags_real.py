"""Tags and irises of real photos, and of photos changed so that the answer is known.

The iris centres were read by eye from pictures of each eye enlarged 16 times.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from facechain.crops import CropPreset, crop_transform
from facechain.embeddings import Embedding
from facechain.face_view import view_face
from facechain.faces import AlignedFace, Face
from facechain.geometry import Size
from facechain.mesh_regions import IMAGE_LEFT_EYE, IMAGE_RIGHT_EYE
from facechain.parsing import Region
from facechain.photos import PhotoRef
from facechain.providers.catalog import Role, open_model
from facechain.providers.lease import CpuLease
from facechain.quality import measure_quality
from facechain.tag_face import tag_face
from facechain.tags import Tag, TagKind
from facechain.warp import warp

IRISES = {"astronaut": ((203.1, 100.2), (246.0, 102.9)), "hopper": ((221.2, 190.4), (304.3, 186.1))}
"""Image-left and image-right one, (x, y) in the photo."""
CROP = Size(512, 512)

Tags = dict[TagKind, Tag]


@pytest.fixture(scope="module")
def gaze_estimator(locations):
    return open_model(Role.GAZE_ESTIMATOR, "embedded", locations, CpuLease())


@pytest.fixture(scope="module")
def parser(locations):
    return open_model(Role.PARSER, "embedded", locations, CpuLease())


@pytest.fixture(scope="module")
def aligned() -> Callable[[np.ndarray, Face], AlignedFace]:
    nobody = Embedding(np.ones(3), "none", "euclidean")  # tags do not ask who it is

    def cut(photo: np.ndarray, face: Face) -> AlignedFace:
        transform = crop_transform(face, CropPreset.FACECHAIN, CROP.width)
        crop = warp(photo, transform, CROP)
        return AlignedFace(face, crop, transform, PhotoRef(None, "", ""), measure_quality(photo, face), nobody)

    return cut


@pytest.fixture(scope="module")
def tags_of(analyzer, parser, gaze_estimator, aligned) -> Callable[[np.ndarray], list[Tags]]:
    """The tags of every face of a photo by kind, faces from left to right."""

    def tag(photo: np.ndarray) -> list[Tags]:
        views = [view_face(aligned(photo, face), parser, gaze_estimator) for face in analyzer.detect(photo)]
        return [{tag.kind: tag for tag in tag_face(view)} for view in views]

    return tag


@pytest.fixture(scope="module")
def astronaut(tags_of, photo) -> Tags:
    (tags,) = tags_of(photo("astronaut"))
    return tags


@pytest.fixture(scope="module")
def hopper(tags_of, photo) -> Tags:
    (tags,) = tags_of(photo("hopper"))
    return tags


def words(tags: Tags) -> list[str]:
    return [tag.words for tag in tags.values()]


@pytest.mark.parametrize("name", IRISES)
def test_the_irises_are_where_a_person_sees_them(analyzer, gaze_estimator, photo, name):
    (face,) = analyzer.detect(photo(name))
    eyes = gaze_estimator.locate(photo(name), face.mesh)
    for eye, seen, ring in zip(eyes, IRISES[name], (IMAGE_LEFT_EYE, IMAGE_RIGHT_EYE), strict=True):
        width = np.linalg.norm(face.mesh[ring[0], :2] - face.mesh[ring[8], :2])
        assert np.linalg.norm(eye.iris - seen) < 0.1 * width
        assert eye.corners[0, 0] < eye.iris[0] < eye.corners[1, 0]


@pytest.mark.parametrize("name", IRISES)
def test_in_a_mirror_the_gaze_is_mirrored(analyzer, gaze_estimator, photo, name):
    mirrored = np.ascontiguousarray(photo(name)[:, ::-1])
    (face,), (mirror_face,) = analyzer.detect(photo(name)), analyzer.detect(mirrored)
    plain, mirror = gaze_estimator.gaze(photo(name), face), gaze_estimator.gaze(mirrored, mirror_face)
    # The mesh is found anew and differs by a pixel, a twentieth of an eye.
    assert mirror.across == pytest.approx(-plain.across, abs=0.05)
    assert mirror.down == pytest.approx(plain.down, abs=0.1)
    assert mirror.openness == pytest.approx(plain.openness, abs=0.05)


def test_without_a_mesh_there_is_no_gaze(analyzer, gaze_estimator, photo):
    (face,) = analyzer.detect(photo("astronaut"))
    assert gaze_estimator.gaze(photo("astronaut"), Face(face.box, face.landmarks, face.score)) is None


def test_the_astronaut_smiles_at_the_camera_in_an_orange_suit(astronaut):
    assert words(astronaut) == [
        "head and shoulders",
        "front view",
        "looking at the camera",
        "smile",
        "showing teeth",
        "medium-toned hair",
        "orange clothes",
        "busy background",
        "lit from the left",
    ]


def test_the_officer_neither_smiles_nor_shows_her_hair(hopper):
    assert words(hopper) == [
        "head and shoulders",
        "front view",
        "looking at the camera",
        "black clothes",
        "busy background",
        "even light",
    ]


def test_in_a_mirror_the_light_comes_from_the_other_side_and_the_rest_stays(tags_of, photo, astronaut):
    (mirrored,) = tags_of(np.ascontiguousarray(photo("astronaut")[:, ::-1]))
    assert words(mirrored) == [*words(astronaut)[:-1], "lit from the right"]
    assert mirrored[TagKind.LIGHT_SIDE].value == pytest.approx(-astronaut[TagKind.LIGHT_SIDE].value, abs=2)


def test_a_darkened_left_half_is_light_from_the_right(tags_of, photo):
    darkened = photo("astronaut").copy()
    darkened[:, :225] = darkened[:, :225] * 0.55  # 225: the middle of her face
    (tags,) = tags_of(darkened)
    assert tags[TagKind.LIGHT_SIDE].words == "lit from the right"


def test_without_colours_it_is_a_black_and_white_photo_that_names_none(tags_of, photo):
    grey = cv2.cvtColor(photo("astronaut"), cv2.COLOR_RGB2GRAY)
    (tags,) = tags_of(np.repeat(grey[..., None], 3, axis=2))
    assert tags[TagKind.MONOCHROME].words == "black and white photo"
    assert TagKind.CLOTHING_COLOR not in tags
    assert tags[TagKind.HAIR_TONE].words == "medium-toned hair"


def test_a_background_painted_blue_is_plain_and_blue(analyzer, parser, gaze_estimator, aligned, photo):
    (face,) = analyzer.detect(photo("astronaut"))
    cut = aligned(photo("astronaut"), face)
    view = view_face(cut, parser, gaze_estimator)
    crop = cut.crop.copy()
    crop[view.regions.mask(Region.BACKGROUND) > 0] = (30, 90, 200)
    painted = AlignedFace(face, crop, cut.transform, cut.photo, cut.quality, cut.embedding, regions=view.regions)
    tags = [tag.words for tag in tag_face(view_face(painted, parser, gaze_estimator))]
    assert [tag for tag in tags if "background" in tag] == ["plain background", "blue background"]


def test_turned_heads_face_where_their_noses_point_and_the_other_way_in_a_mirror(
    analyzer, parser, gaze_estimator, aligned, photo
):
    def turn(picture: np.ndarray, face: Face) -> str:
        tags = tag_face(view_face(aligned(picture, face), parser, gaze_estimator))
        return next(tag.words for tag in tags if tag.kind is TagKind.HEAD_TURN)

    group = photo("group")
    mirrored = np.ascontiguousarray(group[:, ::-1])
    faces, mirrored_faces = analyzer.detect(group), analyzer.detect(mirrored)[::-1]
    for place in (1, 4):
        points = faces[place].landmarks.points
        assert points[2, 0] < points[:2, 0].mean(), "the nose stands left of the middle of the eyes"
        assert turn(group, faces[place]) == "facing left"
        assert turn(mirrored, mirrored_faces[place]) == "facing right"
