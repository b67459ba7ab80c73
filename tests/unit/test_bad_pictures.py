import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support import PaintedFaceAnalyzer, portrait
from support_bad_pictures import bad_pictures

from facechain.align import AlignOptions, align_faces
from facechain.contact_sheet import draw_contact_sheet
from facechain.errors import NoFaceFound
from facechain.faces import FaceSet, Rejection
from facechain.photos import picture_files, reference_photos
from facechain.previews import photo_previews
from facechain.progress import SilentProgress
from facechain.report import faces_report

CODE_WORDS = re.compile(r"Traceback|Error\b|Exception|0x[0-9a-f]{6}|None\b|\bnan\b|array\(", re.IGNORECASE)
"""What a sentence for people must not hold."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    for name, content in bad_pictures(Image.fromarray(portrait(300, 300))):
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def judged(folder) -> FaceSet:
    """All of them at once, after one good photo."""
    good = folder.parent / "good.png"
    Image.fromarray(portrait(400, 400)).save(good)
    photos = reference_photos([good, *picture_files(folder)])
    return align_faces(PaintedFaceAnalyzer(), photos, AlignOptions(), SilentProgress())


def test_there_are_at_least_200_of_them(folder):
    assert len(picture_files(folder)) >= 200


def test_each_gets_a_verdict_in_words_for_people(judged, folder):
    # Files of equal bytes count once.
    assert len(judged.verdicts) == 1 + len({file.read_bytes() for file in picture_files(folder)})
    for verdict in judged.verdicts[1:]:
        if not verdict.accepted:
            assert re.fullmatch(r"[A-Z].*[.!]", verdict.reason), verdict.photo.name
            assert re.fullmatch(r"[A-Z].*[.!]", verdict.advice), verdict.photo.name
        assert not CODE_WORDS.search(f"{verdict.reason} {verdict.advice}"), verdict.photo.name


def test_the_good_photo_among_them_is_not_lost(judged):
    assert judged.verdicts[0].accepted


def test_whole_pictures_of_every_format_and_mode_are_looked_at(judged):
    looked_at = [v for v in judged.verdicts if "-129x257" in v.photo.name]
    assert len(looked_at) >= 30
    assert all(verdict.rejection is not Rejection.UNREADABLE for verdict in looked_at)


@pytest.mark.parametrize("part", ["x1.", "-63x200", "cut-0.0", "cut-0.2", "bomb", "text", "pickle", "telephone"])
def test_what_can_give_no_picture_is_called_unreadable(judged, part):
    chosen = [verdict for verdict in judged.verdicts if part in verdict.photo.name]
    assert chosen
    assert all(verdict.rejection is Rejection.UNREADABLE for verdict in chosen)


def test_crops_and_sheet_are_pictures_of_the_promised_type(judged):
    for face in judged.faces:
        assert (face.crop.dtype, face.crop.shape) == (np.uint8, (512, 512, 3))
    sheet = draw_contact_sheet(judged)
    assert sheet.dtype == np.uint8
    assert sheet.shape[2] == 3
    assert len(faces_report(judged)["photos"]) == len(judged.verdicts)


def test_previews_leave_out_what_cannot_be_shown(folder):
    previews = photo_previews(reference_photos(picture_files(folder)), 256, SilentProgress())
    assert len(previews) >= 80
    assert all(preview.dtype == np.uint8 and preview.shape[2] == 3 for preview in previews)


def test_without_a_good_photo_the_error_names_each_reason(folder):
    files = [file for file in picture_files(folder) if file.name.startswith(("cut-0.2", "text", "bomb"))]
    with pytest.raises(NoFaceFound, match=f"None of {len(files) - 1} photos can be used") as caught:
        align_faces(PaintedFaceAnalyzer(), reference_photos(files), AlignOptions(), SilentProgress())
    _, *reasons = str(caught.value).splitlines()
    assert len(reasons) == len(files) - 1
    assert not CODE_WORDS.search("\n".join(reasons))


def test_nothing_is_written_beside_them(judged, folder):
    known = {name for name, _ in bad_pictures(Image.fromarray(portrait(300, 300)))}
    assert {file.name for file in folder.iterdir()} == known
