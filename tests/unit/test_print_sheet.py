"""Print sheets: how many copies, in which size, and where the marks are."""

from __future__ import annotations

import numpy as np
import pytest

from facechain.errors import InvalidSetting
from facechain.geometry import Size
from facechain.print_sheet import GAP_PX, MARK_COLOR, copies_on_sheet, make_print_sheet

RED = (200, 30, 30)


def photo(width: int, height: int) -> np.ndarray:
    return np.full((height, width, 3), RED, np.uint8)


@pytest.mark.parametrize(
    ("width", "height", "copies"), [(413, 531, 8), (390, 567, 8), (600, 600, 2), (1200, 1800, 1), (1800, 1200, 1)]
)
def test_a_sheet_holds_as_many_copies_as_fit_with_gaps(width, height, copies):
    assert copies_on_sheet(Size(width, height)) == copies
    sheet = make_print_sheet(photo(width, height))
    assert (sheet == RED).all(-1).sum() == copies * width * height


def test_copies_lie_pixel_by_pixel_with_white_between_them():
    pixels = np.random.default_rng(0).integers(0, 255, (531, 413, 3)).astype(np.uint8)
    sheet = make_print_sheet(pixels)
    # Four of 413 px with three gaps of 24 in 1800; two of 531 with one gap in 1200.
    left, top = (1800 - 4 * 413 - 3 * GAP_PX) // 2, (1200 - 2 * 531 - GAP_PX) // 2
    for column in range(4):
        x = left + column * (413 + GAP_PX)
        assert (sheet[top : top + 531, x : x + 413] == pixels).all()
    assert (sheet[top + 100, left + 413 : left + 413 + GAP_PX] == 255).all()


def test_a_tall_photo_stands_on_an_upright_sheet():
    assert make_print_sheet(photo(550, 850)).shape == (1800, 1200, 3)
    assert make_print_sheet(photo(413, 531)).shape == (1200, 1800, 3)


def test_marks_lead_to_the_corners_and_stay_out_of_the_photos():
    sheet = make_print_sheet(photo(600, 600))
    left, top = (1800 - 2 * 600 - GAP_PX) // 2, 300
    assert tuple(sheet[top - 1, left]) == MARK_COLOR
    assert tuple(sheet[top, left - 1]) == MARK_COLOR
    assert tuple(sheet[top + 600, left + 599]) == MARK_COLOR
    assert tuple(sheet[top, left]) == RED


def test_a_photo_larger_than_the_sheet_is_refused():
    with pytest.raises(InvalidSetting, match=r"1900x1900 px does not fit on a sheet of 1800x1200 px"):
        make_print_sheet(photo(1900, 1900))
