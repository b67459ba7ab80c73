"""Parsed faces: what is kept, what training sees of it, and what stands behind it."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from support import sample_face, sample_faces, sample_verdict

from facechain.backgrounds import Background
from facechain.dataset import build_dataset
from facechain.errors import InvalidSetting
from facechain.faces import AlignedFace, FaceSet
from facechain.geometry import Similarity, Size
from facechain.parse_faces import KeptPart, ParseOptions, parse_faces, parsing_report, region_shares
from facechain.parsing import REGIONS, FaceRegions, Region
from facechain.progress import SilentProgress

SIDE = 64
HAIR, FACE, NECK, CLOTHES = slice(8, 20), slice(20, 40), slice(40, 46), slice(46, SIDE)
"""Rows of a painted bust. All parts are as wide as the face, but for the clothes."""
WIDE = slice(22, 42)
WALL, SKIN = (40, 160, 60), (200, 160, 140)


class BustParser:
    """Sees a bust in every crop, and remembers which faces it was asked for."""

    id = "bust"

    def __init__(self) -> None:
        self.faces = []

    def parse(self, image, face):
        self.faces.append(face)
        return bust()


def bust() -> FaceRegions:
    labels = np.zeros((SIDE, SIDE), np.uint8)
    for region, rows in ((Region.HAIR, HAIR), (Region.SKIN, FACE), (Region.NECK, NECK)):
        labels[rows, WIDE] = REGIONS.index(region)
    labels[CLOTHES, 10:54] = REGIONS.index(Region.CLOTHES)
    return FaceRegions(labels, (labels > 0).astype(np.float32))


def photographed(**changes) -> AlignedFace:
    crop = np.where((bust().labels > 0)[..., None], SKIN, WALL).astype(np.uint8)
    return sample_face(side_px=SIDE, **{"crop": crop, **changes})


def face_set(*faces: AlignedFace) -> FaceSet:
    return FaceSet(faces, (sample_verdict(),) * len(faces), Size(SIDE, SIDE), "painted")


def parsed(face: AlignedFace, **options) -> AlignedFace:
    return parse_faces(face_set(face), BustParser(), ParseOptions(**options), SilentProgress()).faces[0]


def test_the_head_is_kept_and_neck_clothes_and_wall_are_not():
    mask = parsed(photographed()).mask
    assert mask.dtype == np.float32
    assert (mask[HAIR, WIDE] == 1).all()
    assert (mask[FACE, WIDE] == 1).all()
    assert (mask[NECK.start :] == 0).all()
    assert (mask[:, :20] == 0).all()


def test_with_the_person_neck_and_clothes_are_kept_too():
    assert (parsed(photographed(), keep=KeptPart.PERSON).mask == bust().person).all()


def test_the_head_s_mask_ends_softly_in_single_hairs():
    hairs = bust()
    person = hairs.person.copy()
    person[4:8, 30] = 0.4  # a hair above the head, so thin that it counts as background
    person[48:60, 56] = 0.4  # a thread beside the clothes
    mask = parsed(photographed(regions=FaceRegions(hairs.labels, person))).mask
    assert 0 < mask[7, 30] < 0.4 + 1e-6
    assert not mask[48:60, 56].any()


def test_the_soft_edge_of_the_neck_is_no_hair():
    person = bust().person.copy()
    person[NECK, 42] = 0.4
    mask = parsed(photographed(regions=FaceRegions(bust().labels, person))).mask
    assert not mask[NECK, 42].any()


def test_a_crop_that_shows_a_head_only_is_parsed():
    labels = np.full((SIDE, SIDE), REGIONS.index(Region.SKIN), np.uint8)
    regions = FaceRegions(labels, np.ones((SIDE, SIDE), np.float32))
    assert (parsed(photographed(regions=regions)).mask == 1).all()


def test_a_kept_background_keeps_the_crop_bit_by_bit():
    face = photographed()
    assert (parsed(face).crop == face.crop).all()


@pytest.mark.parametrize(
    ("background", "color"), [(Background.WHITE, 255), (Background.BLACK, 0), (Background.COLOR, 34)]
)
def test_behind_the_head_is_the_background_and_the_face_is_untouched(background, color):
    crop = parsed(photographed(), background=background, color="#222222").crop
    assert (crop[:, :20] == color).all()
    assert (crop[CLOTHES] == color).all(), "without a neck there are no clothes"
    assert (crop[FACE, WIDE] == SKIN).all()


def test_behind_the_person_is_the_background():
    crop = parsed(photographed(), keep=KeptPart.PERSON, background=Background.WHITE).crop
    assert (crop[bust().labels == 0] == 255).all()
    assert (crop[bust().labels > 0] == SKIN).all()


def test_where_the_background_was_replaced_the_regions_say_background():
    regions = parsed(photographed(), background=Background.WHITE).regions
    assert not regions.mask(Region.CLOTHES).any()
    assert regions.mask(Region.HAIR).sum() == bust().mask(Region.HAIR).sum()
    assert parsed(photographed()).regions.mask(Region.CLOTHES).any(), "with a kept background they stay"


def test_the_parser_gets_the_face_in_pixels_of_the_crop():
    parser, face = BustParser(), photographed(transform=Similarity(np.array([[2.0, 0, 5], [0, 2, -3]])))
    parse_faces(face_set(face), parser, ParseOptions(), SilentProgress())
    assert parser.faces[0].landmarks.points == pytest.approx(face.face.landmarks.points * 2 + [5, -3])


def test_faces_with_regions_are_not_parsed_again():
    parser, faces = BustParser(), face_set(photographed(), photographed(regions=bust()))
    first = parse_faces(faces, parser, ParseOptions(), SilentProgress())
    assert len(parser.faces) == 1
    parse_faces(first, parser, ParseOptions(keep=KeptPart.PERSON), SilentProgress())
    assert len(parser.faces) == 1


def test_everything_else_of_a_face_stays():
    face = photographed(caption="smile")
    after = parsed(face, background=Background.WHITE)
    for name in ("face", "transform", "photo", "quality", "embedding", "caption"):
        assert getattr(after, name) is getattr(face, name)


def test_what_is_handed_on_cannot_be_changed():
    after = parsed(photographed(), background=Background.WHITE)
    for array in (after.crop, after.mask, after.regions.labels):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 0


def test_the_dataset_takes_the_masks(tmp_path):
    faces = parse_faces(sample_faces(3, side_px=SIDE), BustParser(), ParseOptions(), SilentProgress())
    dataset = build_dataset(faces, tmp_path, person_name="Ada", trigger_word="ada", subject="woman")
    written = np.asarray(Image.open(dataset.folder / dataset.samples[0].mask))
    assert written.shape == (SIDE, SIDE)
    assert (written[FACE, WIDE] == 255).all()
    assert (written[CLOTHES] == 0).all()


def test_progress_counts_the_faces():
    steps = []

    class Listening:
        def step(self, done: int, total: int) -> None:
            steps.append((done, total))

    parse_faces(face_set(photographed(), photographed()), BustParser(), ParseOptions(), Listening())
    assert steps == [(0, 2), (1, 2), (2, 2)]


def test_the_report_has_the_share_of_every_region_in_every_face():
    options = ParseOptions()
    report = parsing_report(parse_faces(face_set(photographed()), BustParser(), options, SilentProgress()), options)
    (face,) = report["faces"]
    assert (report["keep"], report["background"]) == ("head", "kept")
    assert (face["face"], face["regions"]["skin"], face["regions"]["hair"]) == (1, 0.098, 0.059)
    assert set(face["regions"]) == {region.value for region in REGIONS}
    assert face["kept"] == 0.156, "hair and face: 32 rows of 20 px"


def test_the_shares_of_all_regions_make_up_the_picture():
    assert sum(region_shares(bust()).values()) == pytest.approx(1, abs=0.005)  # nine values of three decimals


def test_a_wrong_colour_is_refused_before_anything_is_parsed():
    with pytest.raises(InvalidSetting, match='"blue" is no colour'):
        ParseOptions(background=Background.COLOR, color="blue")


def test_the_colour_does_not_matter_for_other_backgrounds():
    assert ParseOptions(background=Background.WHITE, color="blue").color == "blue"
