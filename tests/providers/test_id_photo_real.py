"""ID photos of two real people in every standard, measured again on the finished picture.

Chin and eyes are found by detecting the face in the print; the crown is the first row in which
something else than the background is as wide as a head's top.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from facechain.align import align_faces
from facechain.crops import CropPreset
from facechain.errors import InvalidSetting, NoFaceFound
from facechain.id_photo_standards import PX_PER_MM, STANDARDS, find_standard
from facechain.id_photos import ALIGNMENT, make_id_photos
from facechain.mesh_pose import face_width
from facechain.mesh_regions import CHIN
from facechain.photos import reference_photos
from facechain.progress import SilentProgress
from facechain.providers.catalog import Role, open_model
from facechain.providers.lease import CpuLease
from facechain.upright import carry_face

GREEN = (0, 177, 64)
"""In neither photo."""
TOLERANCE = 0.01
"""Of the target: 0.3 mm, less than a ruler tells."""


@pytest.fixture(scope="module")
def parser(locations):
    return open_model(Role.PARSER, "auto", locations, CpuLease())


@pytest.fixture(scope="module", params=["astronaut", "hopper"])
def faces(request, analyzer, parser, photo, tmp_path_factory):
    """The aligned and parsed face of one photo."""
    folder = tmp_path_factory.mktemp("photos")
    return parsed(align_faces(analyzer, saved(folder, photo(request.param)), ALIGNMENT, SilentProgress()), parser)


def saved(folder, image):
    Image.fromarray(image).save(folder / "photo.png")
    return reference_photos([folder / "photo.png"])


def parsed(faces, parser):
    (one,) = faces.faces
    regions = parser.parse(one.crop, carry_face(one.face, one.transform))
    return replace(faces, faces=(replace(one, regions=regions),))


@pytest.fixture(scope="module", params=STANDARDS, ids=lambda standard: standard.id)
def finished(request, faces, parser):
    return make_id_photos(faces, parser, request.param, GREEN, SilentProgress())[0]


def crown_row(image: np.ndarray, face) -> int:
    """First row in which 8 % of the face's width are not background, in the columns of the face."""
    width, middle = face_width(face.mesh), face.box.center[0]
    strip = image[:, round(middle - width / 2) : round(middle + width / 2)].astype(int)
    # Half of what lies between this green and black.
    is_person = np.abs(strip - GREEN).sum(-1) > sum(GREEN) / 2
    return int(np.flatnonzero(is_person.sum(1) > 0.08 * width)[0])


def test_head_height_and_position_are_the_standards(analyzer, finished):
    image, standard = finished.photo.image, finished.photo.standard
    (face,) = analyzer.detect(image)
    crown = crown_row(image, face) - 0.5
    head_mm = (float(face.mesh[CHIN, 1]) - crown) / PX_PER_MM
    assert head_mm == pytest.approx(standard.head.target, rel=TOLERANCE)
    if standard.eyes:
        eyes_mm = (image.shape[0] - 0.5 - face.landmarks.points[:2, 1].mean()) / PX_PER_MM
        assert eyes_mm == pytest.approx(standard.eyes.target, rel=TOLERANCE)
    else:
        # 1 % of the head: the gap itself is only 4 mm.
        assert (crown + 0.5) / PX_PER_MM == pytest.approx(standard.top.target, abs=TOLERANCE * standard.head.target)


def test_the_face_looks_out_of_the_middle_and_level(analyzer, finished):
    (face,) = analyzer.detect(finished.photo.image)
    points = face.landmarks.points
    middle = (points[:2, 0].mean() + points[3:, 0].mean()) / 2
    assert middle == pytest.approx((finished.photo.image.shape[1] - 1) / 2, abs=0.3 * PX_PER_MM)
    assert abs(face.landmarks.roll_deg) < 1


def test_the_print_has_its_size_to_the_pixel(finished):
    height, width = finished.photo.image.shape[:2]
    standard = finished.photo.standard
    # Half a pixel at 300 dpi is 0.04 mm.
    assert width / PX_PER_MM == pytest.approx(standard.width_mm, abs=0.05)
    assert height / PX_PER_MM == pytest.approx(standard.height_mm, abs=0.05)


def test_the_corners_above_the_head_are_plain_background(finished):
    image = finished.photo.image
    rim = round(2 * PX_PER_MM)
    for corner in (image[:rim, :rim], image[:rim, -rim:]):
        assert np.abs(corner.astype(int) - GREEN).mean() < 2


def test_what_an_official_would_object_to_is_remarked(finished, request):
    codes = {remark.code for remark in finished.remarks}
    if "astronaut" in request.node.name:
        assert codes == {"mouth_open", "enlarged"}
    else:
        assert codes == {"covered", "enlarged"}


def test_of_several_people_the_largest_face_is_taken(analyzer, photo, tmp_path):
    # Two pictures of a face 97 and 185 px wide side by side.
    both = np.hstack([photo("astronaut"), photo("hopper")[:512]])
    faces = align_faces(analyzer, saved(tmp_path, both), ALIGNMENT, SilentProgress())
    assert faces.faces[0].face.box.x1 > 512


def test_a_tiny_face_is_refused_with_its_size(analyzer, photo, tmp_path):
    small = np.asarray(Image.fromarray(photo("astronaut")).resize((256, 256), Image.Resampling.BOX))
    with pytest.raises(NoFaceFound, match=r"The face is small: .* px between the eyes, 32 needed"):
        align_faces(analyzer, saved(tmp_path, small), ALIGNMENT, SilentProgress())


def test_a_tight_crop_is_refused(analyzer, parser, photo, tmp_path):
    options = replace(ALIGNMENT, preset=CropPreset.FFHQ)
    faces = align_faces(analyzer, saved(tmp_path, photo("astronaut")), options, SilentProgress())
    with pytest.raises(InvalidSetting, match=r'Align the faces with crop "facechain"'):
        make_id_photos(faces, parser, find_standard("icao_35x45"), GREEN, SilentProgress())
