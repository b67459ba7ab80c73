import numpy as np
import pytest

from facechain.geometry import Box, Size
from facechain.providers.blazeface import (
    Detection,
    anchor_centers,
    decode,
    intersection_over_union,
    merge_overlapping,
    tiles,
    weighted_nms,
)


def candidate(x1, y1, x2, y2, score):
    """One row of candidates whose key points all lie at its first corner."""
    return np.array([x1, y1, x2, y2, *([x1, y1] * 6), score])


def detection(x1, y1, x2, y2, score):
    return Detection(Box(x1, y1, x2, y2), np.zeros((6, 2)), score)


def test_anchors_are_the_cell_centres_of_two_grids():
    anchors = anchor_centers()
    assert anchors.shape == (896, 2)
    assert anchors[0] == pytest.approx([0.5 / 16, 0.5 / 16])
    assert anchors[1] == pytest.approx(anchors[0]), "two anchors per fine cell"
    assert anchors[2] == pytest.approx([1.5 / 16, 0.5 / 16]), "x changes first"
    assert anchors[512:518] == pytest.approx(np.full((6, 2), 0.5 / 8)), "six per coarse cell"
    assert anchors[-1] == pytest.approx([7.5 / 8, 7.5 / 8])


def test_decoding_moves_the_anchor_and_scales_by_the_input():
    values = np.zeros((1, 16))
    values[0, :6] = [12.8, 0, 64, 32, -12.8, 12.8]  # centre 0.1 to the right, half the input wide
    (row,) = decode(values, np.array([[0.4, 0.5]]), np.array([0.9]))
    assert row[:4] == pytest.approx([0.25, 0.375, 0.75, 0.625])
    assert row[4:6] == pytest.approx([0.3, 0.6]), "first key point"
    assert row[6:8] == pytest.approx([0.4, 0.5]), "second key point stays at the anchor"
    assert row[16] == 0.9


def test_overlap_is_intersection_over_union():
    one = np.array([0.0, 0, 2, 2])
    many = np.array([[0.0, 0, 2, 2], [1, 0, 3, 2], [2, 2, 3, 3]])
    assert intersection_over_union(one, many) == pytest.approx([1, 1 / 3, 0])


def test_a_cluster_becomes_its_weighted_mean_with_the_best_score():
    near = np.stack([candidate(0, 0, 10, 10, 0.9), candidate(1, 1, 11, 11, 0.6)])
    far = candidate(50, 50, 60, 60, 0.7)[None]
    kept = weighted_nms(np.concatenate([near, far]))
    assert kept.shape == (2, 17)
    assert kept[0, :4] == pytest.approx([0.4, 0.4, 10.4, 10.4]), "0.6 of 1.5 parts of the second"
    assert kept[:, 16] == pytest.approx([0.9, 0.7])


def test_nothing_stays_nothing():
    assert weighted_nms(np.zeros((0, 17))).shape == (0, 17)


def test_a_face_cut_by_a_tile_is_merged_with_the_whole_one():
    whole, stump = detection(0, 0, 100, 100, 0.9), detection(60, 0, 100, 100, 0.8)
    neighbour = detection(90, 0, 190, 100, 0.7)
    assert merge_overlapping([neighbour, stump, whole]) == [whole, neighbour]


@pytest.mark.parametrize("size", [Size(100, 100), Size(1280, 886), Size(300, 1000), Size(64, 4000)], ids=str)
def test_tiles_cover_every_pixel_and_are_square(size):
    covered = np.zeros((size.height, size.width), bool)
    for count, tile in enumerate(tiles(size)):
        assert tile.width == pytest.approx(tile.height)
        if count > 0:  # the first is the whole picture
            covered[max(round(tile.y1), 0) : round(tile.y2), max(round(tile.x1), 0) : round(tile.x2)] = True
    assert covered.all()


def test_the_first_tile_is_the_whole_picture_in_its_middle():
    first = next(iter(tiles(Size(200, 100))))
    assert first == Box(0, -50, 200, 150)


def test_a_square_photo_has_30_tiles():
    assert len(list(tiles(Size(512, 512)))) == 1 + 4 + 9 + 16
