"""The picture of a style, small enough for a gallery and without anything but its pixels."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass

from PIL import Image

from .geometry import ByteArray
from .previews import shrink

SIDE_PX = 512
QUALITY = 88
"""Of JPEG: no blocks are seen at this size."""


@dataclass(frozen=True, slots=True)
class StylePreview:
    """A picture that lies beside a style file."""

    name: str
    """Made of the id and the content, so that an earlier picture stays until its style is replaced."""
    jpeg: bytes


def style_preview_of(style_id: str, picture: ByteArray) -> StylePreview:
    """`picture` with a long side of at most 512 px, as the file that the style of this id names."""
    stream = io.BytesIO()
    Image.fromarray(shrink(picture, SIDE_PX)).save(stream, "JPEG", quality=QUALITY, optimize=True)
    jpeg = stream.getvalue()
    return StylePreview(f"{style_id}-{hashlib.sha256(jpeg).hexdigest()[:8]}.jpg", jpeg)


def is_saved_preview(name: str, style_id: str) -> bool:
    """True for names that `style_preview_of` gives; any other picture is a file that the user put there."""
    return re.fullmatch(rf"{re.escape(style_id)}-[0-9a-f]{{8}}\.jpg", name) is not None
