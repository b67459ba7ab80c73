"""Memory and speed of Align Faces over 100 photos of 12 megapixels.

    python align_many_photos.py FOLDER_OF_PHOTOS MODELS_FOLDER [--photos 100]

The photos are made of those in the folder, each with one face: enlarged to 4000 x 3000, moved and with noise.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))
from studio.core import load_core

load_core()
from facechain.align import AlignOptions, align_faces
from facechain.photos import PhotoSet, reference_photos
from facechain.progress import SilentProgress
from facechain.providers.catalog import open_model
from facechain.providers.lease import CpuLease
from facechain.providers.model_entry import Role
from facechain.providers.model_files import ModelLocations
from facechain.upcoming_photos import decode_ahead

SIZE = (4000, 3000)


class Watch:
    """Notes the memory of this process while photos go by."""

    def __init__(self) -> None:
        self.megabytes: dict[int, int] = {}

    def step(self, done: int, total: int) -> None:
        """Called before each photo."""
        if done in (10, total // 2, total):
            self.megabytes[done] = _resident_mb()


def main() -> None:
    """Prints photos per second and memory, and the same as JSON."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        files = _make_photos(Path(arguments.folder), Path(folder), arguments.photos)
        photos = reference_photos(files)
        analyzer = open_model(Role.ANALYZER, "embedded", ModelLocations(Path(arguments.models_folder)), CpuLease())
        align_faces(analyzer, PhotoSet(photos.photos[:2]), AlignOptions(), SilentProgress())
        decoding = _seconds(lambda: sum(1 for _ in decode_ahead(photos.photos)))
        watch = Watch()
        both = _seconds(lambda: align_faces(analyzer, photos, AlignOptions(), watch))
    result = {
        "photos": len(files),
        "photos_per_second": round(len(files) / both, 2),
        "decoding_alone_s": round(decoding, 1),
        "all_s": round(both, 1),
        "resident_mb_after": watch.megabytes,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
    }
    print(json.dumps(result))


def _make_photos(source: Path, folder: Path, count: int) -> list[Path]:
    pictures = [Image.open(file).convert("RGB") for file in sorted(source.iterdir())]
    random = np.random.default_rng(0)
    files = []
    for number in range(count):
        picture = pictures[number % len(pictures)]
        width, height = picture.size
        left, top = random.integers(0, 20, 2)
        large = picture.crop((left, top, width, min(top + width * 3 // 4, height))).resize(
            SIZE, Image.Resampling.BICUBIC
        )
        noise = random.normal(0, 4, (SIZE[1] // 8, SIZE[0] // 8, 1)).repeat(8, 0).repeat(8, 1)
        files.append(folder / f"{number:03d}.jpg")
        Image.fromarray(np.clip(np.asarray(large) + noise, 0, 255).astype(np.uint8)).save(files[-1], quality=90)
    return files


def _resident_mb() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 1_000_000


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("models_folder")
    parser.add_argument("--photos", type=int, default=100)
    return parser.parse_args()


if __name__ == "__main__":
    main()
