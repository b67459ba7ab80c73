"""The files of a model, fetched onto this machine once its licence allows that."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterator

from ..errors import AssetMissing, ModelUnavailable
from ..file_lock import try_lock
from ..progress import Progress
from .fetch_files import fetch_files
from .file_download import Patience
from .licences import require_accepted
from .model_entry import ModelEntry
from .model_files import ModelLocations

PATIENCE = Patience()
LOCK = "facechain/fetching.lock"
"""Below the models folder: one fetch at a time among all that share it."""
_POLL_S = 0.5
_log = logging.getLogger(__name__)


def fetch_model(
    entry: ModelEntry, locations: ModelLocations, progress: Progress, *, patience: Patience = PATIENCE
) -> None:
    """Every file of `entry` is on this machine; those that were missing, with the published content.

    What is there already is left as it is, without a look at its content. Progress counts bytes over
    all files. When this raises, what came so far is kept, and the next call goes on there.

    Raises LicenceNotAccepted before anything is asked of the network, and ModelUnavailable for a model
    that this version cannot run; AssetMissing when a file cannot be had, with all that a person needs to
    put it there by hand; AssetCorrupt when a source sent another file and no other source has the right one.
    """
    require_accepted(entry, locations)
    if not entry.runs:
        raise ModelUnavailable(
            f'This version has no code that runs {entry.role.value} "{entry.id}". Nothing is fetched for it.'
        )
    missing = [file for file in entry.files if locations.path(file) is None]
    if not missing:
        return
    _log.info("Fetching %d files of %s %s", len(missing), entry.role.value, entry.id)
    try:
        with _alone(locations, progress):
            fetch_files(missing, locations, progress, patience)
    except OSError as error:
        raise AssetMissing(
            f"{locations.home(missing[0]).parent} cannot be written ({error.strerror or error}). "
            "Make room or make it writable, and run again; what came so far is kept."
        ) from error


@contextlib.contextmanager
def _alone(locations: ModelLocations, progress: Progress) -> Iterator[None]:
    """Nobody else fetches into this models folder while the block runs."""
    lock = locations.root / LOCK
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("ab") as file:
        # Some network drives have no locks; two processes that fetch at once are rare enough there.
        with contextlib.suppress(OSError):
            while not try_lock(file):
                progress.step(0, 1)
                time.sleep(_POLL_S)
        yield
