"""New backgrounds: no rim of the old one, and the person untouched."""

from __future__ import annotations

import numpy as np
import pytest

from facechain.backgrounds import (
    Background,
    blur_background,
    cut_out,
    parse_color,
    replace_background,
    with_background,
)
from facechain.errors import InvalidSetting

SIZE = 240
PERSON, WALL, NEW = (150, 90, 60), (40, 180, 90), (67, 142, 219)


def soft_disc(edge_px: float) -> np.ndarray:
    """Share of a disc of radius 70 whose edge falls over `edge_px`, float32 (240, 240)."""
    rows, columns = np.mgrid[:SIZE, :SIZE] - SIZE / 2
    return ((70 - np.hypot(rows, columns)) / edge_px + 0.5).clip(0, 1).astype(np.float32)


def composite(share: np.ndarray, behind: tuple[int, int, int]) -> np.ndarray:
    mixed = share[..., None] * np.array(PERSON) + (1 - share[..., None]) * np.array(behind)
    return mixed.round().astype(np.uint8)


@pytest.mark.parametrize("edge_px", [2, 8, 20])
def test_a_soft_edge_keeps_nothing_of_the_old_background(edge_px):
    share = soft_disc(edge_px)
    replaced = replace_background(composite(share, WALL), share, NEW)
    # Rounding to bytes twice, magnified where little of the person is left.
    assert np.abs(replaced.astype(int) - composite(share, NEW)).max() <= 4


def test_without_the_estimate_of_colours_the_rim_would_show():
    share = soft_disc(8)
    naive = composite(share, WALL) * share[..., None] + np.array(NEW) * (1 - share[..., None])
    assert np.abs(naive - composite(share, NEW)).max() > 20


def test_the_person_stays_bit_by_bit():
    rng = np.random.default_rng(1)
    image = rng.integers(0, 256, (SIZE, SIZE, 3), dtype=np.uint8)
    share = soft_disc(8)
    replaced = replace_background(image, share, NEW)
    assert (replaced[share == 1] == image[share == 1]).all()
    assert (replaced[share == 0] == NEW).all()


def test_the_input_is_not_changed():
    image, share = composite(soft_disc(8), WALL), soft_disc(8)
    before = image.copy()
    replace_background(image, share, NEW)
    assert (image == before).all()


def test_a_blurred_background_has_none_of_the_persons_colours():
    share = soft_disc(4)
    blurred = blur_background(composite(share, WALL), share)
    outside = soft_disc(4) == 0
    assert np.abs(blurred[outside].astype(int) - WALL).max() <= 4
    assert (blurred[share == 1] == PERSON).all()


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_picture_of_nobody_or_of_somebody_only(value):
    image = composite(soft_disc(8), WALL)
    replaced = replace_background(image, np.full((SIZE, SIZE), value, np.float32), NEW)
    assert (replaced == (NEW if value == 0 else image)).all()


@pytest.mark.parametrize(
    ("background", "color"),
    [(Background.WHITE, (255, 255, 255)), (Background.BLACK, (0, 0, 0)), (Background.COLOR, (16, 32, 48))],
)
def test_each_choice_has_its_colour(background, color):
    changed = with_background(composite(soft_disc(2), WALL), soft_disc(2), background, "#102030")
    assert tuple(changed[0, 0]) == color


@pytest.mark.parametrize("background", [Background.KEPT, Background.TRANSPARENT])
def test_a_kept_background_is_the_same_picture(background):
    image = composite(soft_disc(2), WALL)
    assert with_background(image, soft_disc(2), background, "nonsense") is image
    assert not background.is_new


@pytest.mark.parametrize("edge_px", [2, 8, 20])
def test_a_person_that_was_cut_out_has_nothing_of_the_background_at_the_rim(edge_px):
    share = soft_disc(edge_px)
    cut = cut_out(composite(share, WALL), share)
    assert (cut[..., 3] == (share * 255).round()).all()
    laid = cut[..., :3] * (cut[..., 3:] / 255) + np.array(NEW) * (1 - cut[..., 3:] / 255)
    # Rounding to bytes twice, magnified where little of the person is left, and once in alpha.
    assert np.abs(laid - composite(share, NEW)).max() <= 5


def test_where_a_picture_is_transparent_the_colours_of_the_person_go_on():
    share = soft_disc(8)
    cut = cut_out(composite(share, WALL), share)
    near = (share == 0) & (soft_disc(40) > 0)
    assert np.abs(cut[near][:, :3].astype(int) - PERSON).max() <= 4


@pytest.mark.parametrize("text", ["#438EDB", "438edb", " #438EDB "])
def test_six_digits_are_a_colour(text):
    assert parse_color(text) == (67, 142, 219)


def test_three_digits_stand_for_six():
    assert parse_color("#08F") == (0, 0x88, 255)


@pytest.mark.parametrize("text", ["", "blue", "#12345", "#GG0000", "0x438EDB"])
def test_another_spelling_is_refused(text):
    with pytest.raises(InvalidSetting, match=r"is no colour\. Write it as #RRGGBB"):
        parse_color(text)


def test_a_mask_of_another_size_is_refused():
    with pytest.raises(InvalidSetting, match="The mask has 64x64 px, the picture 240x240 px"):
        replace_background(composite(soft_disc(2), WALL), np.ones((64, 64), np.float32), NEW)
