"""Rows and columns paired so that no other pairing is cheaper."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as np_st

from facechain.best_pairs import best_pairs

TABLES = np_st.arrays(
    np.int64,
    st.tuples(st.integers(1, 4), st.integers(0, 2)).map(lambda shape: (shape[0], sum(shape))),
    elements=st.integers(-9, 9),
)


def total(costs, columns) -> float:
    return sum(float(costs[row, column]) for row, column in enumerate(columns))


def test_the_greedy_choice_is_given_up_when_it_costs_the_other_row_more():
    # Row 0 would take column 0 for 1, but then row 1 pays 9: 10 in all instead of 2 + 2.
    assert best_pairs(np.array([[1.0, 2.0], [2.0, 9.0]])) == (1, 0)


def test_a_row_that_nobody_disturbs_takes_its_cheapest_column():
    assert best_pairs(np.array([[5.0, 3.0, 4.0]])) == (1,)


@settings(deadline=None, max_examples=200)
@given(TABLES)
def test_no_other_pairing_is_cheaper(costs):
    columns = best_pairs(costs.astype(float))
    assert len(set(columns)) == len(columns) == len(costs)
    cheapest = min(total(costs, other) for other in permutations(range(costs.shape[1]), len(costs)))
    assert total(costs, columns) == pytest.approx(cheapest)


def test_fifty_faces_are_shared_out_at_once():
    costs = np.random.default_rng(1).random((50, 50))
    costs[np.arange(50), np.arange(50)[::-1]] -= 1  # the only negative ones: each row wants the mirrored column
    assert best_pairs(costs) == tuple(range(49, -1, -1))
