"""Puts a second person into a host's library and takes them out: `python -m studio.demo_second_person`.

`add MODELS FIRST PHOTO`: somebody with PHOTO as the only reference and the LoRA of the person FIRST, enough
for what lays faces into pictures and never draws. `remove MODELS`: the library is as before.
Needs our core, so the environment's Python runs it.
"""

from __future__ import annotations

import importlib
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from .core import load_core

SECOND_PERSON = "demo-grace-hopper"
"""Nobody's own person has this slug."""
SECOND_NAME = "Grace Hopper"


def main() -> None:
    """Do what the first word says."""
    word, models, *more = sys.argv[1:]
    load_core()
    store = importlib.import_module("facechain.people_store").PeopleStore(
        Path(models) / "facechain" / "people", Path(models) / "loras" / "facechain"
    )
    if word == "add":
        _add(store, *more)
    elif SECOND_PERSON in store.names():
        store.delete_person(SECOND_PERSON)


def _add(store: Any, first: str, photo: str) -> None:
    import numpy as np  # not in the Python that only starts the demo
    from PIL import Image

    reference = np.asarray(Image.open(photo).convert("RGB"))
    person = replace(store.load_person(first), slug=SECOND_PERSON, display_name=SECOND_NAME, references=(reference,))
    store.save_person(person)


if __name__ == "__main__":
    main()
