"""New backgrounds: no trace of the old one, and every pixel of the person as it was."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from facechain.backgrounds import Background, blur_background, parse_color, replace_background, with_background
from facechain.errors import InvalidSetting

SIDE = 160
HAIR, GRASS, WHITE = (110, 70, 40), (40, 160, 60), (255, 255, 255)


def soft_disc(softness: float = 4.0) -> np.ndarray:
    """Share of a person who fades out over about `softness` pixels to each side; 1 in the middle, 0 far away."""
    rows, columns = np.mgrid[:SIDE, :SIDE]
    distance = np.hypot(rows - SIDE // 2, columns - SIDE // 2)
    return ((45 - distance) / (2 * softness) + 0.5).clip(0, 1).astype(np.float32)


def hair() -> np.ndarray:
    """The person's colours, lighter towards the right: float (SIDE, SIDE, 3)."""
    return np.array(HAIR) * np.linspace(0.8, 1.2, SIDE)[None, :, None] * np.ones((SIDE, 1, 1))


def mixed(share: np.ndarray, near: np.ndarray, far: object) -> np.ndarray:
    return (share[..., None] * near + (1 - share[..., None]) * np.array(far)).round().astype(np.uint8)


def rim_error(image: np.ndarray, expected: np.ndarray, share: np.ndarray) -> float:
    """Mean difference in levels where the person is soft."""
    rim = (share > 0) & (share < 1)
    return float(np.abs(image.astype(int) - expected.astype(int))[rim].mean())


@pytest.mark.parametrize("color", [WHITE, (0, 0, 0), (255, 0, 0)])
def test_the_soft_edge_shows_the_person_over_the_new_colour_without_a_halo(color):
    share = soft_disc()
    photo, expected = mixed(share, hair(), GRASS), mixed(share, hair(), color)
    # One level: rounding of the photo, enlarged where little of the person is left.
    assert rim_error(replace_background(photo, share, color), expected, share) < 1
    assert rim_error(mixed(share, photo, color), expected, share) > 8, "laying the photo itself over leaves a halo"


def test_the_background_itself_becomes_exactly_the_colour_and_the_person_stays_bit_by_bit():
    share = soft_disc()
    photo = mixed(share, hair(), GRASS)
    replaced = replace_background(photo, share, (12, 34, 56))
    assert (replaced[share == 0] == (12, 34, 56)).all()
    assert (replaced[share == 1] == photo[share == 1]).all()


def test_kept_is_the_picture_itself():
    photo = mixed(soft_disc(), hair(), GRASS)
    assert with_background(photo, soft_disc(), Background.KEPT, "") is photo


@pytest.mark.parametrize(
    ("background", "color"),
    [(Background.WHITE, WHITE), (Background.BLACK, (0, 0, 0)), (Background.COLOR, (67, 142, 219))],
)
def test_plain_backgrounds_have_their_colour(background, color):
    replaced = with_background(mixed(soft_disc(), hair(), GRASS), soft_disc(), background, "#438EDB")
    assert tuple(replaced[0, 0]) == color


def test_a_blurred_background_loses_its_pattern_and_the_person_stays():
    share = soft_disc()
    rows, columns = np.mgrid[:SIDE, :SIDE]
    photo = mixed(share, hair(), np.where((rows + columns) % 2, 100, 140)[..., None])
    blurred = with_background(photo, share, Background.BLURRED, "")
    assert blurred[share == 0].std() < 0.05 * photo[share == 0].std()
    assert (blurred[share == 1] == photo[share == 1]).all()


def test_a_blurred_background_takes_no_colour_from_the_person():
    share = soft_disc()
    photo = mixed(share, np.full((SIDE, SIDE, 3), (255, 0, 0)), (128, 128, 128))
    blurred = blur_background(photo, share)
    # Rounding of the photo, and of the result.
    assert np.abs(blurred[share == 0].astype(int) - 128).max() <= 2
    simple = cv2.GaussianBlur(photo, (0, 0), 4)
    assert np.abs(simple[share == 0].astype(int) - 128).max() > 20, "a plain blur does"


def test_a_picture_without_a_person_is_all_background():
    nobody = np.zeros((SIDE, SIDE), np.float32)
    assert (replace_background(mixed(soft_disc(), hair(), GRASS), nobody, WHITE) == 255).all()


def test_the_input_is_not_changed():
    photo, share = mixed(soft_disc(), hair(), GRASS), soft_disc()
    before = photo.copy()
    for background in Background:
        with_background(photo, share, background, "#123456")
    assert (photo == before).all()


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("#438EDB", (67, 142, 219)),
        ("438edb", (67, 142, 219)),
        ("#f0a", (255, 0, 170)),
        (" #FFFFFF ", (255, 255, 255)),
    ],
)
def test_a_colour_is_read_in_every_usual_spelling(text, color):
    assert parse_color(text) == color


@pytest.mark.parametrize("text", ["", "blue", "#12345", "#GG0000", "#1234567", "#12", "##123456"])
def test_anything_else_is_no_colour(text):
    with pytest.raises(InvalidSetting, match=rf'^"{text}" is no colour\. Write it as #RRGGBB'):
        parse_color(text)


def test_the_colour_counts_for_the_coloured_background_only():
    photo = mixed(soft_disc(), hair(), GRASS)
    assert with_background(photo, soft_disc(), Background.WHITE, "blue").shape == photo.shape
    with pytest.raises(InvalidSetting, match='"blue" is no colour'):
        with_background(photo, soft_disc(), Background.COLOR, "blue")


def test_a_mask_of_another_size_is_refused_with_both_sizes():
    with pytest.raises(InvalidSetting, match=r"mask has 80x40 px, the picture 160x160 px\. Use the mask"):
        replace_background(mixed(soft_disc(), hair(), GRASS), np.ones((40, 80), np.float32), WHITE)
