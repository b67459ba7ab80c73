"""Edited crops put back into the photos that they were cut from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from . import opencv as cv2
from .crop_window import CropWindow
from .errors import InvalidSetting
from .face_light import smoothstep
from .face_ovals import distance_to, face_oval, oval_pixels
from .faces import AlignedFace, FaceSet
from .geometry import BoolArray, ByteArray, FloatArray, Size
from .paste_region import Pasted
from .photos import PhotoRef, decode_photo
from .progress import Progress
from .seams import MOST_FEATHER, ROUNDING, change, rise

GRAIN_STAYS, GRAIN_GOES = 6.0, 18.0
"""Change of the detail in levels of 255 up to which the photo's finest grain still fits, and from which on
it is that of something which is no longer there: a retouched cheek keeps its pores, another face does not."""
_TONE_RATIO, _TONE_WEIGHT = 0.012, 0.15
"""Blur over the crop's side that parts tone from detail, and how much a change of tone counts: skin in
another light is the same skin, a white wall in the place of a red one is not the same wall."""
_NEIGHBOURHOOD_PX = 2.0
"""Of the crop: one pixel that is alike by chance was not kept."""


class CropArea(Enum):
    """What of an edited crop goes back. Values are stable codes."""

    CROP = "crop"
    """All that was edited."""
    FACE = "face"
    """What was edited of the part that Parse Faces kept; of a face that was not parsed, inside its oval."""


@dataclass(frozen=True, slots=True)
class PasteBackOptions:
    """How crops are put back."""

    feather: float = 0.06
    """Width of the seam over the side of the crop, 0..0.25."""
    area: CropArea = CropArea.CROP

    def __post_init__(self) -> None:
        if not 0 <= self.feather <= MOST_FEATHER:
            raise InvalidSetting(f"A feather of {self.feather} leaves no face. Use 0 to {MOST_FEATHER}.")


def paste_faces_back(
    faces: FaceSet, crops: Sequence[ByteArray], options: PasteBackOptions, progress: Progress
) -> Iterator[Pasted]:
    """Every photo of `faces`, upright, with its edited crops in their places; in the order of the first faces.

    `crops` (RGB uint8) has one crop per face, in their order, of any size. What of a crop is as it was cut
    changes no pixel. Where crops of one photo overlap, the later one wins. A photo is decoded when it is
    asked for.

    Raises InvalidSetting if the crops do not fit the faces, PhotoUnreadable if a photo is gone.
    """
    if len(crops) != len(faces.faces):
        raise InvalidSetting(
            f"There are {len(crops)} crops for {len(faces.faces)} faces. Connect one crop per face, in their order."
        )
    for number, crop in enumerate(crops, 1):
        _refuse_other_shape(number, Size.of(crop), faces.size)
    return _pasted_photos(faces, crops, options, progress)


def _refuse_other_shape(number: int, crop: Size, cut: Size) -> None:
    if crop.width * cut.height != crop.height * cut.width:
        raise InvalidSetting(
            f"Crop {number} has {crop.width}x{crop.height} px, but was cut with {cut.width}x{cut.height} px. "
            "Edit it without trimming or stretching it."
        )


def _pasted_photos(
    faces: FaceSet, crops: Sequence[ByteArray], options: PasteBackOptions, progress: Progress
) -> Iterator[Pasted]:
    done, total = 0, len(crops)
    for reference, places in _places_by_photo(faces).items():
        photo = decode_photo(reference)
        pasted = Pasted(photo.copy(), np.zeros(photo.shape[:2], np.float32))
        for place in places:
            progress.step(done, total)
            _paste(pasted, photo, faces.faces[place], crops[place], options)
            done += 1
        yield pasted
    progress.step(total, total)


def _places_by_photo(faces: FaceSet) -> dict[PhotoRef, list[int]]:
    places: dict[PhotoRef, list[int]] = {}
    for place, face in enumerate(faces.faces):
        places.setdefault(face.photo, []).append(place)
    return places


def _paste(pasted: Pasted, photo: ByteArray, face: AlignedFace, edited: ByteArray, options: PasteBackOptions) -> None:
    """Lays `edited` over what `pasted` shows already."""
    size = Size.of(face.crop)
    window = CropWindow(Size.of(photo), size, face.transform)
    # Cut once more: the crop that the face brings along may be a retouched one.
    cut, edited = window.cut(photo), window.drawn_out(edited)
    seen = _of_size(edited, size)
    # Resampled, every pixel changed a little.
    is_edited = change(seen, cut) > ROUNDING if Size.of(edited) == size else np.ones(seen.shape[:2], bool)
    share = _share(is_edited, face, options)
    if not share.any():
        return
    shares = window.carried_shares(np.dstack([share, _grain(seen, cut)]))
    here, mask = pasted.image[window.slices], pasted.mask[window.slices]
    touched = shares[..., 0] > 0
    share, grain = (shares[touched][:, [place]] for place in range(2))
    lost = grain * (photo[window.slices][touched].astype(np.float32) - window.carried(cut)[touched])
    new = window.carried(edited)[touched] + lost
    here[touched] = np.rint(share * new + (1 - share) * here[touched]).clip(0, 255)
    mask[touched] = np.maximum(mask[touched], share[:, 0])


def _share(is_edited: BoolArray, face: AlignedFace, options: PasteBackOptions) -> FloatArray:
    """Share of the edited crop at each of its pixels, float32 (height, width): 0 on its rim."""
    size, feather = Size.of(is_edited), options.feather * is_edited.shape[0]
    x, y = np.arange(size.width), np.arange(size.height)[:, None]
    to_rim = np.minimum(np.minimum(x, size.width - 1 - x), np.minimum(y, size.height - 1 - y))
    part = is_edited if options.area is CropArea.CROP else is_edited & _face_part(face)
    return np.minimum(rise(to_rim, feather), 1 - rise(distance_to(part), feather)).astype(np.float32)


def _face_part(face: AlignedFace) -> BoolArray:
    if face.mask is not None:
        return face.mask >= 0.5
    return oval_pixels([face.transform.apply(face_oval(face.face))], Size.of(face.crop))


def _grain(edited: ByteArray, cut: ByteArray) -> FloatArray:
    """Share of the photo's finest detail that fits the edited crop, float32 (height, width) 0..1."""
    difference = edited.astype(np.float32) - cut
    tone = cv2.GaussianBlur(difference, (0, 0), _TONE_RATIO * len(cut))
    changed = np.abs(difference - tone).max(-1) + _TONE_WEIGHT * np.abs(tone).max(-1)
    changed = cv2.GaussianBlur(changed, (0, 0), _NEIGHBOURHOOD_PX)
    return 1 - smoothstep((changed - GRAIN_STAYS) / (GRAIN_GOES - GRAIN_STAYS))


def _of_size(picture: ByteArray, size: Size) -> ByteArray:
    if Size.of(picture) == size:
        return picture
    kernel = cv2.INTER_AREA if picture.shape[0] > size.height else cv2.INTER_CUBIC
    return cv2.resize(picture, (size.width, size.height), interpolation=kernel)
