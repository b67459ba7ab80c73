"""Parsing networks that are not here, by small real ones with the same tensors: every class where it was painted."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest
from support_parsers import CLASS_NAMES, model_file, opened, palette, put
from support_tflite import mixing_file

from facechain.faces import Face
from facechain.geometry import Box, Landmarks
from facechain.mesh_regions import IMAGE_LEFT_EYE, OUTER_LIPS
from facechain.parsing import REGIONS, FaceRegions, Region
from facechain.providers.model_files import ModelLocations

SIDE, TILE, LEFT, TOP = 512, 40, 156, 150
"""Of the picture, and of a grid of tiles, five per row, around its face; pixels."""
TILES = 20
REGION_OF = {
    Region.BACKGROUND: "bg",
    Region.SKIN: "skin nose l_ear r_ear face_skin",
    Region.BROWS: "l_brow r_brow",
    Region.EYES: "l_eye r_eye",
    Region.LIPS: "u_lip l_lip",
    Region.MOUTH: "mouth",
    Region.HAIR: "hair",
    Region.NECK: "neck body_skin",
    Region.CLOTHES: "cloth ear_r neck_l others",
    Region.GLASSES: "eye_g",
    Region.HAT: "hat",
}
PARSERS = tuple(CLASS_NAMES)


@pytest.fixture
def locations(tmp_path) -> ModelLocations:
    """An installation of its own, for files that are made for one test."""
    return ModelLocations(tmp_path)


@pytest.fixture(scope="module")
def parsers(tmp_path_factory):
    """Opens the parser of an id on its small network, once."""
    opened_once = {}

    def parser(id: str):
        if id not in opened_once:
            locations = ModelLocations(tmp_path_factory.mktemp(id))
            put(locations, id)
            opened_once[id] = opened(locations, id)
        return opened_once[id]

    return parser


@pytest.fixture(scope="module")
def painted_regions(parsers):
    """What the parser of an id sees in the picture of all its classes, once."""

    @cache
    def parse(id: str) -> FaceRegions:
        return parsers(id).parse(painted(palette(len(CLASS_NAMES[id].split()))), FACE)

    return parse


def tile(number: int) -> tuple[slice, slice]:
    """Rows and columns of a tile of the grid."""
    top, left = TOP + number // 5 * TILE, LEFT + number % 5 * TILE
    return slice(top, top + TILE), slice(left, left + TILE)


def painted(colors) -> np.ndarray:
    """A picture of background with a tile of each class in their order, then all but background again."""
    picture = np.full((SIDE, SIDE, 3), colors[0], np.uint8)
    for number in range(1, TILES):
        picture[tile(number)] = colors[1 + (number - 1) % (len(colors) - 1)]
    return picture


def face_at(x: float, y: float, size: float, mesh=None) -> Face:
    """A face whose box of `size` has its middle at (x, y)."""
    points = np.array([(-0.2, -0.15), (0.2, -0.15), (0, 0.05), (-0.17, 0.25), (0.17, 0.25)]) * size + (x, y)
    return Face(Box(x - size / 2, y - size / 2, x + size / 2, y + size / 2), Landmarks(points), 0.9, mesh)


FACE = face_at(256, 222, 156)
"""As in a training crop."""


def seen_in(regions: FaceRegions, rows: slice, columns: slice) -> Region:
    """The region in the middle of a tile; the edges are drawn by the colours of the picture."""
    middle = regions.labels[rows.start + 10 : rows.stop - 10, columns.start + 10 : columns.stop - 10]
    (index,) = np.unique(middle)
    return REGIONS[index]


@pytest.mark.parametrize("id", PARSERS)
def test_every_class_is_found_where_it_was_painted(painted_regions, id):
    names = CLASS_NAMES[id].split()
    seen = {name: seen_in(painted_regions(id), *tile(number)) for number, name in enumerate(names)}
    assert seen == {name: region for name in names for region, words in REGION_OF.items() if name in words.split()}


@pytest.mark.parametrize("id", PARSERS)
def test_the_person_is_what_is_not_background(painted_regions, id):
    person = painted_regions(id).person
    for number in range(TILES):
        rows, columns = tile(number)
        # Well inside: the matte is soft over 3 % of the face.
        assert (person[rows, columns][10:-10, 10:-10] == (number > 0)).all()
    assert person[:100].max() == 0
    assert person[400:].max() == 0


def test_the_regions_turn_with_the_picture(parsers, painted_regions):
    picture = painted(palette(19))
    points = FACE.landmarks.points
    lying = Landmarks(np.column_stack([points[:, 1], SIDE - 1 - points[:, 0]]))
    box = Box(FACE.box.y1, SIDE - FACE.box.x2, FACE.box.y2, SIDE - FACE.box.x1)
    turned = parsers("bisenet").parse(np.rot90(picture).copy(), Face(box, lying, 0.9))
    # Edges fall between other pixels.
    assert (np.rot90(turned.labels, -1) == painted_regions("bisenet").labels).mean() > 0.98


def test_a_large_picture_is_parsed_at_its_own_size(parsers, painted_regions):
    picture = cv2.resize(painted(palette(19)), (1024, 1024), interpolation=cv2.INTER_NEAREST)
    labels = parsers("bisenet").parse(picture, face_at(2 * 256, 2 * 222, 2 * 156)).labels
    assert labels.shape == (1024, 1024)
    assert (labels[::2, ::2] == painted_regions("bisenet").labels).mean() > 0.98


def test_what_lies_beyond_the_training_crop_is_background(parsers):
    skin = palette(19)[1]
    regions = parsers("bisenet").parse(np.full((800, 1600, 3), skin, np.uint8), face_at(300, 300, 100))
    # The crop reaches 1.64 faces to both sides.
    assert regions.mask(Region.SKIN)[300, 150:450].min() == 1
    assert regions.person[:, 480:].max() == 0


def test_somebody_who_does_not_touch_this_person_is_background(parsers):
    colors = palette(19)
    picture = painted(colors)
    picture[200:300, 440:500] = colors[1]
    assert parsers("bisenet").parse(picture, FACE).person[:, 430:].max() == 0


def test_the_face_and_hair_of_somebody_who_touches_are_no_part_of_this_head(parsers):
    colors = palette(19)
    picture = painted(colors)
    picture[270:310, 356:440] = colors[16]  # a shoulder
    picture[150:270, 420:480] = colors[17]
    picture[200:270, 430:470] = colors[1]
    regions = parsers("bisenet").parse(picture, FACE)
    assert regions.person[230, 450] == 1
    assert (regions.labels[150:270, 420:480] != REGIONS.index(Region.SKIN)).all()
    assert (regions.labels[150:270, 420:480] != REGIONS.index(Region.HAIR)).all()
    assert REGIONS[regions.labels[230, 450]] is Region.CLOTHES


def test_an_edge_lies_where_the_picture_has_it_not_where_a_cell_of_the_network_ends(parsers):
    # It sees cells of 4 px of its view; the matte follows the picture.
    picture = np.full((SIDE, SIDE, 3), palette(19)[0], np.uint8)
    cv2.circle(picture, (256, 222), 90, palette(19)[1], -1, cv2.LINE_AA)
    person = parsers("segformer_onnx").parse(picture, FACE).person
    drawn = cv2.circle(np.zeros((SIDE, SIDE), np.uint8), (256, 222), 90, 255, -1, cv2.LINE_AA) / 255
    away = np.abs(np.hypot(*np.meshgrid(np.arange(SIDE) - 256, np.arange(SIDE) - 222)) - 90)
    assert np.abs(person - drawn)[away > 3].max() < 0.02
    assert np.abs(person - drawn)[away <= 3].mean() < 0.15


def test_without_a_mesh_brows_eyes_and_lips_stay_skin_and_with_one_they_are_drawn(parsers):
    skin = np.full((SIDE, SIDE, 3), palette(6)[3], np.uint8)
    mesh = np.zeros((468, 3), np.float32)
    mesh[list(IMAGE_LEFT_EYE), :2] = ring(210, 190, len(IMAGE_LEFT_EYE))
    mesh[list(OUTER_LIPS), :2] = ring(256, 270, len(OUTER_LIPS))
    bare, drawn = (
        parsers("selfie_multiclass").parse(skin, face_at(256, 222, 156, mesh=one)).labels for one in (None, mesh)
    )
    assert REGIONS[bare[190, 210]] is REGIONS[bare[270, 256]] is Region.SKIN
    assert REGIONS[drawn[190, 210]] is Region.EYES
    assert REGIONS[drawn[270, 256]] is Region.LIPS


def ring(x: float, y: float, count: int) -> np.ndarray:
    angles = np.arange(count) / count * 2 * np.pi
    return np.column_stack([x + 12 * np.cos(angles), y + 12 * np.sin(angles)])


def test_probabilities_out_of_the_graph_are_not_taken_for_logits(locations):
    # Weights 0: every pixel has the biases, here the probabilities 0.6 for skin and 0.08 for all others.
    biases = np.where(np.arange(6) == 3, 0.6, 0.08)
    mixing_file(model_file(locations, "selfie_multiclass"), np.zeros((6, 3)), biases, side_px=256)
    regions = opened(locations, "selfie_multiclass").parse(np.full((SIDE, SIDE, 3), 90, np.uint8), FACE)
    assert REGIONS[regions.labels[222, 256]] is Region.SKIN
    # Taken for logits, 0.08 of 6 classes would be a background of 0.15, and 0.92 would become 0.85.
    assert regions.person[222, 256] == pytest.approx(1)


@pytest.mark.parametrize("id", PARSERS)
def test_a_parser_says_what_runs_it(parsers, painted_regions, id):
    painted_regions(id)
    parser = parsers(id)
    assert parser.id == id
    assert parser.engine.partition(" ")[0] in {"onnxruntime", "OpenCV", "PyTorch"}
    assert "cpu" in parser.engine.lower()


def test_other_weights_run_and_are_called_so(locations, parsers):
    assert "other weights (" in parsers("bisenet").engine
    # Nothing is known of the published file of segformer_onnx.
    assert "other weights" not in parsers("segformer_onnx").engine
