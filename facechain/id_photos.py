"""ID photos of many faces: each with its print sheet, its drawn measures, and what to object to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TypedDict

from .align import AlignOptions
from .backgrounds import Color
from .face_choice import SeveralFaces
from .faces import AlignedFace, FaceSet, Verdict
from .geometry import ByteArray, Size
from .id_photo import IdPhoto, make_id_photo
from .id_photo_guide import draw_guide
from .id_photo_remarks import Remark, remarks_on
from .id_photo_standards import PRINT_DPI, IdPhotoStandard
from .interfaces import FaceParser
from .print_sheet import copies_on_sheet, make_print_sheet
from .progress import Progress, stepped
from .upright import carry_face
from .verdicts import Limits

ALIGNMENT = AlignOptions(side_px=1024, several_faces=SeveralFaces.SIZE, limits=Limits(likeness=0.0))
"""For photos that come without faces: a head in such a crop is 470 px high, a little more than in print, and photos
of different people may come together."""


@dataclass(frozen=True, slots=True, eq=False)
class FinishedIdPhoto:
    """One ID photo with everything around it."""

    photo: IdPhoto
    sheet: ByteArray
    """To print on 10 x 15 cm, RGB."""
    guide: ByteArray
    """The photo with its measures drawn in, RGB; of one size for one standard."""
    remarks: tuple[Remark, ...]

    def __repr__(self) -> str:
        return f"FinishedIdPhoto({self.photo.standard.id}, {len(self.remarks)} remarks)"


class IdPhotoReport(TypedDict):
    """One ID photo in JSON."""

    standard: str
    width_px: int
    height_px: int
    print_dpi: int
    copies_on_sheet: int
    measures: dict[str, float]
    remarks: list[dict[str, str]]


class Refusal(TypedDict):
    """One photo without an ID photo, in JSON."""

    photo: int
    reason: str
    advice: str


class IdPhotosReport(TypedDict):
    """All ID photos in the order of the faces, and the photos that gave none, numbered from 1."""

    id_photos: list[IdPhotoReport]
    refused: list[Refusal]


def make_id_photos(
    faces: FaceSet, parser: FaceParser, standard: IdPhotoStandard, background: Color, progress: Progress
) -> tuple[FinishedIdPhoto, ...]:
    """One ID photo per face, in their order; faces without regions are parsed.

    Raises as `make_id_photo` does.
    """
    finished = []
    for aligned in stepped(faces.faces, progress):
        parsed = _parsed(aligned, parser)
        photo = make_id_photo(parsed, standard, background)
        remarks = remarks_on(photo, parsed)
        finished.append(FinishedIdPhoto(photo, make_print_sheet(photo.image), draw_guide(photo, remarks), remarks))
    return tuple(finished)


def id_photos_report(finished: Sequence[FinishedIdPhoto], verdicts: Sequence[Verdict]) -> IdPhotosReport:
    """What became of every photo as JSON values; measures to a tenth of a millimetre."""
    refused: list[Refusal] = [
        {"photo": number, "reason": verdict.reason, "advice": verdict.advice}
        for number, verdict in enumerate(verdicts, 1)
        if not verdict.accepted
    ]
    return {"id_photos": [_report(one) for one in finished], "refused": refused}


def _report(finished: FinishedIdPhoto) -> IdPhotoReport:
    size = Size.of(finished.photo.image)
    return {
        "standard": finished.photo.standard.id,
        "width_px": size.width,
        "height_px": size.height,
        "print_dpi": PRINT_DPI,
        "copies_on_sheet": copies_on_sheet(size),
        "measures": {name: round(value, 1) for name, value in asdict(finished.photo.measures).items()},
        "remarks": [asdict(remark) for remark in finished.remarks],
    }


def _parsed(aligned: AlignedFace, parser: FaceParser) -> AlignedFace:
    if aligned.regions is not None:
        return aligned
    face = carry_face(aligned.face, aligned.transform)
    return replace(aligned, regions=parser.parse(aligned.crop, face))
