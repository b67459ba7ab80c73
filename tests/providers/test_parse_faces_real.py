"""Real faces parsed: the background goes, the face stays as it is."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from facechain.align import AlignOptions, align_faces
from facechain.backgrounds import Background
from facechain.kept_part import KeptPart
from facechain.parse_faces import ParseOptions, parse_faces, parsed_pictures
from facechain.parsing import Region
from facechain.photos import reference_photos
from facechain.progress import SilentProgress
from facechain.providers.catalog import Role, open_model
from facechain.providers.lease import CpuLease


@pytest.fixture(scope="module", params=["astronaut", "hopper"])
def aligned(request, analyzer, photo, tmp_path_factory):
    """The single face of a photo, cut as for training."""
    file = tmp_path_factory.mktemp("photos") / f"{request.param}.png"
    Image.fromarray(photo(request.param)).save(file)
    return align_faces(analyzer, reference_photos([file]), AlignOptions(), SilentProgress())


@pytest.fixture(scope="module")
def parsed(aligned, locations):
    """With regions, on its own background."""
    parser = open_model(Role.PARSER, "embedded", locations, CpuLease())
    return parse_faces(aligned, parser, ParseOptions(), SilentProgress())


class NoParser:
    """Must not be needed: the faces are parsed already."""

    id = "none"
    engine = "none"

    def parse(self, image, face):
        raise AssertionError("parsed twice")


def in_front_of_white(parsed, keep):
    options = ParseOptions(keep, Background.WHITE, regions="skin, brows, eyes, lips, mouth, glasses")
    (face,) = parse_faces(parsed, NoParser(), options, SilentProgress()).faces
    return face


def well_inside(face):
    """Pixels of the face that no soft edge reaches."""
    return (face.regions.mask(Region.SKIN, Region.EYES, Region.LIPS, Region.MOUTH) > 0) & (face.mask == 1)


@pytest.mark.parametrize("keep", KeptPart)
def test_before_white_the_upper_corners_are_white_and_the_face_is_untouched(parsed, keep):
    before, after = parsed.faces[0], in_front_of_white(parsed, keep)
    assert (after.crop[:40, :40] == 255).all()
    assert (after.crop[:40, -40:] == 255).all()
    inside = well_inside(after)
    assert inside.mean() > 0.04
    assert (after.crop[inside] == before.crop[inside]).all()


def test_the_head_is_above_the_chin_and_the_person_reaches_below(parsed):
    chin = parsed.faces[0].transform.apply(parsed.faces[0].face.mesh[[152], :2])[0, 1]
    below = slice(round(chin + 40), round(chin + 60))
    assert in_front_of_white(parsed, KeptPart.HEAD).mask[below].max() == 0
    assert in_front_of_white(parsed, KeptPart.PERSON).mask[below].mean() > 0.3


def test_white_beyond_the_border_of_the_photo_is_no_person(parsed):
    (face,) = parsed.faces
    rows, columns = np.nonzero(np.ones(face.crop.shape[:2]))
    points = face.transform.inverse().apply(np.column_stack([columns, rows]))
    # A crop of the photo's upper left; two pixels of the photo are mixed with the white.
    beyond = (points < -2).any(1).reshape(face.crop.shape[:2])
    assert beyond.any()
    assert face.regions.person[beyond].max() == 0
    assert not face.mask[beyond].any()


def test_the_mask_s_edge_is_narrow(parsed):
    mask = parsed.faces[0].mask
    assert ((mask > 0) & (mask < 1)).mean() < 0.03
    assert 0.05 < mask.mean() < 0.3, "a head in a crop of head and shoulders"


@pytest.mark.parametrize("aligned", ["hopper"], indirect=True)
def test_a_person_who_was_cut_out_has_nothing_of_the_blue_wall_at_the_rim(parsed):
    options = ParseOptions(KeptPart.PERSON, Background.TRANSPARENT)
    faces = parse_faces(parsed, NoParser(), options, SilentProgress())
    (cut,), (face,) = parsed_pictures(faces, options), faces.faces
    rim = (cut[..., 3] > 25) & (cut[..., 3] < 230)
    rim[:, : rim.shape[1] // 2] = False  # left of her is a flag
    assert rim.sum() > 500
    before, after = ((picture[rim][:, 2].astype(int) - picture[rim][:, 0]).mean() for picture in (face.crop, cut))
    # 16 levels more blue than red before, 30 less after.
    assert before > 10
    assert after < -20
