"""Habits are what most captions share and what belongs to the person."""

from __future__ import annotations

import pytest

from facechain.habit_tags import MOST_HABITS, habit_tags


def captions(*tags):
    return [f"fcsks, a woman, {each}" for each in tags]


def test_what_stands_in_more_than_half_of_the_captions_is_a_habit():
    assert habit_tags(captions("glasses, dark hair", "dark hair", "glasses, dark hair")) == ("dark hair", "glasses")


def test_half_of_the_captions_is_not_enough():
    assert habit_tags(captions("glasses", "beard", "glasses", "beard")) == ()


def test_equal_ones_stand_in_order_of_appearance_and_in_the_first_spelling():
    assert habit_tags(captions("Beard, glasses", "glasses, beard")) == ("Beard", "glasses")


def test_a_caption_counts_a_phrase_once():
    assert habit_tags(captions("glasses, Glasses", "beard", "beard")) == ("beard",)


def test_the_name_of_the_person_is_no_habit():
    assert habit_tags(["beard, a man", "beard, a man, glasses", "beard, a man, glasses"]) == ("glasses",)


@pytest.mark.parametrize(
    "words",
    ["grey hair", "long blonde hair", "blue eyes", "black-framed eyewear", "round glasses", "short beard", "bald"],
)
def test_what_a_person_wears_from_photo_to_photo_stays(words):
    assert habit_tags(captions(words)) == (words,)


@pytest.mark.parametrize(
    "words",
    [
        *("close-up", "front view", "head raised", "looking at the camera", "eyes closed", "closed eyes"),
        *("smile", "showing teeth", "mouth open", "plain background", "black clothes", "even light"),
        *("black and white photo", "no glasses", "wet hair", "hair ornament", "chair", "sunglasses", "indoors"),
    ],
)
def test_what_belongs_to_the_photo_does_not(words):
    assert habit_tags(captions(words)) == ()


def test_no_more_than_leave_room_for_the_style():
    many = ", ".join(f"{color} hair" for color in ("red", "blue", "pink", "grey", "white", "black", "brown"))
    assert len(habit_tags(captions(many))) == MOST_HABITS


def test_no_captions_have_no_habits():
    assert habit_tags([]) == ()


def test_captions_without_tags_have_no_habits():
    assert habit_tags(["fcsks, a woman"] * 3) == ()
