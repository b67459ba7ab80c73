"""Connected pieces: those that hold a seed stay."""

from __future__ import annotations

import numpy as np
import pytest

from facechain.connected_pieces import touching

PIECES = np.array(
    [
        [1, 1, 0, 0, 1],
        [0, 0, 0, 0, 1],
        [1, 0, 0, 1, 1],
    ],
    bool,
)
"""Of 2, 4 and 1 pixels."""


def seed(row: int, column: int) -> np.ndarray:
    chosen = np.zeros(PIECES.shape, bool)
    chosen[row, column] = True
    return chosen


@pytest.mark.parametrize(("place", "count"), [((0, 0), 2), ((2, 3), 4), ((2, 0), 1)])
def test_the_piece_of_the_seed_stays_whole(place, count):
    kept = touching(PIECES, seed(*place))
    assert kept.sum() == count
    assert kept[place]


def test_a_seed_beside_all_pieces_keeps_nothing():
    assert not touching(PIECES, seed(1, 1)).any()


def test_small_pieces_are_left_out():
    assert touching(PIECES, PIECES, least=2).sum() == 4
