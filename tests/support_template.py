"""What workflows 02 to 05 need beside a trained person: a second person and a photo of two people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PIL import Image

from facechain.people_store import PeopleStore
from studio.photos import Photos
from studio.server import ComfyServer

SECOND_PERSON = "bob"
TEMPLATE = "two-people.png"
"""The first photo's person on the left, the second one's on the right."""


def write_template(comfy: ComfyServer, photos: Photos) -> None:
    """Both public-domain portraits side by side, in the host's input folder, faces of about equal size."""
    left = (
        Image.open(photos.astronaut).convert("RGB").crop((60, 0, 380, 320)).resize((512, 512), Image.Resampling.LANCZOS)
    )
    right = Image.open(photos.grace_hopper).convert("RGB").crop((0, 0, 512, 512))
    template = Image.new("RGB", (1024, 512))
    template.paste(left, (0, 0))
    template.paste(right, (512, 0))
    template.save(comfy.base / "input" / TEMPLATE)


def add_second_person(comfy: ComfyServer, photos: Photos, first: str) -> None:
    """Somebody else with the LoRA of the person `first`: enough to fuse and to redraw."""
    models = comfy.base / "models"
    store = PeopleStore(models / "facechain" / "people", models / "loras" / "facechain")
    photo = Image.open(photos.grace_hopper).convert("RGB").crop((0, 0, 512, 512))
    reference = np.asarray(photo)
    person = replace(store.load_person(first), slug=SECOND_PERSON, display_name="Bob", references=(reference,))
    store.save_person(person)
