"""IMAGE tensors as photos, for nodes that take both."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ..facechain.errors import NoPhotos
from ..facechain.geometry import ByteArray
from ..facechain.photos import PhotoRef, PhotoSet, reference_photos
from ..facechain.stored_files import replacing
from . import host
from .tensors import arrays_from_images


def photo_set_from(photos_or_images: Iterable[Any]) -> PhotoSet:
    """The photos of every PhotoSet, and the pictures of every IMAGE batch, in order."""
    photos: list[PhotoRef] = []
    for given in photos_or_images:
        photos += given.photos if isinstance(given, PhotoSet) else photo_set_from_images([given]).photos
    return PhotoSet(tuple(photos))


def photo_set_from_images(images: Iterable[Any]) -> PhotoSet:
    """References to the pictures, kept in the host's temporary folder under the hash of their pixels.

    Pictures that are equal stay two photos: each place of a batch keeps its number.

    Raises NoPhotos if there is no picture at all.
    """
    pictures = [picture[None] for batch in images for picture in batch]
    if not pictures:
        raise NoPhotos("There is no picture among the images. Connect at least one.")
    progress = host.NodeProgress()
    photos = []
    for done, picture in enumerate(pictures):
        progress.step(done, len(pictures))
        (array,) = arrays_from_images(picture)  # one at a time: a batch of large pictures fills the memory twice
        (photo,) = reference_photos([_stored(array)]).photos
        photos.append(replace(photo, name=f"Image {done + 1}"))
    return PhotoSet(tuple(photos))


def _stored(array: ByteArray) -> Path:
    digest = hashlib.sha256(np.array(array.shape).tobytes())
    digest.update(array.data)
    # Not compressed: a PNG of 12 megapixels takes longer to write than its face to find.
    file = host.temporary_folder() / f"{digest.hexdigest()}.bmp"
    if not file.exists():
        with replacing(file) as stream:
            Image.fromarray(array).save(stream, "BMP")
    return file
