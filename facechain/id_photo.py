"""A face turned into an ID photo: head height, eye line and print size as a standard wants them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import opencv as cv2
from .backgrounds import Color, replace_background
from .errors import InvalidSetting
from .faces import AlignedFace
from .geometry import ByteArray, FloatArray, Similarity, Size
from .head_measures import HeadMeasures, measure_head
from .id_photo_standards import PX_PER_MM, IdPhotoStandard
from .parsing import FaceRegions
from .upright import carry_face
from .warp import Outside, warp

OVERHANG_MM = 1.0
"""How far an ID photo may reach beyond its crop: less is lost in the border of the background."""


@dataclass(frozen=True, slots=True)
class IdPhotoMeasures:
    """Where the head lies in a finished ID photo, in mm of the print."""

    head_mm: float
    """Chin to crown."""
    eyes_mm: float
    """Eye line above the lower edge."""
    top_mm: float
    """Upper edge down to the crown."""
    below_chin_mm: float
    """Chin down to the lower edge."""
    head_width_mm: float
    """Cheek to cheek."""
    hair_mm: float
    """Hair or hat above the crown; 0 for most people, because hair within reason counts as head."""
    cut_mm: float
    """Crown above where the head ends in the photo; 0 unless the photo cuts the head off."""
    person_ends_mm: float
    """Where the person ends above the lower edge; 0 when the picture is filled down to it."""
    enlargement: float
    """Pixels of the print per pixel of the original photo."""


@dataclass(frozen=True, slots=True, eq=False)
class IdPhoto:
    """One ID photo, to be printed at 300 dpi."""

    image: ByteArray
    """RGB of the standard's size."""
    standard: IdPhotoStandard
    measures: IdPhotoMeasures

    def __repr__(self) -> str:
        return f"IdPhoto({self.standard.id})"


def make_id_photo(aligned: AlignedFace, standard: IdPhotoStandard, background: Color) -> IdPhoto:
    """The ID photo of a parsed face, cut out of its crop in one resampling and laid on `background`.

    The eye line becomes level, the head as high as the standard aims at, and stands where it says.
    Raises InvalidSetting if the face is not parsed or its crop shows too little around the head,
    ModelUnavailable without a mesh.
    """
    if aligned.regions is None:
        raise InvalidSetting("An ID photo needs the outline of the person. Connect faces from Parse Faces.")
    face = carry_face(aligned.face, aligned.transform)
    head = measure_head(face, aligned.regions)
    size = Size(*standard.size_px)
    to_print = _print_transform(head, standard, size)
    _refuse_tight_crop(Size.of(aligned.crop), to_print, size)
    person = _carried_mask(aligned.regions, to_print, size)
    pixels = warp(aligned.crop, to_print, size, Outside.REPLICATE)
    image = replace_background(pixels, person, background)
    measures = _measures(head, person, to_print, aligned)
    return IdPhoto(image, standard, measures)


def _print_transform(head: HeadMeasures, standard: IdPhotoStandard, size: Size) -> Similarity:
    """Crop pixels -> print pixels: turned by the eye line, scaled by the head, shifted by the eye line or crown."""
    scale = standard.head.target * PX_PER_MM / head.height
    linear = scale * np.array([head.right, [-head.right[1], head.right[0]]])
    # Lower and upper edge lie half a pixel beyond the centres of the last and first row.
    if standard.eyes is not None:
        eyes_y = size.height - 0.5 - standard.eyes.target * PX_PER_MM
    else:
        assert standard.top is not None, "a standard says where the eyes or the crown are"
        eyes_y = -0.5 + standard.top.target * PX_PER_MM + scale * head.crown_above
    eyes_x = (size.width - 1) / 2 - scale * head.center_across
    return Similarity(np.column_stack([linear, np.array([eyes_x, eyes_y]) - linear @ head.eyes]))


def _refuse_tight_crop(crop: Size, to_print: Similarity, size: Size) -> None:
    """Raises InvalidSetting if the print would show more than a millimetre beyond the crop."""
    corners = np.array([[x, y] for x in (-0.5, size.width - 0.5) for y in (-0.5, size.height - 0.5)])
    shown = to_print.inverse().apply(corners)
    beyond = np.concatenate([-0.5 - shown.min(0), shown.max(0) - (crop.width - 0.5, crop.height - 0.5)]).max()
    missing_mm = float(beyond) * to_print.scale / PX_PER_MM
    if missing_mm > OVERHANG_MM:
        raise InvalidSetting(
            f"The crop ends {missing_mm:.0f} mm inside of the ID photo: it shows too little around the head. "
            'Align the faces with crop "facechain", or connect the photo itself.'
        )


def _carried_mask(regions: FaceRegions, to_print: Similarity, size: Size) -> FloatArray:
    matrix, target = to_print.inverse().matrix, (size.width, size.height)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(regions.person, matrix, target, flags=flags, borderMode=cv2.BORDER_REPLICATE)


def _measures(head: HeadMeasures, person: FloatArray, to_print: Similarity, aligned: AlignedFace) -> IdPhotoMeasures:
    mm = to_print.scale / PX_PER_MM
    height = person.shape[0]
    eyes_x, eyes_y = to_print.apply(head.eyes[None])[0]
    eyes_mm = (height - 0.5 - eyes_y) / PX_PER_MM
    half = to_print.scale * head.width / 2
    middle = person[:, max(round(eyes_x - half), 0) : max(round(eyes_x + half), 1)]
    last = np.flatnonzero((middle > 0.5).mean(1) > 0.5)
    ends = height - 1 - int(last[-1]) if len(last) else height
    return IdPhotoMeasures(
        head_mm=head.height * mm,
        eyes_mm=eyes_mm,
        top_mm=height / PX_PER_MM - eyes_mm - head.crown_above * mm,
        below_chin_mm=eyes_mm - head.chin_below * mm,
        head_width_mm=head.width * mm,
        hair_mm=max(head.top_above - head.crown_above, 0.0) * mm,
        cut_mm=max(head.crown_above - head.top_above, 0.0) * mm,
        person_ends_mm=ends / PX_PER_MM,
        enlargement=to_print.scale * aligned.transform.scale,
    )
