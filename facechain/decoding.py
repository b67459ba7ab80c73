"""Picture files of every kind and condition -> upright RGB."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from .errors import PhotoUnreadable
from .geometry import ByteArray

SHORTEST_SIDE_PX = 64
"""Below this no face can have the 32 px between the eyes that a crop needs."""
LARGEST_AREA_PX = 178_956_970
"""Pillow's own limit against decompression bombs; 537 MB as RGB."""

DECODE_ERRORS = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    RuntimeError,  # AVIF
    struct.error,
    IndexError,
    TypeError,
)
"""What Pillow raises on damaged files; found by changing random bytes of files in every format above."""


class PictureRefused(PhotoUnreadable):
    """A file that gives no picture. Its message leaves out the file's name, which may be private."""

    def __init__(self, problem: str, advice: str) -> None:
        super().__init__(f"{problem} {advice}")
        self.problem, self.advice = problem, advice


def decode_picture(file: Path) -> ByteArray:
    """Upright RGB pixels of `file`, uint8 (height, width, 3), read-only; of an animation the first frame.

    Raises PictureRefused.
    """
    with opened_picture(file) as picture:
        picture.load()
        ImageOps.exif_transpose(picture, in_place=True)
        pixels = np.asarray(_to_rgb(picture), dtype=np.uint8)
    pixels.setflags(write=False)
    return pixels


@contextmanager
def opened_picture(file: Path) -> Iterator[Image.Image]:
    """The picture in `file`, not yet decoded. Every failure, also of the block, becomes a PictureRefused."""
    try:
        # Pillow warns from half of our limit on; its owner is told when the picture is really refused.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(file) as picture:
                _refuse_impossible_sizes(picture.size)
                yield picture
    except Image.DecompressionBombError as error:
        raise PictureRefused("The picture has more than 178 megapixels.", "Scale it to 8000 px or less.") from error
    except DECODE_ERRORS as error:
        raise _refusal_of(file, error) from error


def _refusal_of(file: Path, error: Exception) -> PictureRefused:
    if isinstance(error, FileNotFoundError):
        return PictureRefused("The file does not exist any more.", "Upload it again.")
    if file.stat().st_size == 0:
        return PictureRefused("The file is empty.", "Upload it again.")
    if file.suffix.lower() in (".heic", ".heif"):
        return PictureRefused("HEIC pictures cannot be decoded.", "Export it as JPEG.")
    if isinstance(error, UnidentifiedImageError):
        return PictureRefused("The file is no picture.", "Choose a JPEG, PNG or WebP file.")
    return PictureRefused(
        "The picture is damaged or incomplete.", "Copy it again from where it came, or save it as JPEG."
    )


def _refuse_impossible_sizes(size: tuple[int, int]) -> None:
    width, height = size
    if min(width, height) < SHORTEST_SIDE_PX:
        raise PictureRefused(
            f"The picture is only {width} x {height} px.", f"Use one of at least {SHORTEST_SIDE_PX} px on each side."
        )
    if width * height > LARGEST_AREA_PX:
        raise PictureRefused(f"The picture has {width} x {height} px.", "Scale it to 8000 px or less.")


def _to_rgb(picture: Image.Image) -> Image.Image:
    if picture.mode in ("I;16", "I;16B", "I;16L", "I", "F"):
        return _eight_bit_grey(picture).convert("RGB")
    if picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    return _in_srgb(picture)


def _eight_bit_grey(picture: Image.Image) -> Image.Image:
    # Pillow clips 16 bit to 255 instead of scaling it.
    values = np.nan_to_num(np.asarray(picture, dtype=np.float64))
    top = float(values.max(initial=0))
    # Older Pillows give a 16-bit PNG the mode of 32-bit pictures.
    is_16_bit = picture.mode.startswith("I;16") or (picture.mode == "I" and picture.format == "PNG")
    white = 65535.0 if is_16_bit or top > 255 else 255.0 if top > 1 else 1.0
    return Image.fromarray((values / white * 255).clip(0, 255).astype(np.uint8))


def _in_srgb(picture: Image.Image) -> Image.Image:
    """RGB in sRGB. Telephones store Display P3; read as sRGB its skin tones are pale."""
    stored = picture.info.get("icc_profile")
    if not stored or picture.mode not in ("RGB", "CMYK"):
        return picture.convert("RGB")
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(stored))
        if picture.mode == "RGB" and "sRGB" in ImageCms.getProfileDescription(profile):
            return picture
        converted = ImageCms.profileToProfile(picture, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, *DECODE_ERRORS):
        return picture.convert("RGB")  # a damaged profile is no reason to lose the photo
    return converted or picture.convert("RGB")
