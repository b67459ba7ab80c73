"""Parsed face sets: regions, loss masks that reach the dataset, backgrounds, and the sheet that shows them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from support import sample_face, sample_faces

from facechain.backgrounds import Background
from facechain.dataset import Dataset, build_dataset
from facechain.errors import Cancelled, InvalidSetting
from facechain.faces import FaceSet
from facechain.parse_faces import KeptPart, ParseOptions, parse_faces, parsing_report
from facechain.parsing import REGIONS, FaceRegions, Region
from facechain.progress import SilentProgress
from facechain.regions_sheet import COLORS, HEADER_HEIGHT, MOST_CARDS, color_regions, draw_regions_sheet

SIDE = 64
HAIR, FACE, NECK, CLOTHES = slice(8, 16), slice(16, 32), slice(32, 40), slice(40, 64)
MIDDLE = slice(20, 44)


class BandParser:
    """Finds hair, face, neck and clothes below each other in the middle columns of every crop."""

    id = "bands"

    def __init__(self) -> None:
        self.parsed = 0

    def parse(self, image, face):
        self.parsed += 1
        return bands()


def bands() -> FaceRegions:
    labels = np.zeros((SIDE, SIDE), np.uint8)
    for region, rows in ((Region.HAIR, HAIR), (Region.SKIN, FACE), (Region.NECK, NECK), (Region.CLOTHES, CLOTHES)):
        labels[rows, MIDDLE] = REGIONS.index(region)
    return FaceRegions(labels, (labels > 0).astype(np.float32))


def parsed(faces: FaceSet | None = None, parser=None, **options) -> FaceSet:
    return parse_faces(faces or sample_faces(3), parser or BandParser(), ParseOptions(**options), SilentProgress())


def test_every_face_gets_regions_and_a_mask_of_its_head():
    faces = parsed()
    assert len(faces.faces) == 3
    for face in faces.faces:
        assert face.regions is not None
        assert face.mask[8:32, MIDDLE].min() == 1
        # Below the chin the mask falls off over a fiftieth of the face.
        assert face.mask[34:].max() == 0
        assert face.mask[:, :20].max() == 0
        assert not face.mask.flags.writeable


def test_by_default_the_crops_stay_as_they_are():
    before = sample_faces(3)
    for face, unparsed in zip(parsed(before).faces, before.faces, strict=True):
        assert (face.crop == unparsed.crop).all()


def test_the_mask_of_a_person_has_neck_and_clothes():
    mask = parsed(keep=KeptPart.PERSON).faces[0].mask
    assert (mask == bands().person).all()


def test_single_hairs_before_the_background_count_as_head():
    class HairyParser(BandParser):
        def parse(self, image, face):
            regions = bands()
            person = regions.person.copy()
            person[7, MIDDLE] = 0.4
            return FaceRegions(regions.labels.copy(), person)

    mask = parsed(parser=HairyParser()).faces[0].mask
    assert 0.05 < mask[7, 32] < 0.4


def test_what_is_replaced_is_background_for_whoever_comes_next():
    face = parsed(background=Background.WHITE).faces[0]
    assert (face.crop[50] == 255).all()
    assert (face.crop[24, 32] == sample_faces(3).faces[0].crop[24, 32]).all()
    assert face.regions.mask(Region.NECK, Region.CLOTHES).sum() == 0
    assert face.regions.mask(Region.HAIR).sum() == 8 * 24
    assert (face.regions.person == face.mask).all()


def test_a_face_that_has_regions_is_not_parsed_again():
    parser = BandParser()
    again = parsed(parsed(parser=parser), parser=parser, keep=KeptPart.PERSON)
    assert parser.parsed == 3
    assert (again.faces[0].mask == bands().person).all()


def test_a_wrong_colour_is_refused_before_anything_is_parsed():
    with pytest.raises(InvalidSetting, match='"sky" is no colour'):
        ParseOptions(background=Background.COLOR, color="sky")
    assert ParseOptions(background=Background.WHITE, color="sky").color == "sky"


def test_stop_ends_between_two_faces():
    class Stopped:
        def step(self, done, total):
            if done == 1:
                raise Cancelled("Stopped.")

    parser = BandParser()
    with pytest.raises(Cancelled, match="Stopped"):
        parse_faces(sample_faces(3), parser, ParseOptions(), Stopped())
    assert parser.parsed == 1


def test_the_masks_lie_in_the_dataset(tmp_path):
    dataset = build_dataset(parsed(), tmp_path, person_name="Anna", trigger_word="fcanna", subject="woman")
    assert [sample.mask for sample in Dataset.read(dataset.folder).samples] == [f"00{n}.mask.png" for n in range(3)]
    with Image.open(dataset.folder / "000.mask.png") as picture:
        stored = np.asarray(picture)
    assert (stored[8:32, MIDDLE] == 255).all()
    assert (stored[40:] == 0).all()


def test_the_report_has_the_share_of_each_region():
    report = parsing_report(parsed(), ParseOptions())
    assert (report["keep"], report["background"], len(report["faces"])) == ("head", "kept", 3)
    first = report["faces"][0]
    assert first["face"] == 1
    # 24 of 64 columns, 16 and 8 of 64 rows.
    assert first["regions"]["skin"] == pytest.approx(16 * 24 / 64**2, abs=5e-4)
    assert first["regions"]["hair"] == pytest.approx(8 * 24 / 64**2, abs=5e-4)
    assert first["kept"] == pytest.approx(24 * 24 / 64**2, abs=0.02)


def test_unparsed_faces_have_an_empty_report():
    report = parsing_report(sample_faces(3), ParseOptions())
    assert report["faces"][0] == {"face": 1, "kept": None, "regions": None}


def test_each_region_has_its_colour_over_the_crop():
    crop = np.full((SIDE, SIDE, 3), 100, np.uint8)
    colored = color_regions(crop, bands(), None)
    scale = colored.shape[0] / SIDE
    for region, row in ((Region.HAIR, 12), (Region.SKIN, 24), (Region.CLOTHES, 50), (Region.BACKGROUND, 2)):
        shown = colored[round(row * scale), round(32 * scale)]
        assert np.abs(shown - (np.array(COLORS[region]) + 100) / 2).max() <= 1


def test_the_sheet_shows_at_most_twenty_faces():
    face = replace(sample_face(), regions=bands(), mask=bands().person)
    few, most, more = (
        draw_regions_sheet(replace(sample_faces(3), faces=(face,) * count)) for count in (1, MOST_CARDS, MOST_CARDS + 1)
    )
    assert few.shape[2] == 3
    assert few.dtype == np.uint8
    assert most.shape == more.shape
    assert (most[:HEADER_HEIGHT] != more[:HEADER_HEIGHT]).any()


def test_the_sheet_of_unparsed_faces_is_a_heading_only():
    assert draw_regions_sheet(sample_faces(3)).shape[0] == HEADER_HEIGHT
