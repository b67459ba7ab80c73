"""Identity embeddings of reference crops, and their cache beside the person."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from .embeddings import Embedding, Metric
from .errors import NoFaceFound
from .faces import Face
from .geometry import ByteArray
from .interfaces import FaceAnalyzer
from .names import slug_from_name
from .people import Person
from .stored_files import write_atomically

logger = logging.getLogger(__name__)


def embed_references(crops: Sequence[ByteArray], analyzer: FaceAnalyzer) -> tuple[Embedding, ...]:
    """One embedding per crop in which `analyzer` finds a face: of the face nearest to its middle.

    Raises NoFaceFound if no crop shows a face.
    """
    found = [(crop, analyzer.detect(crop)) for crop in crops]
    embeddings = tuple(analyzer.embed(crop, _nearest_to_middle(crop, faces)) for crop, faces in found if faces)
    if not embeddings:
        raise NoFaceFound(
            f'No face in any of {len(crops)} reference crops with analyzer "{analyzer.id}". '
            "Connect the analyzer that the person was trained with."
        )
    return embeddings


def cached_embeddings(folder: Path, person: Person, analyzer: FaceAnalyzer) -> tuple[Embedding, ...]:
    """`embed_references` of `person`, from `folder/embeddings/<model_id>.safetensors` when it fits.

    The cache is written only when `folder` still exists; a folder that cannot be written costs
    time, nothing else.
    """
    file = folder / "embeddings" / f"{slug_from_name(analyzer.model_id)}.safetensors"
    key = _cache_key(person, analyzer)
    embeddings = _read_cache(file, key)
    if embeddings:
        return embeddings
    embeddings = embed_references(person.references, analyzer)
    if folder.is_dir():
        _write_cache(file, embeddings, key)
    return embeddings


def _nearest_to_middle(crop: ByteArray, faces: Sequence[Face]) -> Face:
    middle = np.array([crop.shape[1], crop.shape[0]]) / 2
    return min(faces, key=lambda face: float(np.linalg.norm(face.box.center - middle)))


def _cache_key(person: Person, analyzer: FaceAnalyzer) -> str:
    digest = hashlib.sha256(f"{analyzer.id}\n{analyzer.model_id}\n".encode())
    for reference in person.references:
        digest.update(reference.tobytes())
    return digest.hexdigest()


def _read_cache(file: Path, key: str) -> tuple[Embedding, ...]:
    if not file.is_file():
        return ()
    try:
        with safe_open(file, "np") as tensors:
            about = tensors.metadata() or {}
            if about.get("key") != key:
                return ()
            metric: Metric = "cosine" if about["metric"] == "cosine" else "euclidean"
            vectors = tensors.get_tensor("vectors")
    except (OSError, SafetensorError, KeyError):
        logger.warning("%s is damaged and will be computed again", file.name)
        return ()
    return tuple(Embedding(vector, about["model_id"], metric) for vector in vectors)


def _write_cache(file: Path, embeddings: tuple[Embedding, ...], key: str) -> None:
    about = {"key": key, "model_id": embeddings[0].model_id, "metric": embeddings[0].metric}
    vectors = np.stack([embedding.vector for embedding in embeddings])
    try:
        write_atomically(file, save({"vectors": vectors}, about))
    except OSError as error:
        logger.info("Embeddings are not cached: %s", error.strerror)
