"""Ranking: every portrait in its place, with the reason, and never nothing."""

from __future__ import annotations

import numpy as np
import pytest
from support_people import FlatAnalyzer, flat_crop, grey_identity

from facechain.embeddings import Embedding
from facechain.errors import DegenerateLandmarks, DifferentEmbeddingModels, InvalidSetting, NoPhotos
from facechain.identity import Identity
from facechain.progress import SilentProgress
from facechain.ranking import rank_portraits
from facechain.ranking_options import PortraitFilter, RankOptions
from facechain.ranking_values import Outcome


def person(*greys: int) -> Identity:
    pictures = tuple(flat_crop(grey) for grey in greys)
    return Identity.of(pictures, tuple(grey_identity(grey) for grey in greys), FlatAnalyzer.calibration)


ANNA = person(100)
"""One photo: likeness is 1 up to a distance of 0.25, 0.5 at 0.5, 0 from 0.75 on."""


def portrait(*greys: int) -> np.ndarray:
    """A picture with one face per grey level, side by side; 0 is no face."""
    picture = np.zeros((40, 4 + 44 * len(greys), 3), np.uint8)
    for place, grey in enumerate(greys):
        picture[:, 4 + 44 * place : 44 + 44 * place] = grey
    return picture


def framed(face_px: int, height: int = 512, width: int = 512) -> np.ndarray:
    """A picture with one face of `face_px` px that is Anna's."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[:, 100 : 100 + face_px] = 100
    return picture


def ranked(portraits, known=ANNA, analyzer=None, **options):
    chosen = RankOptions(**{"keep": 10, "threshold": 0.5, **options})
    return rank_portraits(portraits, known, analyzer or FlatAnalyzer(), chosen, SilentProgress())


def outcomes(ranking) -> list[tuple[int, Outcome]]:
    return [(entry.index, entry.outcome) for entry in ranking.portraits]


def test_the_most_alike_portrait_is_first_and_strangers_are_last():
    ranking = ranked([portrait(240), portrait(120), portrait(101)])
    assert [entry.index for entry in ranking.portraits] == [2, 1, 0]
    assert [entry.rank for entry in ranking.portraits] == [1, 2, 3]
    assert [entry.raw for entry in ranking.portraits] == pytest.approx([0.01, 0.2, 1.4])


def test_likeness_is_on_the_scale_of_the_person():
    greys = [(100, 1), (125, 1), (140, 0.7), (150, 0.5), (165, 0.2), (175, 0), (250, 0)]
    ranking = ranked([portrait(grey) for grey, _ in greys])
    assert [entry.likeness for entry in ranking.portraits] == pytest.approx([likeness for _, likeness in greys])


def test_with_several_photos_the_scale_is_measured_on_them():
    ranking = ranked([portrait(150)], person(100, 120))
    # The two differ by 0.2, which is likeness 1; the median distance to them is 0.4, a third of the way from 0.5.
    assert (ranking.scale.own, ranking.scale.measured, ranking.photo_count) == (pytest.approx(0.2), True, 2)
    assert ranking.portraits[0].likeness == pytest.approx(0.5 + 0.5 / 3)


def test_eight_references_rank_as_one_does():
    portraits = [portrait(160), portrait(110), portrait(101)]
    assert outcomes(ranked(portraits, person(*range(80, 96, 2)))) == outcomes(ranked(portraits, person(88)))


def test_equally_alike_portraits_and_copies_keep_their_order():
    ranking = ranked([portrait(90), portrait(110), portrait(90), portrait(0), portrait(100), portrait(0)])
    assert [entry.index for entry in ranking.portraits] == [4, 0, 1, 2, 3, 5]


def test_every_portrait_is_listed_with_what_became_of_it():
    ranking = ranked([portrait(0), portrait(100), portrait(105), portrait(200)], keep=1)
    assert outcomes(ranking) == [
        (1, Outcome.KEPT),
        (2, Outcome.BEYOND_KEEP),
        (3, Outcome.BELOW_THRESHOLD),
        (0, Outcome.NO_FACE),
    ]
    assert [entry.reason for entry in ranking.portraits] == ["", "beyond the best 1", "below 50%", "no face"]
    assert [entry.index for entry in ranking.kept] == [1]
    assert ranking.warning == ""


def test_what_each_rule_removed_is_counted_and_adds_up():
    greys = (100, 101, 102, 103, 104, 105, 106, 200)
    ranking = ranked([*(portrait(grey) for grey in greys), portrait(0)], keep=4)
    assert ranking.counts == {"kept": 4, "beyond_keep": 3, "below_threshold": 1, "no_face": 1, "filtered": 0}


def test_four_are_kept_unless_asked_otherwise():
    options = RankOptions()
    assert (options.keep, options.threshold, options.filter) == (4, 0, PortraitFilter.NONE)


def test_of_several_faces_the_most_alike_counts_and_it_is_said():
    (entry,) = ranked([portrait(250, 110, 30)]).portraits
    assert entry.raw == pytest.approx(0.1)
    assert (entry.face_count, entry.reason) == (3, "the most alike of 3 faces")


def test_one_foreign_reference_does_not_sink_the_person():
    assert ranked([portrait(100)], person(100, 102, 240)).portraits[0].raw == pytest.approx(0.02)


def test_one_foreign_reference_does_not_lift_a_stranger():
    assert ranked([portrait(240)], person(100, 102, 240)).kept[0].outcome is Outcome.KEPT_AS_BEST


def test_when_nothing_is_alike_enough_the_best_is_kept_and_marked():
    ranking = ranked([portrait(250), portrait(160)], keep=2)
    assert outcomes(ranking) == [(1, Outcome.KEPT_AS_BEST), (0, Outcome.BELOW_THRESHOLD)]
    assert ranking.kept[0].reason == "kept as the best, though below 50%"
    assert ranking.warning.startswith("No portrait reaches a likeness of 50%; the best one with 30% is kept.")
    assert ranking.counts == {"kept": 1, "beyond_keep": 0, "below_threshold": 1, "no_face": 0, "filtered": 0}


def test_when_there_is_no_face_at_all_the_first_is_kept_and_marked():
    ranking = ranked([portrait(0), portrait(0)])
    assert outcomes(ranking) == [(0, Outcome.KEPT_AS_BEST), (1, Outcome.NO_FACE)]
    assert ranking.warning.startswith("No portrait shows a face; the first one is kept.")


def test_a_threshold_of_zero_keeps_every_face():
    assert len(ranked([portrait(250), portrait(1)], threshold=0).kept) == 2


@pytest.mark.parametrize(
    ("face_px", "height", "width", "outcome"),
    [
        (120, 512, 512, Outcome.FACE_TOO_SMALL),
        (121, 512, 512, Outcome.KEPT),
        (299, 512, 512, Outcome.KEPT),
        (300, 512, 512, Outcome.FACE_TOO_LARGE),
        (240, 1024, 1024, Outcome.FACE_TOO_SMALL),
        (241, 1024, 1024, Outcome.KEPT),
        (299, 768, 512, Outcome.KEPT),  # taller or wider: the shorter side counts
        (300, 768, 512, Outcome.FACE_TOO_LARGE),
        (120, 512, 900, Outcome.FACE_TOO_SMALL),
    ],
)
def test_the_filter_keeps_faces_of_facechains_size(face_px, height, width, outcome):
    pictures = [framed(face_px, height, width), framed(200)]
    ranking = ranked(pictures, filter=PortraitFilter.FACECHAIN)
    assert dict(outcomes(ranking))[0] is outcome
    assert ranking.portraits[0].face_ratio == pytest.approx(face_px / min(height, width))


def test_the_filter_says_why_in_words():
    two = np.hstack([framed(200), framed(200)])
    ranking = ranked([framed(64), framed(384), two, framed(200)], filter=PortraitFilter.FACECHAIN)
    assert [entry.reason for entry in ranking.portraits] == [
        "face too small: 12% of the shorter side, at least 23%",
        "face too large: 75% of the shorter side, at most 59%",
        "2 faces instead of one",
        "",
    ]
    assert ranking.counts == {"kept": 1, "beyond_keep": 0, "below_threshold": 0, "no_face": 0, "filtered": 3}


def test_without_the_filter_size_and_number_of_faces_do_not_matter():
    assert len(ranked([framed(64), framed(384), portrait(100, 100)]).kept) == 3


def test_a_filtered_portrait_takes_no_place_among_the_kept():
    pictures = [framed(64), framed(200), framed(201), framed(202)]
    ranking = ranked(pictures, keep=2, filter=PortraitFilter.FACECHAIN)
    assert [entry.index for entry in ranking.kept] == [1, 2]
    assert ranking.portraits[3].outcome is Outcome.BEYOND_KEEP


def test_when_nothing_passes_the_filter_the_most_alike_is_kept_and_marked():
    ranking = ranked([portrait(240), portrait(100, 240)], filter=PortraitFilter.FACECHAIN)
    assert outcomes(ranking) == [(1, Outcome.KEPT_AS_BEST), (0, Outcome.FACE_TOO_LARGE)]
    assert ranking.kept[0].reason == "kept as the best, though 2 faces instead of one"
    assert ranking.warning == (
        "No portrait passes the filter and the threshold; the most alike one is kept (2 faces instead of one). "
        "Set the filter to none, or make more portraits."
    )


class HalfBlindAnalyzer(FlatAnalyzer):
    """Faces brighter than 200 have coinciding landmarks, those darker than 50 a vector without numbers."""

    def embed(self, image, face):
        seen = super().embed(image, face)
        if seen.vector[0] > 2:
            raise DegenerateLandmarks("The landmarks coincide.")
        return Embedding(np.array([np.nan]), self.model_id, "euclidean") if seen.vector[0] < 0.5 else seen


def test_a_face_that_cannot_be_compared_comes_last_and_stops_nobody():
    ranking = ranked([portrait(220), portrait(20), portrait(220, 110), portrait(100)], analyzer=HalfBlindAnalyzer())
    assert [entry.index for entry in ranking.portraits] == [3, 2, 0, 1]
    assert [entry.likeness for entry in ranking.portraits[2:]] == [None, None]
    assert [entry.raw for entry in ranking.portraits[2:]] == [None, None]
    assert ranking.portraits[2].reason == "no face that can be compared"


def test_pictures_of_different_sizes_and_of_one_pixel_are_ranked_together():
    pixel = np.zeros((1, 1, 3), np.uint8)
    ranking = ranked([pixel, portrait(100), framed(200, 300, 700)])
    assert outcomes(ranking) == [(1, Outcome.KEPT), (2, Outcome.KEPT), (0, Outcome.NO_FACE)]


def test_each_portrait_is_asked_for_once_and_in_order():
    asked = []

    class Made(list):
        def __getitem__(self, place):
            asked.append(place)
            return portrait(100)

    ranked(Made([None] * 3))
    assert asked == [0, 1, 2]


def test_progress_is_reported_per_portrait():
    steps = []

    class Listening:
        def step(self, done: int, total: int) -> None:
            steps.append((done, total))

    rank_portraits([portrait(1), portrait(2)], ANNA, FlatAnalyzer(), RankOptions(), Listening())
    assert steps == [(0, 2), (1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"portraits": []}, NoPhotos, "no portraits to rank. Connect"),
        ({"keep": 0}, InvalidSetting, "Keeping 0 portraits leaves none. Keep at least 1"),
        ({"threshold": 1.5}, InvalidSetting, "Threshold 1.5 is no likeness. Use 0 to 1"),
        ({"threshold": float("nan")}, InvalidSetting, "Threshold nan is no likeness"),
    ],
)
def test_an_impossible_question_is_refused(changes, error, message):
    with pytest.raises(error, match=message):
        ranked(**{"portraits": [portrait(1)], **changes})


def test_embeddings_of_another_model_are_refused():
    foreign = (Embedding(np.array([1.0]), "other", "euclidean"),)
    known = Identity.of((flat_crop(100),), foreign, FlatAnalyzer.calibration)
    with pytest.raises(DifferentEmbeddingModels, match="cannot be compared"):
        ranked([portrait(1)], known)
