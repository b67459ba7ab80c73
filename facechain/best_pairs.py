"""The cheapest way to give each of a few rows a column of its own."""

from __future__ import annotations

import numpy as np

from .geometry import FloatArray


def best_pairs(costs: FloatArray) -> tuple[int, ...]:
    """A column for each row of `costs` (rows, columns), none twice, so that the sum is the least possible.

    Needs at least as many columns as rows. Rows are added one by one; each takes the shortest path
    of exchanges to a free column.
    Source: Kuhn 1955 and Munkres 1957, with the potentials of Jonker and Volgenant 1987.
    """
    rows, columns = costs.shape
    assert rows <= columns, "every row needs a column of its own"
    row_price, column_price = np.zeros(rows), np.zeros(columns)
    owner = np.full(columns, -1)
    for row in range(rows):
        reached, came_from, done = np.full(columns, np.inf), np.full(columns, -1), np.zeros(columns, bool)
        current, column, length = row, -1, 0.0
        while current >= 0:
            through = length + costs[current] - row_price[current] - column_price
            shorter = ~done & (through < reached)
            reached[shorter], came_from[shorter] = through[shorter], column
            column = int(np.where(done, np.inf, reached).argmin())
            length, done[column], current = reached[column], True, owner[column]
        row_price[row] += length
        done[column] = False
        row_price[owner[done]] += length - reached[done]
        column_price[done] -= length - reached[done]
        while column >= 0:
            before = came_from[column]
            owner[column] = owner[before] if before >= 0 else row
            column = before
    taken = {int(row): column for column, row in enumerate(owner)}
    return tuple(taken[row] for row in range(rows))
