"""IMAGE tensors as photos, for nodes that take both."""

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np
from PIL import Image

from ..facechain.photos import PhotoSet, reference_photos
from . import host
from .tensors import arrays_from_images


def photo_set_from_images(images: Iterable[Any]) -> PhotoSet:
    """References to the pictures, kept as PNG in the host's temporary folder under the hash of their pixels."""
    folder = host.temporary_folder()
    files = []
    for array in arrays_from_images(images):
        file = folder / f"{hashlib.sha256(np.array(array.shape).tobytes() + array.tobytes()).hexdigest()}.png"
        if not file.exists():
            Image.fromarray(array).save(file, compress_level=1)
        files.append(file)
    return reference_photos(files)
