"""Pictures as nobody should send them: every mode, depth, size, format and kind of damage."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from itertools import product

from PIL import Image, features

MODES = {
    "png": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
    "jpg": ("L", "RGB", "CMYK"),
    "webp": ("RGB", "RGBA"),
    "bmp": ("1", "L", "P", "RGB"),
    "tif": ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "I;16", "I", "F"),
    "gif": ("L", "P", "RGB"),
    **({"avif": ("RGB", "RGBA")} if features.check("avif") else {}),
}
"""Format -> what Pillow writes in it."""
SIZES = ((1, 1), (300, 1), (63, 200), (64, 64), (129, 257))
CUTS = (0.0, 0.01, 0.2, 0.5, 0.9, 0.999)
"""Share of a file that survived."""
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 64


def bad_pictures(face: Image.Image) -> Iterator[tuple[str, bytes]]:
    """(file name, content), each name once; where a picture shows something it is `face`."""
    yield from _every_mode_and_size(face)
    yield from _cut_files(face)
    yield from _wrong_suffixes(face)
    yield from _long_sides()
    yield from _bombs()
    yield from _several_frames(face)
    yield from _metadata(face)
    yield from _no_pictures()
    yield from _strange_names(face)


def encoded(picture: Image.Image, suffix: str, **options: object) -> bytes:
    """The bytes of a file with that suffix."""
    stream = io.BytesIO()
    kind = {"jpg": "JPEG", "tif": "TIFF"}.get(suffix, suffix.upper())
    picture.save(stream, kind, **options)
    return stream.getvalue()


def _every_mode_and_size(face: Image.Image) -> Iterator[tuple[str, bytes]]:
    for suffix, modes in MODES.items():
        for mode, size in product(modes, SIZES):
            yield (
                f"{suffix}-{mode.replace(';', '')}-{size[0]}x{size[1]}.{suffix}",
                encoded(_in_mode(face, mode, size), suffix),
            )


def _in_mode(face: Image.Image, mode: str, size: tuple[int, int]) -> Image.Image:
    small = face.resize(size)
    if mode in ("I;16", "I", "F"):
        return small.convert("L").convert("I").point(lambda value: value * 257).convert(mode)
    if mode == "LAB":
        return Image.merge("LAB", small.convert("YCbCr").split())
    return small.convert(mode)


def _cut_files(face: Image.Image) -> Iterator[tuple[str, bytes]]:
    for suffix, share in product(MODES, CUTS):
        whole = encoded(face.resize((200, 200)), suffix)
        yield f"cut-{share}.{suffix}", whole[: int(len(whole) * share)]


def _wrong_suffixes(face: Image.Image) -> Iterator[tuple[str, bytes]]:
    for real, said in (
        ("png", "jpg"),
        ("jpg", "png"),
        ("gif", "webp"),
        ("webp", "jpg"),
        ("tif", "bmp"),
        ("bmp", "gif"),
    ):
        yield f"{real}-that-says-{said}.{said}", encoded(face, real)


def _long_sides() -> Iterator[tuple[str, bytes]]:
    for size in ((20_000, 1), (1, 20_000), (20_000, 64), (64, 20_000), (20_000, 700)):
        yield f"long-{size[0]}x{size[1]}.png", encoded(Image.new("L", size, 90), "png")


def _bombs() -> Iterator[tuple[str, bytes]]:
    """Small files that say that they are enormous."""
    for side in (20_000, 65_000, 2_000_000_000):
        yield f"bomb-{side}.png", _png_header(side, side)
    yield "bomb-zip.png", _png_header(13_000, 13_000) + zlib.compress(b"\x00" * 10_000_000)
    yield "bomb.gif", b"GIF89a" + struct.pack("<HHBBB", 65_535, 65_535, 0, 0, 0) + b"\x3b"


def _png_header(width: int, height: int) -> bytes:
    fields = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + fields + struct.pack(">I", zlib.crc32(fields))


def _several_frames(face: Image.Image) -> Iterator[tuple[str, bytes]]:
    frames = [face.resize((200, 200)).rotate(angle) for angle in (0, 5, 10)]
    for suffix in ("gif", "webp", "tif", "png"):
        yield f"frames.{suffix}", encoded(frames[0], suffix, save_all=True, append_images=frames[1:])


def _metadata(face: Image.Image) -> Iterator[tuple[str, bytes]]:
    small = face.resize((200, 260))
    for orientation in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 65_535):
        exif = Image.Exif()
        exif[0x0112] = orientation
        yield f"orientation-{orientation}.jpg", encoded(small, "jpg", exif=exif)
    yield "exif-damaged.jpg", encoded(small, "jpg", exif=b"Exif\x00\x00MM\x00\x2a\xff\xff\xff\xff")
    yield "profile-damaged.jpg", encoded(small, "jpg", icc_profile=b"no profile")
    yield "profile-damaged.png", encoded(small, "png", icc_profile=b"\x00" * 300)
    yield "progressive.jpg", encoded(small, "jpg", progressive=True)


def _no_pictures() -> Iterator[tuple[str, bytes]]:
    contents = {
        "empty": b"",
        "one-byte": b"\xff",
        "text": b"This is a letter, not a photo.\n" * 40,
        "page": b"<!DOCTYPE html><html><body>404</body></html>",
        "vector": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
        "pdf": b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF",
        "archive": b"PK\x03\x04" + b"\x00" * 200,
        "program": b"\x7fELF" + b"\x00" * 200,
        "pickle": b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00\x8c\x02os\x94.",
        "pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n",
        "zeros": b"\x00" * 4096,
    }
    for name, content in contents.items():
        for suffix in ("jpg", "png"):
            yield f"{name}.{suffix}", content
    yield "telephone.heic", HEIC
    yield "telephone.heif", HEIC
    yield "telephone.jpg", HEIC


def _strange_names(face: Image.Image) -> Iterator[tuple[str, bytes]]:
    picture = encoded(face.resize((120, 120)), "jpg")
    for name in (
        "\N{GRINNING FACE}",
        "爱丽丝",
        "a b\tc",
        "CON",
        "%s{0}${HOME}",
        "-rf",
        "'; DROP",
        "x" * 240,
        "..",
        "é\u0301",
    ):
        yield f"{name}.jpg", picture
