"""Colours behind ID photos."""

from __future__ import annotations

from enum import Enum

from .backgrounds import Color, parse_color


class IdBackground(Enum):
    """What is behind the person. Values are stable codes."""

    WHITE = "white"
    LIGHT_GREY = "light_grey"
    BLUE = "blue"
    RED = "red"
    CUSTOM = "custom"


_COLORS: dict[IdBackground, Color] = {
    IdBackground.WHITE: (255, 255, 255),
    IdBackground.LIGHT_GREY: (217, 217, 217),
    # The blue and the red of Chinese photo studios.
    IdBackground.BLUE: (67, 142, 219),
    IdBackground.RED: (255, 0, 0),
}


def id_background_color(background: IdBackground, custom_color: str) -> Color:
    """RGB of `background`; `custom_color`, written #RRGGBB, counts for CUSTOM only.

    Raises InvalidSetting for another spelling.
    """
    return parse_color(custom_color) if background is IdBackground.CUSTOM else _COLORS[background]
