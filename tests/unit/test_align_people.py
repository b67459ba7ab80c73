"""Photos of several people: whose face is taken, and when the photo is refused."""

from __future__ import annotations

import numpy as np
import pytest
from support import PaintedFaceAnalyzer, face_at, portrait, save_photos

from facechain.align import AlignOptions, align_faces
from facechain.embeddings import Embedding
from facechain.errors import InvalidSetting
from facechain.face_choice import SeveralFaces
from facechain.faces import FaceSet, Rejection
from facechain.photos import PhotoSet
from facechain.progress import SilentProgress


def align(photos: PhotoSet, **options) -> FaceSet:
    return align_faces(PaintedFaceAnalyzer(), photos, AlignOptions(**options), SilentProgress())


def two_people() -> np.ndarray:
    return portrait(800, 400, face_at(200, 180, 50), face_at(600, 180, 56, who="bob"))


def test_a_photo_of_two_people_is_refused_with_their_number(tmp_path):
    faces = align(save_photos(tmp_path, two_people(), portrait()))
    assert faces.verdicts[0].rejection is Rejection.SEVERAL_FACES
    assert faces.verdicts[0].reason.startswith("There are 2 faces; the largest is 1.2 times the next")


def test_someone_small_in_the_background_does_not_matter(tmp_path):
    photo = portrait(800, 400, face_at(200, 180, 60), face_at(600, 100, 20, who="bob"))
    face = align(save_photos(tmp_path, photo)).faces[0]
    assert face.face.landmarks.points[0][0] < 400


@pytest.mark.parametrize(
    ("rule", "number", "x"),
    [(SeveralFaces.SIZE, 1, 600), (SeveralFaces.SIZE, 2, 200), (SeveralFaces.POSITION, 1, 200)],
)
def test_another_rule_may_choose_among_people(tmp_path, rule, number, x):
    face = align(save_photos(tmp_path, two_people()), several_faces=rule, face_number=number).faces[0]
    assert face.face.landmarks.points[:2, 0].mean() == pytest.approx(x, abs=0.5)


def identity_of(who: str) -> tuple[Embedding, ...]:
    """What the analyzer makes of a person of that name."""
    analyzer, photo = PaintedFaceAnalyzer(), portrait(400, 400, face_at(200, 180, 50, who=who))
    return (analyzer.embed(photo, analyzer.detect(photo)[0]),)


@pytest.mark.parametrize(("who", "x"), [("anna", 200), ("bob", 600)])
def test_the_face_of_a_known_person_is_found_among_people(tmp_path, who, x):
    photos = save_photos(tmp_path, two_people())
    face = align(photos, several_faces=SeveralFaces.LIKENESS, identity=identity_of(who)).faces[0]
    assert face.face.landmarks.points[:2, 0].mean() == pytest.approx(x, abs=0.5)


def test_among_people_each_face_is_embedded_once(tmp_path):
    analyzer = PaintedFaceAnalyzer()
    options = AlignOptions(several_faces=SeveralFaces.LIKENESS, identity=identity_of("bob"))
    align_faces(analyzer, save_photos(tmp_path, two_people()), options, SilentProgress())
    assert analyzer.embeddings == 2


def test_a_photo_without_the_known_person_is_a_strangers(tmp_path):
    nobody_known = portrait(400, 400, face_at(200, 180, 50, who="cleo"))
    photos = save_photos(tmp_path, two_people(), nobody_known)
    faces = align(photos, several_faces=SeveralFaces.LIKENESS, identity=identity_of("anna"))
    assert [verdict.rejection for verdict in faces.verdicts] == [None, Rejection.STRANGER]


def test_likeness_to_nobody_is_refused_before_a_photo_is_read():
    with pytest.raises(InvalidSetting, match=r"but to nobody\. Connect a person"):
        AlignOptions(several_faces=SeveralFaces.LIKENESS)
