"""The loss picture shows what was measured."""

import numpy as np

from facechain.loss_picture import HEIGHT_PX, VALIDATION_COLOUR, WIDTH_PX, draw_loss_picture


def places_of(picture, colour):
    """(x, y) of every pixel of exactly this colour below the legend."""
    rows, columns = np.nonzero((picture == colour).all(-1))
    below = rows > 84
    return columns[below], rows[below]


def test_the_picture_has_its_fixed_size():
    assert draw_loss_picture([(1, 0.5), (2, 0.4)], [], "title").shape == (HEIGHT_PX, WIDTH_PX, 3)


def test_a_falling_validation_loss_falls_in_the_picture():
    columns, rows = places_of(draw_loss_picture([], [(0, 1.0), (10, 0.5)], "title"), VALIDATION_COLOUR)
    left, right = rows[columns == columns.min()].mean(), rows[columns == columns.max()].mean()
    assert left < right  # y points down


def test_a_run_of_one_step_is_drawn():
    assert draw_loss_picture([(1, 0.5)], [], "one step").std() > 0


def test_a_constant_loss_is_drawn():
    assert draw_loss_picture([(1, 0.0), (2, 0.0)], [], "constant").std() > 0


def test_a_run_without_any_loss_is_drawn():
    assert draw_loss_picture([], [], "nothing yet").std() > 0
