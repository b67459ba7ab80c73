"""A ranking in words, as JSON and as a picture."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from support_people import FlatAnalyzer, flat_crop, grey_identity

from facechain.identity import Identity
from facechain.likeness import LikenessScale
from facechain.progress import SilentProgress
from facechain.ranking import rank_portraits
from facechain.ranking_card import LARGE_CARD, PADDING, SMALL_CARD, card_size
from facechain.ranking_options import PortraitFilter, RankOptions
from facechain.ranking_report import raw_words, report_ranking, scale_words, summary_words
from facechain.ranking_sheet import GAP, MOST_LARGE_CARDS, draw_ranking_sheet

ANNA = Identity.of((flat_crop(100),), (grey_identity(100),), FlatAnalyzer.calibration)


def portrait(grey: int) -> np.ndarray:
    """A face that fills the middle of a picture of 40 px; 0 is no face."""
    picture = np.zeros((40, 40, 3), np.uint8)
    picture[:, 1:39] = grey
    return picture


def ranked(portraits, **options):
    chosen = RankOptions(**{"threshold": 0.5, **options})
    return rank_portraits(portraits, ANNA, FlatAnalyzer(), chosen, SilentProgress())


def test_the_report_is_json_without_vectors_and_each_number_has_its_metric():
    report = json.loads(json.dumps(report_ranking(ranked([portrait(140), portrait(0)])), allow_nan=False))
    assert report["portraits"][0] == {
        "index": 0,
        "rank": 1,
        "likeness": 0.7,
        "raw": 0.4,
        "metric": "euclidean",
        "faces": 1,
        "face_ratio": 0.95,
        "outcome": "kept",
        "kept": True,
        "reason": "",
    }
    faceless = report["portraits"][1]
    assert (faceless["likeness"], faceless["raw"], faceless["face_ratio"]) == (None, None, None)
    del report["portraits"]
    assert report == {
        "model": "flat-grey",
        "metric": "euclidean",
        "engine": "painted",
        "scale": {
            "own": 0.25,
            "border": 0.5,
            "metric": "euclidean",
            "measured": False,
            "limited": False,
            "photos": 1,
        },
        "keep": 4,
        "threshold": 0.5,
        "filter": "none",
        "counts": {"kept": 1, "beyond_keep": 0, "below_threshold": 0, "no_face": 1, "filtered": 0},
        "summary": "2 portraits: 1 kept, 1 without a face",
        "warning": "",
    }


def test_the_summary_says_how_many_each_rule_removed():
    alike = [portrait(grey) for grey in range(100, 107)]
    assert summary_words(ranked([*alike, portrait(200)])) == "8 portraits: 4 kept, 3 beyond the best 4, 1 below 50%"
    assert summary_words(ranked([portrait(100)])) == "1 portrait: 1 kept"
    filtered = ranked([portrait(100), portrait(100)], filter=PortraitFilter.FACECHAIN)
    assert summary_words(filtered) == "2 portraits: 1 kept, 1 dropped by the filter"


@pytest.mark.parametrize(
    ("scale", "photos", "words"),
    [
        (
            LikenessScale(0.31, 0.55, "euclidean", measured=True),
            8,
            "100% = distance 0.31, measured from 8 own photos: as alike as these are to each other. "
            "50% = distance 0.55, the border to other people.",
        ),
        (
            LikenessScale(0.52, 0.33, "cosine", measured=False),
            1,
            "100% = similarity 0.52, usual for this model: one photo only. "
            "50% = similarity 0.33, the border to other people.",
        ),
        (
            LikenessScale(0.47, 0.55, "euclidean", measured=True, limited=True),
            3,
            "100% = distance 0.47, the limit of this model: the 3 own photos are hardly alike, or nearly copies. "
            "50% = distance 0.55, the border to other people.",
        ),
    ],
)
def test_the_heading_says_what_the_percentages_mean_for_this_person(scale, photos, words):
    assert scale_words(replace(ranked([portrait(100)]), scale=scale, photo_count=photos)) == words


def test_a_raw_number_has_the_name_of_its_metric():
    assert raw_words(0.384, "euclidean") == "distance 0.38"
    assert raw_words(0.519, "cosine") == "similarity 0.52"


def test_the_sheet_has_a_card_per_portrait_in_ranked_order():
    portraits = [portrait(30), portrait(100)]
    sheet = draw_ranking_sheet(ranked(portraits), portraits)
    card_height, width = LARGE_CARD.height, LARGE_CARD.width
    assert sheet.shape[1:] == (2 * (width + GAP) + GAP, 3)
    middle_y, middle_x = sheet.shape[0] - GAP - card_height + PADDING + LARGE_CARD.picture // 2, GAP + width // 2
    assert (sheet[middle_y, middle_x] == 100).all()
    # The dropped one is half white: 30 / 2 + 255 / 2.
    assert (sheet[middle_y, middle_x + width + GAP] == 142).all()


def test_a_long_reason_makes_every_card_higher():
    ranking = ranked([portrait(100), portrait(100)], filter=PortraitFilter.FACECHAIN)
    assert card_size(ranking.portraits, LARGE_CARD).lines == 2


def test_many_portraits_have_small_cards():
    portraits = [portrait(100)] * (MOST_LARGE_CARDS + 1)
    sheet = draw_ranking_sheet(ranked(portraits), portraits)
    assert sheet.shape[1] == 7 * (SMALL_CARD.width + GAP) + GAP
    hundred = draw_ranking_sheet(ranked(portraits * 4), portraits * 4)
    assert hundred.size < 8_000_000 * 3


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (900, 1), (7, 7)])
def test_a_sheet_of_odd_pictures_can_be_drawn(shape):
    portraits = [np.zeros((*shape, 3), np.uint8)]
    assert draw_ranking_sheet(ranked(portraits), portraits).dtype == np.uint8
