"""Which stop of a training becomes its result, on judgements written by hand."""

import json
from dataclasses import asdict

import pytest
from support_training import stop

from facechain.training.choosing import AVERAGE, BEST, LAST, Chosen, choose, objection


def test_the_stop_of_highest_likeness_is_chosen():
    chosen = choose(BEST, [stop(0, 0.1), stop(100, 0.5), stop(200, 0.9), stop(300, 0.7)], 300)
    assert (chosen.how, chosen.steps, chosen.step) == (BEST, (200,), 200)
    assert chosen.why == "Step 200 is most alike to the person (90%)."
    assert [judged.step for judged in chosen.judgements] == [0, 100, 200, 300]


def test_likeness_is_the_median_over_plain_portraits_and_one_without_a_face_is_not_alike():
    assert stop(100, (0.2, 0.9, 0.8)).likeness == 0.8
    assert stop(100, (0.9, None, 0.8)).likeness == 0.8
    assert stop(100, (0.9, None)).likeness == 0.45
    assert stop(100, (None, None)).likeness is None


def test_of_equally_alike_stops_the_less_trained_is_chosen():
    assert choose(BEST, [stop(100, 0.5), stop(200, 1.0), stop(300, 1.0)], 300).steps == (200,)


def test_the_base_model_is_never_the_result():
    assert choose(BEST, [stop(0, 0.9), stop(100, 0.5)], 100).steps == (100,)


def test_the_average_is_of_the_three_best_that_are_allowed():
    stops = [stop(100, 0.5), stop(200, 0.9), stop(300, 0.8, objection="no face"), stop(400, 0.7), stop(500, 0.6)]
    chosen = choose(AVERAGE, stops, 500)
    assert (chosen.how, chosen.steps, chosen.step) == (AVERAGE, (200, 400, 500), 500)
    assert chosen.why == "The mean of steps 200, 400, 500, which are most alike to the person (up to 90%)."


def test_the_end_is_taken_where_it_was_asked_for_and_the_judgements_are_kept():
    chosen = choose(LAST, [stop(100, 0.9), stop(200, 0.5)], 250)
    assert (chosen.how, chosen.steps, len(chosen.judgements)) == (LAST, (250,), 2)


@pytest.mark.parametrize("how", [BEST, AVERAGE])
def test_without_a_face_in_any_portrait_the_end_is_taken_and_said_why(how):
    chosen = choose(how, [stop(0, 0.3), stop(100, (None, None)), stop(200, (None, None))], 200)
    assert (chosen.how, chosen.steps) == (LAST, (200,))
    assert chosen.why.startswith("No plain portrait shows a face, so likeness was not available")


@pytest.mark.parametrize("judged", [[], [stop(0, 0.3)]])
def test_where_nothing_was_judged_the_end_is_taken_and_said_why(judged):
    chosen = choose(BEST, judged, 50)
    assert (chosen.how, chosen.steps) == (LAST, (50,))
    assert chosen.why.startswith("No portrait of the training was judged, so likeness was not available")


def test_a_training_stopped_between_two_stops_takes_the_best_judged_one():
    assert choose(BEST, [stop(100, 0.6), stop(200, 0.5)], 250).steps == (100,)


def test_a_refused_stop_is_left_out_and_named():
    chosen = choose(BEST, [stop(100, 0.6), stop(200, 0.9, objection="it is blue")], 200)
    assert chosen.steps == (100,)
    assert chosen.why == ("Step 100 is most alike to the person (60%); step 200 (90%) was refused, because it is blue.")


def test_when_every_stop_is_refused_the_least_trained_is_taken():
    chosen = choose(BEST, [stop(100, 0.6, objection="it is blue"), stop(200, 0.9, objection="it is red")], 200)
    assert chosen.steps == (100,)
    assert chosen.why == "Every stop was refused; step 100 is the least trained of them, but it is blue."


def test_what_is_not_chosen_among_some_is_not_chosen_among_more():
    """So its weights need not be kept."""
    alike = [0.5, 0.8, 0.8, 0.3, 0.9, 0.85, 0.9]
    refused = [1, 4]
    stops = [
        stop(100 * place, value, objection="x" if place in refused else "")
        for place, value in enumerate(alike, start=1)
    ]
    for how in (BEST, AVERAGE):
        taken = [set(choose(how, stops[:count], 0).steps) for count in range(1, len(stops) + 1)]
        for place, now in enumerate(taken[1:], start=1):
            assert now <= taken[place - 1] | {stops[place].step}


def test_the_first_stop_and_one_that_changed_nothing_are_allowed():
    assert objection(stop(0, 0.5), []) == ""
    assert objection(stop(100, 0.5), [stop(0, 0.1)]) == ""


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ((0.05, None, 0.05, None), ""),  # half of them
        ((0.05, None, None, None), "1 of 4 styled portraits still show a face"),
        ((None,) * 4, "0 of 4 styled portraits still show a face"),
    ],
)
def test_faces_must_stay_in_half_of_the_styled_portraits_that_had_one(shares, said):
    before = [
        stop(0, 0.1, styled_shares=(0.05, 0.05, None, None)),
        stop(50, 0.1, styled_shares=(None, None, 0.05, 0.05)),
    ]
    assert objection(stop(100, 0.5, styled_shares=shares), before) == said


def test_a_face_that_was_never_there_is_not_missed():
    nobody = stop(0, 0.1, styled_shares=(None, None))
    assert objection(stop(100, 0.5, styled_shares=(None, None)), [nobody]) == ""
    assert objection(stop(100, 0.5, styled_shares=(0.5, 0.5)), [nobody]) == ""  # nor is its size known


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (0.10, 0.20, ""),  # twice as large
        (0.10, 0.21, "faces fill 21% of its styled portraits, 10% at the beginning"),
        (0.02, 0.16, ""),  # grown, but no close-up
        (0.02, 0.17, "faces fill 17% of its styled portraits, 2% at the beginning"),
    ],
)
def test_faces_of_styled_portraits_must_not_grow_to_close_ups(before, now, said):
    first = stop(0, 0.1, styled_shares=(None, before))
    assert objection(stop(100, 0.5, styled_shares=(now, now)), [first, stop(50, 0.1)]) == said


@pytest.mark.parametrize(
    ("difference", "said"),
    [(0.07, ""), (0.05, "its styled portraits have lost 75% of their difference from the plain ones")],
)
def test_styled_portraits_must_keep_a_third_of_their_difference_from_the_plain_ones(difference, said):
    assert objection(stop(100, 0.5, difference=difference), [stop(0, 0.1), stop(50, 0.1, difference=0.01)]) == said


def test_two_prompts_that_never_differed_are_no_objection():
    assert objection(stop(100, 0.5, difference=0.0), [stop(0, 0.1, difference=0.0)]) == ""


def test_a_choice_survives_json():
    chosen = choose(BEST, [stop(0, (None, 0.2)), stop(100, 0.5, objection="it is blue")], 100)
    assert Chosen.from_json(json.loads(json.dumps(asdict(chosen)))) == chosen
