"""One face of a template chosen, cut out to be redrawn, and shown among the others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TypedDict

from .face_overlay import number_faces
from .geometry import ByteArray
from .interfaces import FaceAnalyzer
from .template_region import RegionOptions, TemplateRegion, cut_region
from .which_face import WhichFace, choose_face, left_to_right


class CroppedReport(TypedDict):
    """A cropped face in JSON."""

    face: int
    """Counted from 1, left to right."""
    faces: int
    box: list[int]
    """x1, y1, x2, y2 of the region in the template; may leave it."""
    scale: float
    """Pixels of the region per pixel of the template; below 1 the redrawn face is softer than the template."""


@dataclass(frozen=True, slots=True, eq=False)
class CroppedFace:
    """A region and the template that it was cut from."""

    region: TemplateRegion
    overlay: ByteArray
    """The template with all faces numbered and this one marked, RGB."""
    number: int
    """Of the face, from left to right and from 1."""
    face_count: int

    def report(self) -> CroppedReport:
        """What was cropped, as JSON values."""
        box = self.region.box
        return {
            "face": self.number,
            "faces": self.face_count,
            "box": [int(side) for side in (box.x1, box.y1, box.x2, box.y2)],
            "scale": round(self.region.scale, 3),
        }

    def __repr__(self) -> str:
        return f"CroppedFace({self.number} of {self.face_count}, {self.region!r})"


def crop_face_region(
    template: ByteArray, analyzer: FaceAnalyzer, which: WhichFace, options: RegionOptions
) -> CroppedFace:
    """The region of `template` (RGB uint8) around the face that `which` names.

    Raises NoFaceFound if there is no such face.
    """
    faces = left_to_right(analyzer.detect(template))
    face = choose_face(faces, which, embed=partial(analyzer.embed, template))
    region = cut_region(template, face, [other for other in faces if other is not face], options)
    number = faces.index(face) + 1
    return CroppedFace(region, number_faces(template, faces, {number: ""}), number, len(faces))
