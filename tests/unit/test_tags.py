"""Tags: words, their numbers, and the gaps between them."""

import math

import pytest

from facechain.tags import Band, Scale, Tag, TagKind

TURN = Scale(TagKind.HEAD_TURN, "degrees", (Band(-math.inf, -15, "facing left"), Band(15, math.inf, "facing right")))


@pytest.mark.parametrize(("value", "words"), [(-90, "facing left"), (15, "facing right"), (300, "facing right")])
def test_a_value_gets_the_words_of_its_band(value, words):
    assert TURN.tag(value).words == words


@pytest.mark.parametrize("value", [-15, 0, 14.9])
def test_a_value_between_the_bands_gets_no_tag(value):
    assert TURN.tag(value) is None


def test_a_tag_carries_its_number_and_limits():
    assert TURN.tag(-35.1234).to_json() == {
        "kind": "head_turn", "words": "facing left", "value": -35.123, "unit": "degrees", "low": None, "high": -15,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "unit", "number"),
    [
        (0.304, "ratio", "0.30"),
        (0.456, "share", "46%"),
        (-34.6, "degrees", "-35°"),
        (-0.3, "degrees", "+0°"),
        (42.6, "lightness", "L 43"),
        (6.4, "lightness difference", "+6 L"),
        (0.752, "lightness per px", "0.75 L/px"),
        (0.12, "chroma", "chroma 0.1"),
    ],
)
def test_numbers_read_with_their_unit(value, unit, number):
    assert Tag(TagKind.FRAMING, "words", value, unit, None, None).number == number
