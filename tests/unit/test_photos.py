import io
import os
import random
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from facechain.errors import NoPhotos, PhotoUnreadable
from facechain.photos import PHOTO_SUFFIXES, PhotoRef, decode_photo, picture_files, reference_photos, try_decode_photo

RED, WHITE = (255, 0, 0), (255, 255, 255)


def red_photo(width: int = 80, height: int = 100) -> Image.Image:
    """Red, with a white top left quarter that tells which way up it is."""
    pixels = np.full((height, width, 3), RED, np.uint8)
    pixels[: height // 2, : width // 2] = WHITE
    return Image.fromarray(pixels)


def decoded(file: Path) -> np.ndarray:
    return decode_photo(reference_photos([file]).photos[0])


def problem_of(file: Path) -> str:
    """What the owner of `file` reads, from wherever it was noticed."""
    _, photo = try_decode_photo(reference_photos([file]).photos[0])
    return f"{photo.problem} {photo.advice}"


@pytest.mark.parametrize("suffix", ["png", "bmp", "tif", "gif", "webp", "jpg"])
def test_every_format_decodes_to_the_same_picture(tmp_path, suffix):
    file = tmp_path / f"photo.{suffix}"
    red_photo().save(file, **({"lossless": True} if suffix == "webp" else {}))
    pixels = decoded(file)
    assert pixels.shape == (100, 80, 3)
    # JPEG keeps pure red to within 2 levels.
    assert np.abs(pixels[90, 70].astype(int) - RED).max() <= 2
    assert np.abs(pixels[10, 10].astype(int) - WHITE).max() <= 2


@pytest.mark.parametrize(
    ("orientation", "white_corner"),
    [(1, (0, 0)), (2, (0, -1)), (3, (-1, -1)), (4, (-1, 0)), (5, (0, 0)), (6, (0, -1)), (7, (-1, -1)), (8, (-1, 0))],
)
def test_exif_rotation_turns_the_photo_upright(tmp_path, orientation, white_corner):
    exif = Image.Exif()
    exif[0x0112] = orientation
    red_photo().save(tmp_path / "photo.png", exif=exif)
    pixels = decoded(tmp_path / "photo.png")
    assert pixels.shape == ((100, 80, 3) if orientation <= 4 else (80, 100, 3))
    assert tuple(pixels[white_corner]) == WHITE


def test_grey_photos_become_rgb(tmp_path):
    Image.new("L", (80, 80), 128).save(tmp_path / "grey.png")
    assert tuple(decoded(tmp_path / "grey.png")[0, 0]) == (128, 128, 128)


def test_16_bit_photos_are_scaled_not_clipped(tmp_path):
    Image.fromarray(np.full((80, 80), 0x8000, np.uint16)).save(tmp_path / "deep.png")
    # 32768 / 65535 * 255 = 127.5, cut to 127.
    assert tuple(decoded(tmp_path / "deep.png")[0, 0]) == (127, 127, 127)


def test_dark_16_bit_photos_stay_dark(tmp_path):
    Image.fromarray(np.full((80, 80), 200, np.uint16)).save(tmp_path / "night.png")
    assert tuple(decoded(tmp_path / "night.png")[0, 0]) == (0, 0, 0)


def test_float_photos_from_0_to_1_are_scaled(tmp_path):
    Image.fromarray(np.full((80, 80), 0.5, np.float32)).save(tmp_path / "float.tif")
    assert tuple(decoded(tmp_path / "float.tif")[0, 0]) == (127, 127, 127)


def test_cmyk_photos_become_rgb(tmp_path):
    Image.new("CMYK", (80, 80), (0, 255, 255, 0)).save(tmp_path / "print.jpg", quality=100)
    red, green, blue = decoded(tmp_path / "print.jpg")[0, 0]
    assert red > 250
    assert max(green, blue) < 5


def test_palette_photos_keep_their_colours(tmp_path):
    red_photo().quantize(4).save(tmp_path / "palette.png")
    assert tuple(decoded(tmp_path / "palette.png")[90, 70]) == RED


def test_transparency_is_laid_over_white(tmp_path):
    Image.new("RGBA", (80, 80), (255, 0, 0, 0)).save(tmp_path / "clear.png")
    assert tuple(decoded(tmp_path / "clear.png")[0, 0]) == WHITE


def test_palette_transparency_is_laid_over_white(tmp_path):
    Image.new("P", (80, 80), 3).save(tmp_path / "clear.gif", transparency=3)
    assert tuple(decoded(tmp_path / "clear.gif")[0, 0]) == WHITE


@pytest.mark.parametrize("suffix", ["gif", "webp", "png"])
def test_of_an_animation_the_first_frame_is_used(tmp_path, suffix):
    frames = [Image.new("RGB", (80, 80), color) for color in (RED, (0, 0, 255))]
    lossless = {"lossless": True} if suffix == "webp" else {}
    frames[0].save(tmp_path / f"moving.{suffix}", save_all=True, append_images=frames[1:], **lossless)
    assert tuple(decoded(tmp_path / f"moving.{suffix}")[0, 0]) == RED


def swapped_profile() -> bytes:
    """sRGB with red and green exchanged, under another name."""
    content = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # The tag table: signature, then offset and size of the value.
    red, green = content.index(b"rXYZ"), content.index(b"gXYZ")
    swapped = bytearray(content.replace("sRGB".encode("utf-16-be"), "Swap".encode("utf-16-be")))
    swapped[red + 4 : red + 12], swapped[green + 4 : green + 12] = (
        content[green + 4 : green + 12],
        content[red + 4 : red + 12],
    )
    return bytes(swapped)


def test_a_colour_profile_is_carried_to_srgb(tmp_path):
    Image.new("RGB", (80, 80), RED).save(tmp_path / "swapped.png", icc_profile=swapped_profile())
    pixel = decoded(tmp_path / "swapped.png")[0, 0].astype(int)
    # Profiles round their primaries to 16 bits; 3 levels cover it.
    assert np.abs(pixel - (0, 255, 0)).max() <= 3


@pytest.mark.parametrize("profile", [ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(), b"no profile"])
def test_an_srgb_or_damaged_profile_changes_nothing(tmp_path, profile):
    Image.new("RGB", (80, 80), (100, 50, 25)).save(tmp_path / "photo.png", icc_profile=profile)
    assert tuple(decoded(tmp_path / "photo.png")[0, 0]) == (100, 50, 25)


def test_decoded_pixels_are_read_only(tmp_path):
    red_photo().save(tmp_path / "photo.png")
    with pytest.raises(ValueError, match="read-only"):
        decoded(tmp_path / "photo.png")[0, 0] = 0


def test_an_empty_file_is_called_empty(tmp_path):
    (tmp_path / "empty.jpg").touch()
    assert problem_of(tmp_path / "empty.jpg") == "The file is empty. Upload it again."


def test_text_is_no_picture(tmp_path):
    (tmp_path / "notes.jpg").write_text("hello", encoding="utf-8")
    assert problem_of(tmp_path / "notes.jpg").startswith("The file is no picture. Choose")


def test_a_heic_file_is_named_as_such(tmp_path):
    (tmp_path / "phone.HEIC").write_bytes(b"\0\0\0\x18ftypheic" + bytes(100))
    assert problem_of(tmp_path / "phone.HEIC") == "HEIC pictures cannot be decoded. Export it as JPEG."


def test_a_truncated_photo_is_noticed_when_it_is_decoded(tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (200, 200, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, "JPEG")
    (tmp_path / "half.jpg").write_bytes(buffer.getvalue()[: len(buffer.getvalue()) // 2])
    assert reference_photos([tmp_path / "half.jpg"]).photos[0].problem == ""
    assert problem_of(tmp_path / "half.jpg").startswith("The picture is damaged or incomplete.")


def test_a_tiny_photo_is_refused_with_its_size(tmp_path):
    red_photo(63, 200).save(tmp_path / "icon.png")
    assert problem_of(tmp_path / "icon.png") == (
        "The picture is only 63 x 200 px. Use one of at least 64 px on each side."
    )


def png_header(width: int, height: int) -> bytes:
    """The first bytes of a PNG that claims this size and holds no pixels."""
    buffer = io.BytesIO()
    Image.new("1", (1, 1)).save(buffer, "PNG")
    content = bytearray(buffer.getvalue())
    content[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    checksum = zlib.crc32(content[12:29])
    content[29:33] = checksum.to_bytes(4, "big")
    return bytes(content)


def test_a_decompression_bomb_is_refused_before_it_is_decoded(tmp_path):
    (tmp_path / "bomb.png").write_bytes(png_header(100_000, 100_000))
    assert problem_of(tmp_path / "bomb.png") == (
        "The picture has more than 178 megapixels. Scale it to 8000 px or less."
    )


def test_a_photo_of_100_megapixels_raises_no_warning(tmp_path):
    (tmp_path / "large.png").write_bytes(png_header(10_000, 10_000))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert reference_photos([tmp_path / "large.png"]).photos[0].problem == ""


def test_a_folder_with_a_picture_suffix_is_no_picture_file(tmp_path):
    (tmp_path / "album.jpg").mkdir()
    assert picture_files(tmp_path) == []
    assert problem_of(tmp_path / "album.jpg") == "This is a folder. Choose the photos inside it."


def test_a_broken_link_is_a_file_that_does_not_exist(tmp_path):
    assert problem_of(tmp_path / "gone.jpg") == "The file does not exist. Upload it again."


def test_a_file_that_may_not_be_read_says_so(tmp_path, monkeypatch):
    red_photo().save(tmp_path / "photo.png")

    # Not by chmod: root, who runs tests in containers, may read everything.
    def deny(self: Path, *args: object, **more: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", deny)
    assert problem_of(tmp_path / "photo.png") == (
        "The file cannot be opened (Permission denied). Change its permissions."
    )


def test_a_photo_deleted_after_it_was_chosen_says_so(tmp_path):
    red_photo().save(tmp_path / "photo.png")
    photo = reference_photos([tmp_path / "photo.png"]).photos[0]
    os.remove(tmp_path / "photo.png")
    with pytest.raises(PhotoUnreadable, match=r'"photo.png" cannot be read. The file does not exist any more. Upload'):
        decode_photo(photo)


@pytest.mark.parametrize("suffix", sorted(PHOTO_SUFFIXES & set(Image.registered_extensions()) - {".heic", ".heif"}))
def test_random_damage_gives_a_verdict_or_a_picture_and_never_another_error(tmp_path, suffix):
    buffer = io.BytesIO()
    red_photo().save(buffer, Image.registered_extensions()[suffix])
    draw = random.Random(7)
    for attempt in range(40):
        content = bytearray(buffer.getvalue())
        for _ in range(draw.choice([1, 3, 20])):
            content[draw.randrange(min(len(content), 400))] = draw.randrange(256)
        file = tmp_path / f"{attempt}{suffix}"
        file.write_bytes(content)
        pixels, photo = try_decode_photo(reference_photos([file]).photos[0])
        assert (pixels is None) == bool(photo.problem and photo.advice)


def test_files_come_by_name_without_hidden_and_other_files(tmp_path):
    for name in ("b.JPG", "a.png", "._a.png", "notes.txt"):
        (tmp_path / name).touch()
    assert [file.name for file in picture_files(tmp_path)] == ["a.png", "b.JPG"]


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(NoPhotos, match="does not exist"):
        picture_files(tmp_path / "nowhere")


def test_a_repeated_file_is_referenced_once(tmp_path):
    red_photo().save(tmp_path / "a.png")
    red_photo().save(tmp_path / "b.png")
    red_photo(90).save(tmp_path / "c.png")
    photos = reference_photos(sorted(tmp_path.iterdir())).photos
    assert [photo.name for photo in photos] == ["a.png", "c.png"]


def test_no_photos_at_all_is_an_error():
    with pytest.raises(NoPhotos, match="Add 3 to 20 photos"):
        reference_photos([])


def test_the_repr_of_a_photo_hides_its_name(tmp_path):
    photo = PhotoRef(tmp_path / "me at the beach.jpg", "ab" * 32, "me at the beach.jpg")
    assert repr(photo) == "PhotoRef(abababab)"
