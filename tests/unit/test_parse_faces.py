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
from facechain.geometry import Box, Similarity
from facechain.kept_part import KeptPart
from facechain.parse_faces import ParseOptions, parse_faces, parsed_pictures, parsing_report
from facechain.parsing import REGIONS, FaceRegions, Region
from facechain.progress import SilentProgress
from facechain.regions_sheet import COLORS, HEADER_HEIGHT, MOST_CARDS, color_regions, draw_regions_sheet

SIDE = 64
HAIR, FACE, NECK, CLOTHES = slice(8, 16), slice(16, 32), slice(32, 40), slice(40, 64)
MIDDLE = slice(20, 44)


class BandParser:
    """Finds hair, face, neck and clothes below each other in the middle columns of every crop."""

    id = "bands"
    engine = "painted"

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


def test_regions_are_kept_by_their_names():
    mask = parsed(keep=KeptPart.REGIONS, regions="hair").faces[0].mask
    assert mask[HAIR, MIDDLE].min() == 1
    # Over the edge to the face it falls off within a fiftieth of the face.
    assert mask[17:].max() == 0


def test_the_neighbours_of_a_kept_region_are_replaced_as_the_background_is():
    face = parsed(keep=KeptPart.REGIONS, regions="hair", background=Background.BLACK).faces[0]
    assert (face.crop[20:60, MIDDLE] == 0).all()
    assert (face.crop[12, 32] == sample_faces(3).faces[0].crop[12, 32]).all()
    assert face.regions.mask(Region.SKIN).sum() == 0


def test_the_kept_part_grows_by_a_share_of_the_face():
    (first, *_), size = sample_faces(3).faces, SIDE
    side_px = max(first.face.box.width, first.face.box.height) * first.transform.scale
    grown = parsed(keep=KeptPart.PERSON, grow=2 / side_px).faces[0].mask
    assert grown[6:8, MIDDLE].min() == 1, "two rows more above the hair"
    assert grown[:5].max() == 0
    assert grown[size - 1, MIDDLE].min() == 1, "the border of the crop is no edge"


def test_the_same_face_in_a_larger_photo_grows_by_as_much():
    faces = sample_faces(3)
    first = faces.faces[0]
    box = first.face.box
    half = Box(box.x1 / 2, box.y1 / 2, box.x2 / 2, box.y2 / 2)
    to_crop = Similarity(first.transform.matrix @ np.diag([2, 2, 1]))
    smaller = replace(first, face=replace(first.face, box=half), transform=to_crop)
    options = ParseOptions(keep=KeptPart.PERSON, grow=0.1)
    grown = parse_faces(replace(faces, faces=(first, smaller)), BandParser(), options, SilentProgress()).faces
    assert (grown[0].mask == grown[1].mask).all()


def test_a_feather_softens_the_edge_of_the_mask():
    mask = parsed(keep=KeptPart.PERSON, feather=0.1).faces[0].mask
    assert mask[7, 32] == pytest.approx(1 - mask[8, 32], abs=0.02)
    assert mask[0, 32] < 0.01 < 0.99 < mask[20, 32]


def test_names_that_are_no_regions_are_refused_before_anything_is_parsed():
    with pytest.raises(InvalidSetting, match=r"There is no region nose, chin\. Write one or more of: background, skin"):
        ParseOptions(keep=KeptPart.REGIONS, regions="hair, nose, chin")
    with pytest.raises(InvalidSetting, match="No region is named"):
        ParseOptions(keep=KeptPart.REGIONS, regions=" , ")
    assert ParseOptions(keep=KeptPart.HEAD, regions="nose").chosen == ()


@pytest.mark.parametrize(("setting", "value"), [("grow", 0.51), ("grow", -0.51), ("feather", 0.51), ("feather", -0.1)])
def test_a_mask_cannot_grow_or_soften_beyond_the_head(setting, value):
    with pytest.raises(InvalidSetting, match=rf"{value}.*Use .*0\.5"):
        ParseOptions(**{setting: value})


def test_a_transparent_background_leaves_crop_and_regions_and_cuts_the_pictures_out():
    options = ParseOptions(background=Background.TRANSPARENT)
    before = sample_faces(3)
    faces = parse_faces(before, BandParser(), options, SilentProgress())
    pictures = parsed_pictures(faces, options)
    for picture, face, unparsed in zip(pictures, faces.faces, before.faces, strict=True):
        assert (face.crop == unparsed.crop).all()
        assert face.regions.mask(Region.CLOTHES).sum() > 0
        assert picture.shape == (SIDE, SIDE, 4)
        assert (picture[..., 3] == (face.mask * 255).round()).all()
        assert (picture[8:32, MIDDLE, :3] == face.crop[8:32, MIDDLE]).all()


def test_other_backgrounds_give_the_crops():
    options = ParseOptions(background=Background.WHITE)
    faces = parse_faces(sample_faces(3), BandParser(), options, SilentProgress())
    assert [picture is face.crop for picture, face in zip(parsed_pictures(faces, options), faces.faces, strict=True)]


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
    assert (stored[HAIR, MIDDLE] == 204).all()  # 0.8 of 255
    assert (stored[FACE, MIDDLE] == 255).all()
    assert (stored[40:] == 0).all()


def test_the_report_has_the_share_of_each_region_and_what_ran():
    report = parsing_report(sample_faces(3), parsed(), ParseOptions(), BandParser())
    assert (report["keep"], report["background"], len(report["faces"])) == ("head", "kept", 3)
    assert (report["parser"], report["regions"]) == ({"id": "bands", "engine": "painted"}, [])
    first = report["faces"][0]
    assert (first["face"], first["parsed_here"]) == (1, True)
    # 24 of 64 columns, 16 and 8 of 64 rows.
    assert first["regions"]["skin"] == pytest.approx(16 * 24 / 64**2, abs=5e-4)
    assert first["regions"]["hair"] == pytest.approx(8 * 24 / 64**2, abs=5e-4)
    assert first["kept"] == pytest.approx(24 * 24 / 64**2, abs=0.02)


def test_the_report_says_which_regions_were_there_before():
    before = parsed()
    options = ParseOptions(keep=KeptPart.REGIONS, regions="lips hair")
    report = parsing_report(before, parsed(before, keep=KeptPart.PERSON), options, BandParser())
    assert [face["parsed_here"] for face in report["faces"]] == [False] * 3
    assert report["regions"] == ["lips", "hair"]


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
