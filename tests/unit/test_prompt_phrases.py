"""Prompts are cut at commas and put together again without loss."""

from __future__ import annotations

import pytest

from facechain.prompt_phrases import bare, join_phrases, split_phrases


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("sun,  sea ,,\n sand,", ["sun", "sea", "sand"]),
        ("(sun, sea:1.2), sand", ["(sun, sea:1.2)", "sand"]),
        ("((sun, sea)), sand", ["((sun, sea))", "sand"]),
        (r"freckles \(few, pale\), hat", [r"freckles \(few", r"pale\)", "hat"]),
        (":), (sun, sea:1.2)", [":)", "(sun, sea:1.2)"]),
        ("embedding:easynegative, (embedding:hands.pt:1.1)", ["embedding:easynegative", "(embedding:hands.pt:1.1)"]),
        ("a lamp BREAK a chair", ["a lamp BREAK a chair"]),
        ("(sun, sea", ["(sun, sea"]),
        ("back\\", ["back\\"]),
        ("", []),
    ],
)
def test_commas_outside_of_brackets_part_phrases(text, phrases):
    assert split_phrases(text) == phrases


@pytest.mark.parametrize(
    ("phrase", "subject"),
    [
        ("(Glasses:1.3)", "glasses"),
        ("((glasses))", "glasses"),
        ("(glasses: .5)", "glasses"),
        (r"freckles \(few\)", "freckles (few)"),
        ("(sun, sea:1.2)", "(sun, sea:1.2)"),
        ("embedding:easynegative", "embedding:easynegative"),
    ],
)
def test_a_weight_does_not_change_what_a_phrase_speaks_of(phrase, subject):
    assert bare(phrase) == subject


def test_a_phrase_with_a_weight_stands_for_the_same_one_without():
    assert join_phrases(["hat", "smile", "(Smile:1.3)", "smile", "(smile:0.5)"]) == "hat, (Smile:1.3)"


def test_break_may_come_as_often_as_it_likes():
    assert join_phrases(["sun", "BREAK", "sea", "BREAK", "sun"]) == "sun, BREAK, sea, BREAK"
