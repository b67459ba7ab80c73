"""Ranking: every portrait in its place, with the reason, and never nothing."""

from __future__ import annotations

import json

import numpy as np
import pytest
from support_people import FlatAnalyzer, grey_identity

from facechain.embeddings import Embedding
from facechain.errors import DifferentEmbeddingModels, InvalidSetting, NoPhotos
from facechain.progress import SilentProgress
from facechain.ranking import rank_portraits
from facechain.ranking_sheet import (
    CARD_HEIGHT,
    CARD_WIDTH,
    GAP,
    HEADER_HEIGHT,
    PADDING,
    PICTURE_SIDE,
    draw_ranking_sheet,
)
from facechain.ranking_values import Outcome

ANNA = (grey_identity(100),)


def portrait(*greys: int) -> np.ndarray:
    """A picture with one face per grey level, side by side; 0 is no face."""
    picture = np.zeros((40, 4 + 44 * len(greys), 3), np.uint8)
    for place, grey in enumerate(greys):
        picture[:, 4 + 44 * place : 44 + 44 * place] = grey
    return picture


def ranked(portraits, person=ANNA, keep=10, threshold=0.5):
    return rank_portraits(portraits, person, FlatAnalyzer(), keep, threshold, SilentProgress())


def test_the_most_alike_portrait_is_first_and_strangers_are_last():
    ranking = ranked([portrait(240), portrait(120), portrait(101)])
    assert [entry.index for entry in ranking.portraits] == [2, 1, 0]
    assert [entry.rank for entry in ranking.portraits] == [1, 2, 3]
    assert [entry.raw for entry in ranking.portraits] == pytest.approx([0.01, 0.2, 1.4])


def test_likeness_is_one_half_at_the_threshold_of_the_model():
    assert ranked([portrait(150)]).portraits[0].likeness == pytest.approx(0.5)


def test_equally_alike_portraits_keep_their_order():
    ranking = ranked([portrait(90), portrait(110), portrait(90)])
    assert [entry.index for entry in ranking.portraits] == [0, 1, 2]


def test_every_portrait_is_listed_with_what_became_of_it():
    ranking = ranked([portrait(0), portrait(100), portrait(105), portrait(200)], keep=1)
    outcomes = {entry.index: entry.outcome for entry in ranking.portraits}
    assert outcomes == {
        0: Outcome.NO_FACE,
        1: Outcome.KEPT,
        2: Outcome.BEYOND_KEEP,
        3: Outcome.BELOW_THRESHOLD,
    }
    assert [entry.index for entry in ranking.kept] == [1]
    assert ranking.warning == ""


def test_of_several_faces_the_most_alike_counts_and_it_is_said():
    (entry,) = ranked([portrait(250, 110, 30)]).portraits
    assert entry.raw == pytest.approx(0.1)
    assert (entry.face_count, entry.reason) == (3, "the most alike of 3 faces")


def test_one_foreign_reference_does_not_sink_the_person():
    person = (grey_identity(100), grey_identity(102), grey_identity(240))
    assert ranked([portrait(100)], person).portraits[0].raw == pytest.approx(0.02)


def test_one_foreign_reference_does_not_lift_a_stranger():
    person = (grey_identity(100), grey_identity(102), grey_identity(240))
    assert ranked([portrait(240)], person).kept[0].outcome is Outcome.KEPT_AS_BEST


def test_when_nothing_is_alike_enough_the_best_is_kept_and_marked():
    ranking = ranked([portrait(250), portrait(180)], keep=2)
    assert [(entry.index, entry.outcome) for entry in ranking.kept] == [(1, Outcome.KEPT_AS_BEST)]
    assert ranking.warning.startswith("No portrait reaches a likeness of 50%; the best one with 5% is kept.")


def test_when_there_is_no_face_at_all_the_first_is_kept_and_marked():
    ranking = ranked([portrait(0), portrait(0)])
    assert [entry.index for entry in ranking.kept] == [0]
    assert ranking.warning.startswith("No portrait shows a face; the first one is kept.")


def test_a_threshold_of_zero_keeps_every_face():
    assert len(ranked([portrait(250), portrait(1)], threshold=0).kept) == 2


def test_the_report_is_json_without_vectors():
    report = json.loads(json.dumps(ranked([portrait(120), portrait(0)]).report()))
    assert report["model"] == "flat-grey"
    assert report["portraits"][0] == {
        "index": 0,
        "rank": 1,
        "raw": 0.2,
        "likeness": 0.9526,
        "faces": 1,
        "outcome": "kept",
        "kept": True,
        "reason": "",
    }
    assert set(report) == {"model", "metric", "engine", "threshold", "warning", "portraits"}


def test_progress_is_reported_per_portrait():
    steps = []

    class Listening:
        def step(self, done: int, total: int) -> None:
            steps.append((done, total))

    rank_portraits([portrait(1), portrait(2)], ANNA, FlatAnalyzer(), 1, 0.5, Listening())
    assert steps == [(0, 2), (1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"portraits": []}, NoPhotos, "no portraits to rank. Connect"),
        ({"person": ()}, InvalidSetting, "nobody to compare with. Connect"),
        ({"keep": 0}, InvalidSetting, "Keeping 0 portraits leaves none. Keep at least 1"),
        ({"threshold": 1.5}, InvalidSetting, "Threshold 1.5 is no likeness. Use 0 to 1"),
    ],
)
def test_an_impossible_question_is_refused(changes, error, message):
    with pytest.raises(error, match=message):
        ranked(**{"portraits": [portrait(1)], **changes})


def test_embeddings_of_another_model_are_refused():
    foreign = (Embedding(np.array([1.0]), "other", "euclidean"),)
    with pytest.raises(DifferentEmbeddingModels, match="cannot be compared"):
        ranked([portrait(1)], foreign)


def test_the_sheet_has_a_card_per_portrait_in_ranked_order():
    portraits = [portrait(30), portrait(100)]
    sheet = draw_ranking_sheet(ranked(portraits), portraits)
    assert sheet.shape == (HEADER_HEIGHT + CARD_HEIGHT + GAP, 2 * (CARD_WIDTH + GAP) + GAP, 3)
    middle_y, middle_x = HEADER_HEIGHT + PADDING + PICTURE_SIDE // 2, GAP + CARD_WIDTH // 2
    assert (sheet[middle_y, middle_x] == 100).all()
    # The dropped one is half white: 30 / 2 + 255 / 2.
    assert (sheet[middle_y, middle_x + CARD_WIDTH + GAP] == 142).all()


@pytest.mark.parametrize("shape", [(1, 900), (900, 1), (7, 7)])
def test_a_sheet_of_odd_pictures_can_be_drawn(shape):
    portraits = [np.zeros((*shape, 3), np.uint8)]
    assert draw_ranking_sheet(ranked(portraits), portraits).dtype == np.uint8
