"""Time of Fuse Faces without a network, beside finding a face and OpenCV's seamless cloning in the same run.

    python fuse_faces.py MODELS_FOLDER PHOTO [PHOTO ...] [--side 640] [--rounds 5]

Every face of the photos becomes a portrait with that long side; each is fused with the next one. The three
programs take turns, so that each sees the same load of the machine. CPU seconds are those of all threads.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))
from studio.core import load_core

load_core()
from facechain.face_ovals import face_oval
from facechain.fuse_pictures import FuseOptions, fuse_pictures
from facechain.geometry import estimate_similarity
from facechain.identity import Identity, identity_from_picture
from facechain.interfaces import FaceAnalyzer
from facechain.progress import SilentProgress
from facechain.providers.catalog import open_model
from facechain.providers.lease import CpuLease
from facechain.providers.model_entry import Role
from facechain.providers.model_files import ModelLocations
from facechain.which_face import FaceOrder

WINDOW_RATIO = 2.5
"""Side of a portrait over its face."""
OPTIONS = FuseOptions(order=FaceOrder.SIZE)


@dataclass
class Watch:
    """What one program took."""

    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)

    def measure(self, work: Callable[[], object]) -> None:
        """One more run."""
        cpu, started = time.process_time(), time.perf_counter()
        work()
        self.seconds.append(time.perf_counter() - started)
        self.cpu_seconds.append(time.process_time() - cpu)


def main() -> None:
    """Prints a line per program and the same as JSON."""
    arguments = _arguments()
    analyzer = open_model(Role.ANALYZER, "embedded", ModelLocations(Path(arguments.models_folder)), CpuLease())
    portraits = [portrait for file in arguments.photos for portrait in _portraits(analyzer, file, arguments.side)]
    people = [identity_from_picture(portrait, analyzer) for portrait in portraits]
    watches = {name: [Watch() for _ in portraits] for name in ("fuse", "find", "clone")}
    for _ in range(arguments.rounds + 1):
        for place, target in enumerate(portraits):
            other = (place + 1) % len(portraits)
            for name, work in _programs(analyzer, target, portraits[other], people[other]).items():
                watches[name][place].measure(work)
    _tell({name: _summary(each) for name, each in watches.items()}, len(portraits), arguments.rounds)


def _programs(
    analyzer: FaceAnalyzer, target: np.ndarray, donor: np.ndarray, person: Identity
) -> dict[str, Callable[[], object]]:
    face, known = (max(analyzer.detect(image), key=lambda one: one.box.area) for image in (target, donor))
    matrix = estimate_similarity(known.landmarks.points, face.landmarks.points).matrix
    return {
        "fuse": lambda: fuse_pictures([target], person, analyzer, OPTIONS, SilentProgress()),
        "find": lambda: analyzer.detect(target),
        "clone": lambda: _cloned(target, donor, matrix, face_oval(face)),
    }


def _cloned(target: np.ndarray, donor: np.ndarray, matrix: np.ndarray, oval: np.ndarray) -> np.ndarray:
    """The face pasted by five points and blended by OpenCV: no mesh, no light, no check."""
    height, width = target.shape[:2]
    moved = cv2.warpAffine(donor, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    mask = np.zeros((height, width), np.uint8)
    cv2.fillConvexPoly(mask, np.rint(oval).astype(np.int32), 255)
    mask[[0, -1]] = mask[:, [0, -1]] = 0
    x, y, wide, high = cv2.boundingRect(mask)
    return cv2.seamlessClone(moved, target, mask, (x + wide // 2, y + high // 2), cv2.NORMAL_CLONE)


def _portraits(analyzer: FaceAnalyzer, file: str, side: int) -> list[np.ndarray]:
    photo = np.asarray(Image.open(file).convert("RGB"))
    found = []
    for face in analyzer.detect(photo):
        (x, y), half = face.box.center, WINDOW_RATIO / 2 * max(face.box.width, face.box.height)
        top, left = max(round(y - half), 0), max(round(x - half), 0)
        part = photo[top : round(y + half), left : round(x + half)]
        scale = side / max(part.shape[:2])
        size = (round(part.shape[1] * scale), round(part.shape[0] * scale))
        portrait = cv2.resize(part, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
        if analyzer.detect(portrait):
            found.append(portrait)
    return found


def _summary(watches: list[Watch]) -> dict[str, float]:
    """Seconds of one picture: the mean over the portraits of each one's minimum and median, without the first run."""
    return {
        "min_s": round(statistics.mean(min(watch.seconds[1:]) for watch in watches), 3),
        "median_s": round(statistics.mean(statistics.median(watch.seconds[1:]) for watch in watches), 3),
        "cpu_s": round(statistics.mean(statistics.median(watch.cpu_seconds[1:]) for watch in watches), 3),
    }


def _tell(results: dict[str, dict[str, float]], portraits: int, rounds: int) -> None:
    for name, result in results.items():
        result["times_finding"] = round(result["cpu_s"] / results["find"]["cpu_s"], 1)
        print(f"{name:<6} min {result['min_s']:.3f} s  median {result['median_s']:.3f} s  cpu {result['cpu_s']:.3f} s")
    print(
        json.dumps(
            {
                "portraits": portraits,
                "rounds": rounds,
                "cores": os.cpu_count(),
                "load": os.getloadavg()[0],
                "results": results,
            }
        )
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models_folder")
    parser.add_argument("photos", nargs="+")
    parser.add_argument("--side", type=int, default=640)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()
