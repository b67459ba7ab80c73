"""The embedded parser on real photos, against outlines drawn by hand."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from facechain.crops import CropPreset, crop_transform
from facechain.errors import ModelUnavailable
from facechain.faces import Face
from facechain.geometry import Size
from facechain.mesh_regions import FACE_OVAL
from facechain.parsing import Region
from facechain.providers.catalog import Role, open_model
from facechain.providers.lease import CpuLease
from facechain.upright import carry_face
from facechain.warp import Outside, warp

POLYGONS = json.loads((Path(__file__).parents[1] / "data" / "parsing_polygons.json").read_text("utf-8"))
"""Drawn over enlarged photos with a grid. Skin: face and ears, without brows, eyes, lips, mouth and dark spectacle
frames. Hair: without the cap."""
NAMES = {"skin": Region.SKIN, "hair": Region.HAIR}


@pytest.fixture(scope="module")
def parser(locations):
    return open_model(Role.PARSER, "embedded", locations, CpuLease())


@pytest.fixture(scope="module")
def parsed(parser, analyzer, photo):
    """Regions of the single face of a photo, once per photo."""
    return {name: parser.parse(photo(name), analyzer.detect(photo(name))[0]) for name in ("astronaut", "hopper")}


def filled(rings, shape):
    mask = np.zeros(shape, np.uint8)
    for ring in rings:
        cv2.fillPoly(mask, [np.rint(np.array(ring) * 16).astype(np.int32)], 1, cv2.LINE_8, 4)
    return mask > 0


def drawn(name, kind):
    """What was drawn as `kind` on a photo, bool."""
    outline = POLYGONS[name][kind]
    shape = POLYGONS[name]["size"][::-1]
    return filled(outline["rings"], shape) & ~filled(outline["holes"], shape)


def carried(mask, transform):
    """`mask` of a photo in the pixels of its 512 px crop, bool."""
    return cv2.warpAffine(mask.astype(np.float32), transform.matrix, (512, 512)) > 0.5


def overlap(first, second):
    """Intersection over union."""
    return (first & second).sum() / (first | second).sum()


def region(regions, kind):
    """Where the parser sees `kind`, bool."""
    return regions.mask(NAMES[kind]) > 0


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_the_skin_of_the_face_is_where_it_was_drawn(parsed, name):
    assert overlap(region(parsed[name], "skin"), drawn(name, "skin")) >= 0.85


def test_the_hair_is_where_it_was_drawn(parsed):
    assert overlap(region(parsed["astronaut"], "hair"), drawn("astronaut", "hair")) >= 0.9


def test_grey_hair_of_the_colour_of_shaded_skin_is_found_in_part_only(parsed):
    # A known limit, kept in sight: 0.28. The strands at the temples have the very colour of the skin.
    assert overlap(region(parsed["hopper"], "hair"), drawn("hopper", "hair")) >= 0.25


def test_a_black_cap_is_no_hair(parsed):
    # Above the brim, which ends at row 130 of the photo; the grey strands at its sides lie lower.
    hair = parsed["hopper"].mask(Region.HAIR)[:125]
    cap = parsed["hopper"].mask(Region.HAT)[:125]
    assert cap.sum() > 10_000
    assert hair.sum() < 0.05 * cap.sum()


def test_the_frame_of_spectacles_is_told_from_skin_and_clothes(parsed, analyzer, photo):
    glasses = parsed["hopper"].mask(Region.GLASSES) > 0
    (face,) = analyzer.detect(photo("hopper"))
    assert glasses.sum() > 500
    # Between brows and nose tip.
    rows = np.nonzero(glasses)[0]
    assert rows.min() > face.box.y1
    assert rows.max() < face.landmarks.points[2, 1]
    assert parsed["astronaut"].mask(Region.GLASSES).sum() == 0


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_the_training_crop_is_parsed_like_the_photo(parser, analyzer, photo, name):
    # Both crops reach beyond their photos and are white there.
    (face,) = analyzer.detect(photo(name))
    to_crop = crop_transform(face, CropPreset.FACECHAIN, 512)
    crop = warp(photo(name), to_crop, Size(512, 512), Outside.WHITE)
    regions = parser.parse(crop, carry_face(face, to_crop))
    inside = carried(np.ones(photo(name).shape[:2], bool), to_crop)
    assert overlap(region(regions, "skin"), carried(drawn(name, "skin"), to_crop)) >= 0.85
    # The rim of one pixel is a mixture of photo and fill.
    beyond = cv2.erode((~inside).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    assert beyond.sum() > 1000
    assert regions.person[beyond].max() == 0


@pytest.mark.parametrize("side", [112, 2000])
def test_small_and_large_pictures_are_parsed_alike(parser, analyzer, photo, side):
    kernel = cv2.INTER_AREA if side < 512 else cv2.INTER_CUBIC
    picture = cv2.resize(photo("astronaut"), (side, side), interpolation=kernel)
    regions = parser.parse(picture, analyzer.detect(picture)[0])
    for kind, least in (("skin", 0.75), ("hair", 0.85)):
        outline = cv2.resize(drawn("astronaut", kind).astype(np.uint8), (side, side), interpolation=cv2.INTER_NEAREST)
        # At 112 px the face is 20 px wide, and its edge a sixth of it.
        assert overlap(region(regions, kind), outline > 0) >= least


@pytest.mark.parametrize("gain", [0.3, 1.4])
@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_darker_and_lighter_skin_is_found_as_well(parser, parsed, analyzer, photo, name, gain):
    changed = (photo(name) * gain).clip(0, 255).astype(np.uint8)
    regions = parser.parse(changed, analyzer.detect(changed)[0])
    assert overlap(region(regions, "skin"), region(parsed[name], "skin")) >= 0.9


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_a_grey_photo_is_parsed_by_its_lightness(parser, analyzer, photo, name):
    grey = np.repeat(cv2.cvtColor(photo(name), cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    regions = parser.parse(grey, analyzer.detect(grey)[0])
    # 0.87 and 0.85: a little below what colour gives.
    assert overlap(region(regions, "skin"), drawn(name, "skin")) >= 0.82


def test_in_a_group_each_skin_belongs_to_its_own_face(parser, analyzer, photo):
    for face in analyzer.detect(photo("group")):
        skin = parser.parse(photo("group"), face).mask(Region.SKIN) > 0
        oval = filled([face.mesh[list(FACE_OVAL), :2]], skin.shape)
        rim = round(0.25 * max(face.box.width, face.box.height))
        near = cv2.dilate(oval.astype(np.uint8), np.ones((2 * rim + 1, 2 * rim + 1), np.uint8)) > 0
        assert (skin & oval).sum() > 0.5 * oval.sum()
        assert not (skin & ~near).any()


def test_background_and_person_part_in_the_matte(parsed):
    person = parsed["astronaut"].person
    assert person[drawn("astronaut", "skin")].mean() > 0.98  # the ears' edge is soft
    assert person[:10].max() == 0  # above the head


def test_a_face_without_a_mesh_is_refused(parser, analyzer, photo):
    face = analyzer.detect(photo("astronaut"))[0]
    bare = Face(face.box, face.landmarks, face.score)
    with pytest.raises(ModelUnavailable, match=r'468 mesh points.*Connect the analyzer "embedded"'):
        parser.parse(photo("astronaut"), bare)
