"""Faces that somebody else has found, and the host's own FACE_LANDMARKS."""

from __future__ import annotations

import math

import numpy as np
import pytest
from support import PaintedFaceAnalyzer, detected, face_at, portrait, save_photos

from facechain.align import AlignOptions, GivenFaces, align_faces
from facechain.embeddings import Embedding
from facechain.errors import DegenerateLandmarks, InvalidSetting
from facechain.faces import Face, FaceSet
from facechain.geometry import Size
from facechain.photos import PhotoSet
from facechain.progress import SilentProgress
from facechain.providers.face_landmarks import faces_from_landmarks

PAINTED = face_at(130, 150, 50)


class EmbeddingOnly(PaintedFaceAnalyzer):
    """Tells people apart, and must not be asked to find them."""

    def detect(self, image: np.ndarray) -> tuple[Face, ...]:
        raise AssertionError("the faces were given")

    def embed(self, image: np.ndarray, face: Face) -> Embedding:
        return Embedding(np.ones(3), self.model_id, "euclidean")


def align(photos: PhotoSet, *given: GivenFaces) -> FaceSet:
    return align_faces(EmbeddingOnly(), photos, AlignOptions(given=given), SilentProgress())


def test_given_faces_are_cut_out_and_nobody_searches(tmp_path):
    faces = (detected(PAINTED.landmarks),)
    aligned = align(save_photos(tmp_path, portrait(400, 400, PAINTED)), GivenFaces(faces, Size(400, 400))).faces[0]
    assert aligned.face.landmarks.points == pytest.approx(PAINTED.landmarks, abs=0.01)
    seen = PaintedFaceAnalyzer().detect(aligned.crop)[0].landmarks.points
    # 0.5 px of the crop: the dots are painted in steps of 1/4 photo pixel.
    assert seen == pytest.approx(aligned.transform.apply(PAINTED.landmarks), abs=0.5)


def test_each_photo_has_its_own_given_faces(tmp_path):
    photos = save_photos(tmp_path, portrait(400, 400), portrait(400, 400, PAINTED))
    none, one = GivenFaces((), Size(400, 400)), GivenFaces((detected(PAINTED.landmarks),), Size(400, 400))
    assert [verdict.accepted for verdict in align(photos, none, one).verdicts] == [False, True]


def test_given_faces_of_another_number_of_pictures_are_refused(tmp_path):
    photos = save_photos(tmp_path, portrait(400, 400), portrait(400, 400, PAINTED))
    with pytest.raises(InvalidSetting, match="There are face landmarks of 1 pictures, but 2 photos"):
        align(photos, GivenFaces((), Size(400, 400)))


def test_given_faces_of_a_picture_of_another_size_are_refused(tmp_path):
    photos = save_photos(tmp_path, portrait(400, 300))
    with pytest.raises(InvalidSetting, match="picture of 512 x 400 px, but the photo has 400 x 300 px"):
        align(photos, GivenFaces((), Size(512, 400)))


def canonical(points: int = 478) -> np.ndarray:
    """Points of a mesh in the 192 px input of its model, x and y from 40 to 150, z from -20 to 20."""
    return np.random.default_rng(3).uniform((40, 40, -20), (150, 150, 20), (points, 3))


def described(shift: tuple[float, float] = (0, 0), **changes) -> dict[str, object]:
    """A face as the host describes it, twice as large as the model saw it."""
    solid = canonical()
    fields = {
        "landmarks_xy": (solid[:, :2] * 2 + shift).astype(np.float32),
        "landmarks_3d": solid.astype(np.float32),
        "presence": 3.0,
        "score": 0.9,
    }
    return {**fields, **changes}


def payload(*frames: list[dict[str, object]]) -> dict[str, object]:
    return {"frames": list(frames), "image_size": (300, 400), "connection_sets": {}}


def test_a_face_of_the_host_has_its_mesh_without_irises_and_with_depth_in_pixels_of_the_picture():
    (given,) = faces_from_landmarks([payload([described((10, 5))])])
    (face,) = given.faces
    assert given.size == Size(400, 300)
    assert face.mesh is not None
    assert face.mesh.shape == (468, 3)
    # 1e-3 px: the host sends float32.
    assert face.mesh == pytest.approx(canonical()[:468] * 2 + (10, 5, 0), abs=1e-3)
    assert face.score == 0.9
    # The host's presence is what goes into the sigmoid.
    assert face.presence == pytest.approx(1 / (1 + math.exp(-3)))


def test_landmarks_and_box_of_a_face_of_the_host_are_those_of_its_mesh():
    (given,) = faces_from_landmarks([payload([described()])])
    mesh = canonical()[:468] * 2
    box, points = given.faces[0].box, given.faces[0].landmarks.points
    assert (box.x1, box.y2) == (pytest.approx(mesh[:, 0].min()), pytest.approx(mesh[:, 1].max()))
    # Point 1 is the tip of the nose.
    assert points[2] == pytest.approx(mesh[1, :2], abs=1e-3)


def test_faces_of_a_picture_come_from_left_to_right():
    (given,) = faces_from_landmarks([payload([described((90, 0)), described((5, 0)), described((50, 0))])])
    lefts = [face.box.x1 for face in given.faces]
    assert lefts == sorted(lefts)
    assert len(lefts) == 3


def test_a_face_that_the_mesh_does_not_believe_in_is_left_out():
    (given,) = faces_from_landmarks([payload([described(presence=-1.0), described(presence=1.0)])])
    assert len(given.faces) == 1


def test_pictures_of_several_batches_come_in_order():
    given = faces_from_landmarks([payload([], [described()]), payload([described(), described((90, 90))])])
    assert [len(one.faces) for one in given] == [0, 1, 2]


@pytest.mark.parametrize("points", [67, 467])
def test_landmarks_of_another_model_are_refused(points):
    face = described(landmarks_xy=np.ones((points, 2)))
    with pytest.raises(InvalidSetting, match=rf"shape \({points}, 2\) are no face mesh of at least 468 points"):
        faces_from_landmarks([payload([face])])


def test_landmarks_that_are_no_numbers_are_refused():
    with pytest.raises(InvalidSetting, match="are no face mesh"):
        faces_from_landmarks([payload([described(landmarks_xy=np.full((478, 2), np.nan))])])


def test_landmarks_at_one_point_are_refused():
    with pytest.raises(DegenerateLandmarks, match="at one point"):
        faces_from_landmarks([payload([described(landmarks_3d=np.zeros((478, 3)))])])


@pytest.mark.parametrize(
    "wrong",
    [
        "face",
        {"frames": []},
        {"image_size": (3, 4)},
        {"image_size": 4, "frames": []},
        payload([{"landmarks_xy": np.ones((478, 2))}]),
    ],
)
def test_anything_else_is_refused_with_what_to_connect(wrong):
    with pytest.raises(InvalidSetting, match=r"cannot be read .*Connect face_landmarks of Detect Face Landmarks"):
        faces_from_landmarks([wrong])
