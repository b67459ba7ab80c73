"""The sheet of faces before and after."""

from dataclasses import replace

import numpy as np
import pytest

from facechain.fused_pictures import FusedPicture, FusedPictures
from facechain.fusion_sheet import CARD_HEIGHT, CARD_WIDTH, GAP, HEADER_HEIGHT, PADDING, PICTURE_SIDE, draw_fusion_sheet
from facechain.sheet_drawing import AMBER, GREEN, PAPER

RED, BLUE = (200, 20, 20), (20, 20, 200)


def picture(color: tuple[int, int, int], *, note: str = "") -> FusedPicture:
    """A picture of one colour, changed in its middle unless there is a note."""
    mask = np.zeros((120, 160), np.float32)
    if not note:
        mask[40:80, 60:100] = 1
    remarks = () if note else ("The mouths differ too much: the target's stays.",)
    return FusedPicture(np.full((120, 160, 3), color, np.uint8), mask, 0.1, 0.8, 5.0, note, remarks, 0.02)


def target() -> np.ndarray:
    return np.full((120, 160, 3), RED, np.uint8)


@pytest.mark.parametrize(("count", "columns", "rows"), [(1, 1, 1), (2, 2, 1), (3, 2, 2), (5, 2, 3)])
def test_every_picture_has_a_card(count, columns, rows):
    sheet = draw_fusion_sheet([target()] * count, FusedPictures((picture(BLUE),) * count))
    assert sheet.shape == (HEADER_HEIGHT + rows * (CARD_HEIGHT + GAP), columns * (CARD_WIDTH + GAP) + GAP, 3)
    assert sheet.dtype == np.uint8


def test_before_is_left_and_after_is_right():
    sheet = draw_fusion_sheet([target()], FusedPictures((picture(BLUE),)))
    y, x = HEADER_HEIGHT + PADDING + PICTURE_SIDE // 2, GAP + PADDING + PICTURE_SIDE // 2
    assert tuple(sheet[y, x]) == RED
    assert tuple(sheet[y, x + PICTURE_SIDE + PADDING]) == BLUE


def test_the_header_names_the_networks_that_took_part():
    plain = draw_fusion_sheet([target()], FusedPictures((picture(BLUE),)))[:HEADER_HEIGHT]
    swapped = replace(picture(BLUE), method="inswapper_128", restorer="gfpgan_1.4")
    named = draw_fusion_sheet([target()], FusedPictures((swapped,)))[:HEADER_HEIGHT]
    left, right = np.s_[:, : CARD_WIDTH // 2], np.s_[:, CARD_WIDTH // 2 :]
    assert (plain[left] == named[left]).all()
    assert (plain[right] == PAPER).all()
    assert (named[right] != PAPER).any()


@pytest.mark.parametrize(("note", "color"), [("", GREEN), ("Left unchanged: no face. Use another.", AMBER)])
def test_the_edge_tells_fused_from_unchanged(note, color):
    sheet = draw_fusion_sheet([target()], FusedPictures((picture(BLUE, note=note),)))
    assert (sheet[HEADER_HEIGHT + CARD_HEIGHT // 2] == color).all(-1).any()
