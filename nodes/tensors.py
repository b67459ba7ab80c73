"""IMAGE and MASK tensors to arrays and back: the only place that does it."""

from collections.abc import Iterable, Sequence
from typing import Any, overload

import numpy as np
import numpy.typing as npt
import torch

from ..facechain.errors import NoPhotos
from ..facechain.faces import AlignedFace, FaceSet
from ..facechain.geometry import ByteArray, FloatArray
from . import host


class PicturesOfImages(Sequence[ByteArray]):
    """RGB uint8 (height, width, 3) per picture, of a batch or a list of batches; alpha is laid over white.

    A picture is converted each time it is asked for, and not held: of a hundred one is in memory twice.
    """

    def __init__(self, images: torch.Tensor | Iterable[torch.Tensor]) -> None:
        batches = [images] if isinstance(images, torch.Tensor) else images
        self._pictures = [picture for batch in batches for picture in batch]  # views, no copies

    def __len__(self) -> int:
        return len(self._pictures)

    @overload
    def __getitem__(self, place: int) -> ByteArray: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[ByteArray]: ...

    def __getitem__(self, place: int | slice) -> ByteArray | Sequence[ByteArray]:
        if isinstance(place, slice):
            return PicturesOfImages([picture[None] for picture in self._pictures[place]])
        return _array(self._pictures[place])


def arrays_from_images(images: torch.Tensor | Iterable[torch.Tensor]) -> list[ByteArray]:
    """`PicturesOfImages`, all converted at once. Raises NoPhotos if there is none."""
    pictures = list(PicturesOfImages(images))
    if not pictures:
        raise NoPhotos("No picture came. Connect at least one.")
    return pictures


def arrays_from_masks(masks: torch.Tensor | Iterable[torch.Tensor]) -> list[FloatArray]:
    """float32 (height, width) 0..1 per mask, of a batch or a list of batches; a single mask may lack the batch."""
    batches = [masks] if isinstance(masks, torch.Tensor) else masks
    values = [mask for batch in batches for mask in (batch[None] if batch.ndim == 2 else batch)]
    return [np.ascontiguousarray(mask.detach().float().cpu().clamp(0, 1).numpy()) for mask in values]


def image_from_array(array: ByteArray) -> torch.Tensor:
    """IMAGE of one RGB or RGBA picture, (1, height, width, channels), 0..1, in the host's dtype and place."""
    return image_from_arrays([array])


def image_from_arrays(arrays: Sequence[ByteArray]) -> torch.Tensor:
    """IMAGE of RGB or RGBA pictures of one size, (count, height, width, channels), 0..1, in the host's dtype and place.

    Of four channels the last is the alpha that Save Image and previews write; others ignore or refuse it.
    """
    batch = torch.from_numpy(np.stack(arrays)).float() / 255
    return host.placed(batch)


def mask_from_arrays(masks: Sequence[npt.NDArray[np.floating]]) -> torch.Tensor:
    """MASK of float32 arrays 0..1 of one size, (count, height, width)."""
    return host.placed(torch.from_numpy(np.stack(masks)).float())


def boxes_from_faces(faces: FaceSet) -> list[list[dict[str, Any]]]:
    """BOUNDING_BOX as the host's detector nodes send it, in pixels: per crop a list with the box of its face.

    The list of a photo that was kept whole is empty.
    """
    accepted = iter(faces.faces)
    shown = [verdict for verdict in faces.verdicts if verdict.accepted or verdict.whole is not None]
    return [[_box(next(accepted))] if verdict.accepted else [] for verdict in shown]


def _box(aligned: AlignedFace) -> dict[str, Any]:
    box = aligned.face.box
    return {
        "x": round(box.x1),
        "y": round(box.y1),
        "width": round(box.width),
        "height": round(box.height),
        "label": "face",
        "score": aligned.face.score,
    }


def _array(picture: torch.Tensor) -> ByteArray:
    # The host may send fp16, any device, and 1, 3 or 4 channels.
    # A sampler that overflowed sends NaN, which has no colour.
    values = picture.detach().float().cpu().nan_to_num(0).clamp(0, 1)
    if values.shape[-1] == 4:
        values = values[..., :3] * values[..., 3:] + 1 - values[..., 3:]
    if values.shape[-1] == 1:
        values = values.expand(*values.shape[:-1], 3)
    return np.ascontiguousarray((values * 255).round().to(torch.uint8).numpy())
