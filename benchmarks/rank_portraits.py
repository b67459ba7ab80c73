"""Time and memory of Rank Portraits over 10, 50 and 100 portraits of 512 px.

    python rank_portraits.py FOLDER_OF_PHOTOS MODELS_FOLDER

The portraits are the photos in the folder, each with one face, under blur, JPEG, coarse pixels and noise. The first
photo is the person.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))
from studio.core import load_core

load_core()
from facechain.identity import Identity, identity_from_picture
from facechain.interfaces import FaceAnalyzer
from facechain.progress import SilentProgress
from facechain.providers.catalog import open_model
from facechain.providers.lease import CpuLease
from facechain.providers.model_entry import Role
from facechain.providers.model_files import ModelLocations
from facechain.ranking import rank_portraits
from facechain.ranking_options import RankOptions
from facechain.ranking_sheet import draw_ranking_sheet

SIDE_PX = 512
COUNTS = (10, 50, 100)


def main() -> None:
    """Prints one line of JSON per number of portraits."""
    arguments = _arguments()
    files = sorted(Path(arguments.folder).iterdir())
    photos = [Image.open(file).convert("RGB").resize((SIDE_PX, SIDE_PX)) for file in files]
    portraits = [_damaged(photos[number % len(photos)], number) for number in range(max(COUNTS))]
    analyzer = open_model(Role.ANALYZER, "embedded", ModelLocations(Path(arguments.models_folder)), CpuLease())
    identity = identity_from_picture(np.asarray(photos[0]), analyzer)
    rank_portraits(portraits[:2], identity, analyzer, RankOptions(), SilentProgress())
    for count in COUNTS:
        print(json.dumps(_measured(portraits[:count], identity, analyzer)))


def _measured(portraits: list[np.ndarray], identity: Identity, analyzer: FaceAnalyzer) -> dict[str, object]:
    started, cpu = time.perf_counter(), time.process_time()
    ranking = rank_portraits(portraits, identity, analyzer, RankOptions(), SilentProgress())
    ranked, ranked_cpu = time.perf_counter(), time.process_time()
    sheet = draw_ranking_sheet(ranking, portraits)
    return {
        "portraits": len(portraits),
        "ranking_s": round(ranked - started, 2),
        "ranking_cpu_s": round(ranked_cpu - cpu, 2),
        "sheet_s": round(time.perf_counter() - ranked, 2),
        "sheet_megapixels": round(sheet.shape[0] * sheet.shape[1] / 1e6, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }


def _damaged(photo: Image.Image, number: int) -> np.ndarray:
    degree, code = 1 + number % 7, BytesIO()
    if number % 4 == 0:
        return np.asarray(photo.filter(ImageFilter.GaussianBlur(degree / 2)))
    if number % 4 == 1:
        photo.save(code, "JPEG", quality=90 - 10 * degree)
        return np.asarray(Image.open(code).convert("RGB"))
    if number % 4 == 2:
        return np.asarray(photo.reduce(degree).resize(photo.size))
    noise = np.random.default_rng(number).normal(0, 5 * degree, (SIDE_PX, SIDE_PX, 3))
    return np.clip(np.asarray(photo) + noise, 0, 255).astype(np.uint8)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("models_folder")
    return parser.parse_args()


if __name__ == "__main__":
    main()
