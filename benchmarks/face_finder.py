"""One face detector in a process of its own: a line on stdin asks for one look, the answer is "milliseconds faces".

python face_finder.py embedded|mtcnn|mediapipe_short|mediapipe_full PHOTO [MODELS_FOLDER]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

Finder = Callable[[np.ndarray], int]


def embedded(models_folder: str) -> Finder:
    """Our own detector with its meshes."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))
    from studio.core import load_core

    load_core()
    from facechain.providers.mesh_faces import MeshFaceFinder
    from facechain.providers.model_files import ModelLocations

    finder = MeshFaceFinder(ModelLocations(Path(models_folder)))
    return lambda photo: len(finder.detect(photo))


def mtcnn(_: str) -> Finder:
    """facenet-pytorch's, at the limits with which it finds no poker chips."""
    from facenet_pytorch import MTCNN

    network = MTCNN(keep_all=True, thresholds=[0.7, 0.8, 0.9], min_face_size=40, device="cpu")
    return lambda photo: _count(network.detect(Image.fromarray(photo))[0])


def mediapipe_short(_: str) -> Finder:
    """One pass of the same network over the whole photo."""
    return _mediapipe(0)


def mediapipe_full(_: str) -> Finder:
    """One pass of the larger network."""
    return _mediapipe(1)


FINDERS: dict[str, Callable[[str], Finder]] = {
    finder.__name__: finder for finder in (embedded, mtcnn, mediapipe_short, mediapipe_full)
}


def main() -> None:
    """Answers until stdin ends."""
    name, photo, *models_folder = sys.argv[1:]
    pixels = np.asarray(Image.open(photo).convert("RGB"))
    find = FINDERS[name](*(models_folder or [""]))
    find(pixels)
    print("ready", flush=True)
    for _ in sys.stdin:
        started = time.perf_counter()
        faces = find(pixels)
        print(f"{(time.perf_counter() - started) * 1000:.2f} {faces}", flush=True)


def _mediapipe(model: int) -> Finder:
    import mediapipe

    network = mediapipe.solutions.face_detection.FaceDetection(model_selection=model, min_detection_confidence=0.5)
    return lambda photo: len(network.process(photo).detections or [])


def _count(boxes: Any) -> int:
    return 0 if boxes is None else len(boxes)


if __name__ == "__main__":
    main()
