"""A network's crop laid back on the picture that it was cut from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .crop_window import CropWindow
from .face_crop import FaceCrop
from .face_light import smoothstep
from .face_ovals import distance_to, face_oval, oval_pixels
from .faces import Face
from .fusion_mask import FEATHER_RATIO
from .geometry import ByteArray, FloatArray, Size
from .mesh_pose import face_width
from .seams import rise

_RIM_RATIO = 0.06
"""Of the crop's side: networks are least sure along the edge of what they see."""


@dataclass(frozen=True, slots=True, eq=False)
class LaidCrop:
    """The part of a picture that a network saw, as the network gives it back."""

    rows: slice
    columns: slice
    image: ByteArray
    """RGB uint8 of the picture's pixels in `rows` and `columns`."""
    share: FloatArray
    """How much of it may be seen, float32 (height, width) 0..1: 0 at the crop's rim and where it is no face."""

    @staticmethod
    def of(crop: FaceCrop, picture: Size) -> LaidCrop:
        """`crop` on the pixels of a picture of this size."""
        size = Size.of(crop.image)
        window = CropWindow(picture, size, crop.to_crop)
        x, y = np.arange(size.width), np.arange(size.height)[:, None]
        to_rim = np.minimum(np.minimum(x, size.width - 1 - x), np.minimum(y, size.height - 1 - y))
        share = rise(to_rim, _RIM_RATIO * size.height).astype(np.float32)
        if crop.mask is not None:
            share *= crop.mask
        rows, columns = window.slices
        # What the network saw beyond the picture's edge must not be mixed into the edge.
        image = window.carried(window.drawn_out(crop.image))
        return LaidCrop(rows, columns, image, window.carried_shares(share).clip(0, 1))

    def oval(self, face: Face) -> FloatArray:
        """1 inside of `face`, falling to 0 at its outline; float32 (height, width) of the part."""
        outline = face_oval(face) - (self.columns.start, self.rows.start)
        depth = distance_to(~oval_pixels([outline], Size.of(self.image)))
        return smoothstep(depth / (FEATHER_RATIO * width_of(face))).astype(np.float32)

    def __repr__(self) -> str:
        return f"LaidCrop({self.image.shape[1]}x{self.image.shape[0]})"


def width_of(face: Face) -> float:
    """Pixels from cheek to cheek of `face`, by its mesh or else by its box."""
    return face.box.width if face.mesh is None else face_width(face.mesh)
