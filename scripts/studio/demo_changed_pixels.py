"""How many pixels of the left half differ: `python demo_changed_pixels.py BEFORE.png AFTER.png`.

Prints the changed ones and all of that half. Needs Pillow, so the environment's Python runs it by its path.
"""

from __future__ import annotations

import sys

from PIL import Image, ImageChops


def main() -> None:
    """Print both numbers."""
    before, after = (Image.open(file).convert("RGB") for file in sys.argv[1:3])
    half = (0, 0, before.width // 2, before.height)
    bands = ImageChops.difference(before.crop(half), after.crop(half)).split()
    largest = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    total = half[2] * half[3]
    print(total - largest.histogram()[0], total)


if __name__ == "__main__":
    main()
