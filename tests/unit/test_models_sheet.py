"""The table of models: what runs is seen first, and what to do is written beside the rest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from facechain import sheet_drawing
from facechain.models_sheet import (
    WIDTH,
    ModelGroup,
    ModelRow,
    ModelsOverview,
    Tone,
    draw_models_sheet,
)
from facechain.sheet_drawing import AMBER, GREEN, RED

WAITING = ModelRow(
    id="buffalo_l",
    state="not here",
    tone=Tone.WAITS,
    is_in_use=False,
    facts="198 MB",
    licence="MIT",
    use="commercial use: yes",
    is_restricted=False,
    place="insightface/models/buffalo_l",
    advice="It comes with its first use.",
    links=("Files: https://example.org/buffalo_l.zip",),
)
RUNNING = replace(
    WAITING, id="embedded", state="installed", tone=Tone.RUNS, is_in_use=True, place="embedded", advice="", links=()
)


def overview(*rows: ModelRow, known: tuple[str, ...] = ()) -> ModelsOverview:
    group = ModelGroup("Face analyzer", '"auto" uses embedded', rows)
    return ModelsOverview("1 of 2 tasks have a model", (("Without one: face swapper.", Tone.WAITS),), (group,), known)


def pixels_of(picture: np.ndarray, color: tuple[int, int, int]) -> int:
    return int((picture == color).all(-1).sum())


@pytest.fixture
def drawn(monkeypatch) -> list[str]:
    """What a person reads, from top to bottom."""
    texts: list[str] = []
    plain = sheet_drawing.Canvas.text

    def record(self: sheet_drawing.Canvas, at: tuple[float, float], text: str, *style: object, **more: object) -> None:
        texts.append(text)
        plain(self, at, text, *style, **more)

    monkeypatch.setattr(sheet_drawing.Canvas, "text", record)
    return texts


def test_the_sheet_says_what_a_person_wants_to_know_of_every_model(drawn):
    sheet = draw_models_sheet(overview(WAITING))
    assert sheet.shape[1:] == (WIDTH, 3)
    assert sheet.dtype == np.uint8
    assert drawn[:3] == ["1 of 2 tasks have a model", "Without one: face swapper.", "Face analyzer"]
    assert {"buffalo_l", "not here", "MIT", "commercial use: yes", "198 MB"} <= set(drawn)
    assert {"insightface/models/buffalo_l", *WAITING.links, "It comes with its first use."} <= set(drawn)


def test_what_runs_now_stands_on_top_of_its_group_and_the_others_keep_their_order(drawn):
    other = replace(WAITING, id="antelopev2")
    draw_models_sheet(overview(WAITING, other, RUNNING))
    places = [drawn.index(id) for id in ("embedded", "buffalo_l", "antelopev2")]
    assert places == sorted(places)


def test_what_is_only_known_stands_at_the_end(drawn):
    draw_models_sheet(overview(WAITING, known=("tagger wd: Apache-2.0", "tagger moat: Apache-2.0")))
    assert drawn[-3:] == ["Known, but not run by this version", "tagger wd: Apache-2.0", "tagger moat: Apache-2.0"]


@pytest.mark.parametrize(
    ("tone", "color"), [(Tone.RUNS, GREEN), (Tone.REMARK, AMBER), (Tone.LICENCE, AMBER), (Tone.BROKEN, RED)]
)
def test_the_colour_of_a_row_is_that_of_its_state(tone, color):
    sheet = draw_models_sheet(overview(replace(WAITING, tone=tone)))
    # At least the outline of its sign, and a word.
    assert pixels_of(sheet, color) > 100
    assert all(pixels_of(sheet, other) == 0 for other in {GREEN, RED} - {color})


def test_the_signs_of_all_tones_differ_without_their_colours():
    shapes = [draw_models_sheet(overview(replace(WAITING, tone=tone)))[:, 16:62].mean(-1) > 200 for tone in Tone]
    for place, shape in enumerate(shapes):
        assert all((shape != other).any() for other in shapes[:place])


def test_only_the_model_in_use_has_a_green_frame():
    plain = replace(RUNNING, is_in_use=False)
    frame = pixels_of(draw_models_sheet(overview(RUNNING)), GREEN) - pixels_of(
        draw_models_sheet(overview(plain)), GREEN
    )
    assert frame > 2 * WIDTH


def test_a_restricted_licence_is_amber():
    restricted = replace(WAITING, is_restricted=True)
    assert pixels_of(draw_models_sheet(overview(restricted)), AMBER) > pixels_of(
        draw_models_sheet(overview(WAITING)), AMBER
    )


def test_long_texts_make_the_row_higher_instead_of_running_over_each_other(drawn):
    long = replace(WAITING, licence="a licence with a name of many words " * 4, advice="Do this and that first. " * 20)
    sheet, short = draw_models_sheet(overview(long)), draw_models_sheet(overview(WAITING))
    lines = [text for text in drawn if text.startswith(("Do this", "that first.", "first.")) or "words" in text]
    assert len(lines) >= 8
    # A line for each of the longer column, beside the two of the shorter row.
    assert sheet.shape[0] > short.shape[0] + 2 * 22


def test_nothing_at_all_is_still_a_picture():
    empty = ModelsOverview("0 of 0 tasks have a model", (), (), ())
    assert draw_models_sheet(empty).shape[1] == WIDTH
    assert repr(empty) == "ModelsOverview(0 of 0 tasks have a model)"
