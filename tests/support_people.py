"""Builders of people, styles, meshes and portraits that a reader can compute by hand."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timezone
from pathlib import Path

import numpy as np

from facechain.embeddings import Calibration, Embedding
from facechain.faces import Face
from facechain.geometry import Box, Landmarks
from facechain.people import REFERENCE_SIDE_PX, Person

CREATED = datetime(2024, 5, 6, 7, 8, 9, tzinfo=timezone.utc)


def flat_crop(grey: int) -> np.ndarray:
    """A reference crop of one grey level, which `FlatAnalyzer` takes for the face's identity."""
    return np.full((REFERENCE_SIDE_PX, REFERENCE_SIDE_PX, 3), grey, np.uint8)


def trained_lora(folder: Path, content: bytes = b"weights") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "lora.safetensors"
    file.write_bytes(content)
    return file


def sample_person(lora: Path, slug: str = "anna", **changes) -> Person:
    fields = {
        "slug": slug,
        "display_name": slug.title(),
        "trigger_word": "fcanna",
        "subject": "woman",
        "attribute_words": ("glasses",),
        "base_family": "sd15",
        "base_sha256": "b" * 64,
        "lora_file": lora,
        "lora_sha256": hashlib.sha256(lora.read_bytes()).hexdigest(),
        "references": (flat_crop(100), flat_crop(110)),
        "created": CREATED,
    }
    return Person(**{**fields, **changes})


def face_at(x: float, y: float, side: float) -> Face:
    """A square face of `side` px around (x, y), eyes half a side apart."""
    half, quarter = side / 2, side / 4
    offsets = [(-quarter, -quarter), (quarter, -quarter), (0, 0), (-quarter / 2, quarter), (quarter / 2, quarter)]
    points = np.array([(x + dx, y + dy) for dx, dy in offsets])
    return Face(Box(x - half, y - half, x + half, y + half), Landmarks(points), 0.9)


class FlatAnalyzer:
    """Sees one face per coloured square; its identity is the grey level, the distance their difference / 100.

    A picture that is all zero has no face. A picture may carry several squares beside each other,
    parted by black columns.
    """

    id = "flat"
    model_id = "flat-grey"
    calibration = Calibration(same_person=0.5, spread=0.1)
    engine = "painted"

    def __init__(self) -> None:
        self.detections = 0

    def detect(self, image: np.ndarray) -> tuple[Face, ...]:
        self.detections += 1
        lit = np.concatenate([[0], (image.max(axis=(0, 2)) > 0).astype(int), [0]])
        starts, ends = np.flatnonzero(np.diff(lit) == 1), np.flatnonzero(np.diff(lit) == -1)
        middle = image.shape[0] / 2
        return tuple(face_at((start + end) / 2, middle, end - start) for start, end in zip(starts, ends, strict=True))

    def embed(self, image: np.ndarray, face: Face) -> Embedding:
        x, y = face.box.center
        return grey_identity(int(image[int(y), int(x), 0]))


def grey_identity(grey: int) -> Embedding:
    return Embedding(np.array([grey / 100]), FlatAnalyzer.model_id, "euclidean")


def write_style(folder: Path, style_id: str = "beach", **changes) -> Path:
    """A valid style file; a change to `...` leaves the key out."""
    fields = {
        "schema": 1,
        "id": style_id,
        "title": {"en": "Beach", "zh": "海滩"},
        "base_family": "sd15",
        "recommended_checkpoint": "Any photographic SD 1.5 checkpoint",
        "lora": None,
        "style_strength": 0.35,
        "face_strength": 0.95,
        "prompt": "sunny beach, linen shirt",
        "negative_prompt": "snow",
        "trigger_tokens": [],
        "tags": ["outdoors"],
        "preview": None,
    }
    kept = {key: value for key, value in {**fields, **changes}.items() if value is not ...}
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{style_id}.json"
    file.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    return file
