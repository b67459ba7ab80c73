"""Base families: kinds of checkpoints whose LoRAs fit each other."""

from __future__ import annotations

FAMILY_TITLES = {"sd15": "SD 1.5", "sdxl": "SDXL"}
"""Base families by id, as people call them."""
_NATIVE_SIDE_PX = {"sd15": 512}
_NATIVE_SIDE_OF_OTHERS_PX = 1024
"""Of SDXL, and of what came after it."""


def native_side(family: str) -> int:
    """Side in px of the square pictures that models of `family` ("sd15", "sdxl", the host's name) were trained on.

    Smaller portraits lose the face's details; larger ones repeat people, and are better enlarged afterwards.
    """
    return _NATIVE_SIDE_PX.get(family, _NATIVE_SIDE_OF_OTHERS_PX)
