"""Makes the demo's pictures out of public ones: `python demo_photo_maker.py SOURCES.json FOLDER`.

SOURCES.json names the files of `astronaut`, `hopper`, `cat`, `coffee` and `rocket`. FOLDER gets one folder per
use, and `index.json`: use -> [{"file", "shows"}] in order. Needs Pillow, so the environment's Python
runs it by its path. Equal sources give equal bytes, so that a finished training is found again.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageEnhance, ImageFilter, ImageOps

Picture = Image.Image
Shown = tuple[str, Picture | bytes]
"""What a picture shows, in a few words, and the picture, or a file's content as it is."""

LIGHT_TABLE = (226, 229, 233)


@dataclass(frozen=True)
class Sources:
    """The public pictures, in RGB."""

    astronaut: Picture
    hopper: Picture
    cat: Picture
    coffee: Picture
    rocket: Picture

    @property
    def close(self) -> Picture:
        """The astronaut's face, nearer."""
        return _resized(self.astronaut.crop((60, 0, 380, 320)), 640, 640)

    @property
    def hopper_square(self) -> Picture:
        """Grace Hopper's head and shoulders."""
        return self.hopper.crop((0, 0, 512, 512))


def photos_to_check(sources: Sources) -> Iterable[Shown]:
    """A set as people really have it: good photos of one person, and one photo for each common fault."""
    face, close = sources.astronaut, sources.close
    yield "the photo as it is", face
    yield "mirrored, nearer", ImageOps.mirror(close)
    yield "turned by 12°", _turned(face, 12)
    yield "lying on its side", face.rotate(90, expand=True)
    yield "nearer and brighter", ImageEnhance.Brightness(close).enhance(1.25)
    yield "another crop, larger", _resized(face.crop((20, 0, 460, 440)), 900, 900)
    yield "strongly compressed, warmer", _compressed(_tinted(face.crop((40, 0, 420, 400)), (1.08, 1.0, 0.86)), 18)
    yield "black and white", ImageOps.grayscale(ImageOps.mirror(face)).convert("RGB")
    yield "out of focus", close.filter(ImageFilter.GaussianBlur(7))
    yield "nearly dark", ImageEnhance.Brightness(face).enhance(0.12)
    yield "burnt out", ImageEnhance.Brightness(close).enhance(3.2)
    yield "sent as a thumbnail", _resized(face, 150, 150)
    yield "two people", _side_by_side(face, sources.hopper)
    yield "another person", sources.hopper
    yield "a cat", sources.cat
    yield "a cup of coffee", sources.coffee
    yield "a damaged file", b"no picture at all"


def pictures_to_fuse_into(sources: Sources) -> Iterable[Shown]:
    """Pictures that get the person's face, and one where there is none to replace."""
    hopper = sources.hopper
    yield "another person", hopper
    yield "mirrored, in warm light", _tinted(ImageOps.mirror(hopper), (1.1, 0.98, 0.78))
    yield "tilted by 20°, in dim light", ImageEnhance.Brightness(_turned(hopper, 20)).enhance(0.6)
    yield "nobody", sources.coffee


def pictures_to_rank(sources: Sources) -> Iterable[Shown]:
    """The person in pictures that were never trained on, strangers, and pictures without a face."""
    face = sources.astronaut
    yield "the person, tilted the other way", _turned(face, -20)
    yield "the person, smaller, in dim light", ImageEnhance.Brightness(_resized(face, 300, 300)).enhance(0.55)
    yield "another person", sources.hopper
    yield "another person, cropped", sources.hopper.crop((80, 20, 440, 420))
    yield "a cat", sources.cat
    yield "a rocket", sources.rocket


def portrait(sources: Sources) -> Iterable[Shown]:
    """One good photo."""
    yield "the photo as it is", sources.astronaut


def template(sources: Sources) -> Iterable[Shown]:
    """Two people side by side, their faces of about equal size."""
    yield "two people", _side_by_side(_resized(sources.close, 512, 512), sources.hopper_square)


def second_person(sources: Sources) -> Iterable[Shown]:
    """Somebody else, for a picture of two."""
    yield "another person", sources.hopper_square


USES = {
    "photos": photos_to_check,
    "targets": pictures_to_fuse_into,
    "ranking": pictures_to_rank,
    "portrait": portrait,
    "template": template,
    "second_person": second_person,
}


def main() -> None:
    """Write all pictures and the index."""
    files = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sources = Sources(**{name: Image.open(file).convert("RGB") for name, file in files.items()})
    folder = Path(sys.argv[2])
    index = {use: _write(pictures(sources), folder / use) for use, pictures in USES.items()}
    (folder / "index.json").write_text(json.dumps(index, indent=1, ensure_ascii=False), encoding="utf-8")


def _write(pictures: Iterable[Shown], folder: Path) -> list[dict[str, str]]:
    folder.mkdir(parents=True)
    entries = []
    for number, (shows, picture) in enumerate(pictures, 1):
        content = picture if isinstance(picture, bytes) else _encoded(picture, "PNG")
        file = folder / f"{number:02d}.png"
        file.write_bytes(content)
        entries.append({"file": file.name, "shows": shows})
    return entries


def _resized(picture: Picture, width: int, height: int) -> Picture:
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def _turned(picture: Picture, degrees: float) -> Picture:
    """`picture` turned anticlockwise, like a print that lies askew on a light table."""
    return picture.rotate(degrees, expand=True, resample=Image.Resampling.BICUBIC, fillcolor=LIGHT_TABLE)


def _tinted(picture: Picture, gains: tuple[float, float, float]) -> Picture:
    """`picture` with its red, green and blue multiplied."""
    bands = [
        band.point([min(255, round(value * gain)) for value in range(256)])
        for band, gain in zip(picture.split(), gains, strict=True)
    ]
    return Image.merge("RGB", bands)


def _compressed(picture: Picture, quality: int) -> Picture:
    """`picture` after a round trip through JPEG."""
    return Image.open(BytesIO(_encoded(picture, "JPEG", quality=quality))).convert("RGB")


def _side_by_side(left: Picture, right: Picture) -> Picture:
    """Both pictures at the height of the lower one."""
    height = min(left.height, right.height)
    scaled = [_resized(each, round(each.width * height / each.height), height) for each in (left, right)]
    both = Image.new("RGB", (scaled[0].width + scaled[1].width, height))
    both.paste(scaled[0], (0, 0))
    both.paste(scaled[1], (scaled[0].width, 0))
    return both


def _encoded(picture: Picture, kind: str, **options: int) -> bytes:
    content = BytesIO()
    picture.save(content, kind, **options)
    return content.getvalue()


if __name__ == "__main__":
    main()
