"""The loss picture shows what was measured."""

import numpy as np

from facechain.loss_picture import (
    HEIGHT_PX,
    LIKENESS_COLOUR,
    VALIDATION_COLOUR,
    WIDTH_PX,
    LikenessCourse,
    draw_loss_picture,
)


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


def test_a_rising_likeness_rises_in_the_picture_on_its_own_scale():
    likeness = LikenessCourse([(0, 0.0), (10, 1.0)])
    columns, rows = places_of(draw_loss_picture([(1, 0.5)], [], "title", likeness), LIKENESS_COLOUR)
    curve = columns < WIDTH_PX - 64  # to the right of it are the scale's figures
    columns, rows = columns[curve], rows[curve]
    assert rows[columns == columns.min()].mean() > rows[columns == columns.max()].mean()
    assert rows.max() - rows.min() > 350  # the whole height, whatever the losses are


def test_a_line_goes_down_from_the_chosen_stop_alone():
    points = [(0, 0.2), (5, 0.9), (10, 0.6)]
    plain, marked = (
        places_of(draw_loss_picture([], [], "title", LikenessCourse(points, chosen)), LIKENESS_COLOUR)
        for chosen in ((), (5,))
    )
    middle = 84 + (WIDTH_PX - 84 - 64) // 2
    assert plain[1][plain[0] == middle].max() < 200
    assert marked[1][marked[0] == middle].max() > 440
    assert (marked[0] < middle - 20).sum() == (plain[0] < middle - 20).sum()


def test_a_likeness_without_losses_is_drawn_over_its_steps():
    picture = draw_loss_picture([], [], "title", LikenessCourse([(0, 0.2), (400, 0.4)]))
    columns, _ = places_of(picture, LIKENESS_COLOUR)
    assert columns.min() < 90
