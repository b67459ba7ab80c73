"""What is done with photos that give no face: skip them, keep them in their places, or stop."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PIL import Image
from support import PaintedFaceAnalyzer, face_at, landscape, portrait, save_photos

from facechain.align import AlignOptions, Faceless, Repeats, align_faces
from facechain.errors import InvalidSetting, NoFaceFound
from facechain.faces import FaceSet, Rejection
from facechain.photos import PhotoSet, reference_photos
from facechain.progress import SilentProgress
from facechain.warp import Outside

SIDE = 128


def align(photos: PhotoSet, **options) -> FaceSet:
    return align_faces(PaintedFaceAnalyzer(), photos, AlignOptions(side_px=SIDE, **options), SilentProgress())


def small_face() -> np.ndarray:
    return portrait(400, 400, face_at(200, 180, 20))


def test_skipped_photos_leave_no_gap_among_the_crops(tmp_path):
    faces = align(save_photos(tmp_path, landscape(), portrait(), small_face()))
    assert [crop is faces.faces[0].crop for crop in faces.crops] == [True]
    assert all(verdict.whole is None for verdict in faces.verdicts)


def test_kept_photos_stand_in_their_places_among_the_crops_but_not_among_the_faces(tmp_path):
    faces = align(save_photos(tmp_path, landscape(), portrait(), small_face()), faceless=Faceless.KEEP)
    assert len(faces.faces) == 1
    assert len(faces.crops) == 3
    assert faces.crops[1] is faces.faces[0].crop
    assert faces.crops[0] is faces.verdicts[0].whole
    assert faces.verdicts[1].whole is None


def test_a_kept_photo_is_whole_and_unturned_on_the_border_that_was_asked_for(tmp_path):
    photo = landscape(256, 128)
    photo[:64, :128] = (10, 20, 30)
    kept = align(save_photos(tmp_path, photo), faceless=Faceless.KEEP, outside=Outside.BLACK).crops[0]
    # Halved to 128 x 64, with 32 rows above and below.
    assert kept.shape == (SIDE, SIDE, 3)
    assert (kept[:32] == 0).all()
    assert (kept[96:] == 0).all()
    # 1 pixel from the edges of the painted quarter: they are averaged with what is beside them.
    assert (kept[33:63, 1:63] == (10, 20, 30)).all()
    assert (kept[65:95] == photo[-1, -1]).all()


def test_a_file_that_cannot_be_read_is_kept_as_a_white_place(tmp_path):
    (tmp_path / "notes.jpg").write_text("hello", encoding="utf-8")
    Image.fromarray(portrait()).save(tmp_path / "photo.png")
    photos = reference_photos([tmp_path / "notes.jpg", tmp_path / "photo.png"])
    faces = align(photos, faceless=Faceless.KEEP)
    assert (faces.crops[0] == 255).all()
    assert faces.crops[1] is faces.faces[0].crop


def test_strangers_and_repeats_are_kept_too(tmp_path):
    photo = portrait()
    faces = align(
        save_photos(tmp_path, photo, np.ascontiguousarray(photo[1:])), faceless=Faceless.KEEP, repeats=Repeats.REJECT
    )
    assert [verdict.rejection for verdict in faces.verdicts].count(Rejection.DUPLICATE) == 1
    assert len(faces.crops) == 2


def test_kept_photos_are_read_only(tmp_path):
    with pytest.raises(ValueError, match="read-only"):
        align(save_photos(tmp_path, landscape()), faceless=Faceless.KEEP).crops[0][0, 0] = 0


def test_without_any_face_kept_photos_are_no_error(tmp_path):
    faces = align(save_photos(tmp_path, landscape(), small_face()), faceless=Faceless.KEEP)
    assert (len(faces.faces), len(faces.crops)) == (0, 2)


def test_an_error_names_every_photo_that_cannot_be_used_and_no_other(tmp_path):
    photos = save_photos(tmp_path, landscape(), portrait(), small_face())
    expected = (
        "2 of 3 photos cannot be used. Mend, replace or skip them:\n"
        "Photo 1 of 3: No face was found. Use a photo in which the face is large, lit and not covered.\n"
        "Photo 3 of 3: The face is small: 20 px between the eyes, 32 needed. "
    )
    with pytest.raises(NoFaceFound, match=re.escape(expected)) as error:
        align(photos, faceless=Faceless.ERROR)
    assert "secret-name" not in str(error.value)


def test_a_repeat_that_was_to_be_left_out_is_no_error(tmp_path):
    photo = portrait()
    photos = save_photos(tmp_path, photo, np.ascontiguousarray(photo[1:]))
    faces = align(photos, faceless=Faceless.ERROR, repeats=Repeats.REJECT)
    assert len(faces.faces) == 1


@pytest.mark.parametrize("margin", [-0.1, 2.1])
def test_an_impossible_margin_is_refused(margin):
    with pytest.raises(InvalidSetting, match=f"Margin {margin} is not between 0 and 2"):
        AlignOptions(margin=margin)
