"""As many copies of an ID photo as a sheet of photo paper holds, in print size, with marks to cut along."""

from __future__ import annotations

import numpy as np

from .errors import InvalidSetting
from .geometry import ByteArray, Size

SHEET = Size(1800, 1200)
"""10 x 15 cm paper, 4 x 6 inches, at 300 dpi."""
GAP_PX = 24
"""2 mm of white between photos: room for scissors, and for a printer that enlarges a borderless print."""
MARK_PX = 14
"""Length of a cut mark; shorter than the gap, so that it never enters a photo."""
MARK_COLOR = (150, 150, 150)


def make_print_sheet(photo: ByteArray) -> ByteArray:
    """White sheet of 10 x 15 cm at 300 dpi, RGB (1200, 1800, 3) or upright, with copies of `photo`, pixel by pixel.

    Photos stand upright; the sheet lies or stands, whichever holds more.
    Raises InvalidSetting if the photo is larger than the sheet.
    """
    size = Size.of(photo)
    sheet = max((SHEET, Size(SHEET.height, SHEET.width)), key=lambda sheet: _copies(sheet, size))
    columns, rows = _grid(sheet, size)
    if not columns * rows:
        raise InvalidSetting(
            f"A photo of {size.width}x{size.height} px does not fit on a sheet of {SHEET.width}x{SHEET.height} px. "
            "Choose a smaller standard."
        )
    pixels = np.full((sheet.height, sheet.width, 3), 255, np.uint8)
    left = (sheet.width - columns * (size.width + GAP_PX) + GAP_PX) // 2
    top = (sheet.height - rows * (size.height + GAP_PX) + GAP_PX) // 2
    for row in range(rows):
        for column in range(columns):
            x, y = left + column * (size.width + GAP_PX), top + row * (size.height + GAP_PX)
            _mark(pixels, x, y, size)
            pixels[y : y + size.height, x : x + size.width] = photo
    return pixels


def copies_on_sheet(size: Size) -> int:
    """How many photos of `size` one sheet holds."""
    return max(_copies(SHEET, size), _copies(Size(SHEET.height, SHEET.width), size))


def _copies(sheet: Size, photo: Size) -> int:
    columns, rows = _grid(sheet, photo)
    return columns * rows


def _grid(sheet: Size, photo: Size) -> tuple[int, int]:
    """Columns and rows."""
    return (sheet.width + GAP_PX) // (photo.width + GAP_PX), (sheet.height + GAP_PX) // (photo.height + GAP_PX)


def _mark(pixels: ByteArray, x: int, y: int, photo: Size) -> None:
    """Lines that go on from the edges of the photo at (x, y), outside of it."""
    right, bottom = x + photo.width - 1, y + photo.height - 1
    for column in (x, right):
        pixels[max(y - MARK_PX, 0) : y, column] = MARK_COLOR
        pixels[bottom + 1 : bottom + 1 + MARK_PX, column] = MARK_COLOR
    for row in (y, bottom):
        pixels[row, max(x - MARK_PX, 0) : x] = MARK_COLOR
        pixels[row, right + 1 : right + 1 + MARK_PX] = MARK_COLOR
