"""The core under the name `facechain`, and what every suite may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.cache import default_cache
from studio.core import load_core
from studio.photos import Photos, planned_photos

load_core()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the tests marked long")
    parser.addoption("--write-api", action="store_true", help="let the page write workflows/api anew")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long tests are left out, not skipped: a skip means that something is missing."""
    if config.getoption("--long"):
        return
    left_out = [item for item in items if item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def photos() -> Photos:
    """Real photos, as `photos.astronaut` and so on."""
    photos = planned_photos(default_cache())
    assert photos.is_ready, "The photos are not there yet. Run `python scripts/test.py` once."
    return photos


@pytest.fixture(scope="session")
def embedded_models() -> Path:
    """Folder of the embedded models, as a host sees it at models/facechain/embedded."""
    folder = default_cache().embedded_models
    assert folder.is_dir(), "The embedded models are not there yet. Run `python scripts/test.py` once."
    return folder
