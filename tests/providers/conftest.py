"""The real embedded models and real photos.

From the cache of scripts/test.py, or from two folders that the environment names:
FACECHAIN_TEST_MODELS, a models folder that holds facechain/embedded, and FACECHAIN_TEST_PHOTOS, with
the data of the unpacked packages (skimage/data and so on).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from facechain.faces import Face
from facechain.providers.catalog import Role, open_model
from facechain.providers.lease import CpuLease
from facechain.providers.model_files import ModelLocations

Degradation = Callable[[np.ndarray], np.ndarray]

PHOTOS = {
    "astronaut": ("scikit-image", "skimage/data/astronaut.png"),
    "hopper": ("matplotlib", "matplotlib/mpl-data/sample_data/grace_hopper.jpg"),
    "group": ("insightface", "insightface/data/images/t1.jpg"),
    "profile": ("scikit-image", "skimage/data/camera.png"),
}
"""Name in the tests -> package, and file inside of it."""


@pytest.fixture(scope="session")
def models_folder(request: pytest.FixtureRequest) -> Path:
    """A models folder that holds facechain/embedded."""
    if chosen := os.environ.get("FACECHAIN_TEST_MODELS"):
        return Path(chosen)
    return request.getfixturevalue("embedded_models").parents[1]


@pytest.fixture(scope="session")
def locations(models_folder: Path) -> ModelLocations:
    """Where the real embedded models are, and no others."""
    return ModelLocations(models_folder)


@pytest.fixture(scope="session")
def embedded(locations: ModelLocations) -> Path:
    """The folder of the embedded model files."""
    return locations.embedded


@pytest.fixture(scope="session")
def analyzer(locations: ModelLocations):
    """The real embedded analyzer on the CPU."""
    return open_model(Role.ANALYZER, "embedded", locations, CpuLease())


@pytest.fixture(scope="session")
def photo(request: pytest.FixtureRequest) -> Callable[[str], np.ndarray]:
    """Reads a photo by its name in PHOTOS, or by its file name in skimage/data: RGB uint8, read-only."""
    chosen = os.environ.get("FACECHAIN_TEST_PHOTOS")
    folder = Path(chosen) if chosen else request.getfixturevalue("photos").folder

    @cache
    def read(name: str) -> np.ndarray:
        package, path = PHOTOS.get(name, ("scikit-image", f"skimage/data/{name}"))
        file = next((file for file in (folder / path, folder / package / path) if file.is_file()), None)
        if file is None:
            pytest.skip(f"{path} is not among the photos of this installation")
        pixels = np.asarray(Image.open(file).convert("RGB"))
        pixels.setflags(write=False)
        return pixels

    return read


@pytest.fixture(scope="session")
def damaged_faces(analyzer, photo) -> Callable[[str, Degradation], tuple[np.ndarray, tuple[Face, ...]]]:
    """Damages a photo and finds its faces: the damaged pixels, and the faces. Once per session and pair."""

    @cache
    def find(name: str, degraded: Degradation) -> tuple[np.ndarray, tuple[Face, ...]]:
        pixels = degraded(photo(name))
        return pixels, analyzer.detect(pixels)

    return find
