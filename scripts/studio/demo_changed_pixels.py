"""How many pixels of the left half differ: `python demo_changed_pixels.py BEFORE.png AFTER.png`.

Prints the changed ones and all of that half. Needs Pillow, so the environment's Python runs it by its path.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image, ImageChops


def main() -> None:
    """Print both numbers."""
    print(*changed_pixels(Path(sys.argv[1]), Path(sys.argv[2])))


def changed_pixels(before: Path, after: Path) -> tuple[int, int]:
    """How many pixels of the left half differ, and how many it has."""
    first, second = (Image.open(file).convert("RGB") for file in (before, after))
    half = (0, 0, first.width // 2, first.height)
    red, green, blue = ImageChops.difference(first.crop(half), second.crop(half)).split()
    largest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    total = half[2] * half[3]
    return total - largest.histogram()[0], total


if __name__ == "__main__":
    main()
