"""Names as the font can write them."""

import pytest

from facechain import sheet_drawing
from facechain.drawn_names import LONGEST_NAME, drawn_name


@pytest.mark.parametrize(
    ("name", "drawn"),
    [("Ana", "Ana"), ("José Müller", "Jose Muller"), ("小明", ""), ("Łódź", ""), (" Li\n", "Li"), ("a\tb", "")],
)
def test_a_name_is_written_without_accents_or_not_at_all(name, drawn):
    assert drawn_name(name) == drawn


def test_a_long_name_is_cut():
    assert drawn_name("x" * 30) == "x" * 17 + "..."
    assert drawn_name("x" * LONGEST_NAME) == "x" * LONGEST_NAME


def test_the_font_has_every_letter_that_a_drawn_name_may_hold():
    font = sheet_drawing.font(20)
    missing = bytes(font.getmask("\uffff"))
    letters = [chr(code) for code in range(33, 127)]
    assert [letter for letter in letters if bytes(font.getmask(letter)) == missing] == []
