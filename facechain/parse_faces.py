"""Faces -> faces whose crops are told apart into hair, skin and so on, with loss masks and a new background."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .backgrounds import Background, cut_out, parse_color, with_background
from .errors import InvalidSetting
from .faces import AlignedFace, FaceSet
from .geometry import ByteArray
from .interfaces import FaceParser
from .kept_part import KeptPart, kept_share, reshaped
from .parsing import REGIONS, FaceRegions, Region, regions_named
from .progress import Progress, stepped
from .upright import carry_face

MOST_GROWN, MOST_FEATHERED = 0.5, 0.5
"""Of the face's size, to both sides: more would reach beyond the head, or leave nothing of it whole."""


@dataclass(frozen=True, slots=True)
class ParseOptions:
    """What becomes of a parsed crop."""

    keep: KeptPart = KeptPart.HEAD
    background: Background = Background.KEPT
    """Behind the kept part. The mask alone keeps the background out of the training loss."""
    color: str = "#FFFFFF"
    """#RRGGBB, for Background.COLOR."""
    regions: str = ""
    """Names with commas, for KeptPart.REGIONS."""
    grow: float = 0.0
    """How far the kept part reaches beyond its edge, of the longer side of the face; negative: inside of it."""
    feather: float = 0.0
    """Width over which its edge is blurred, of the longer side of the face."""

    def __post_init__(self) -> None:
        if self.background is Background.COLOR:
            parse_color(self.color)
        if self.keep is KeptPart.REGIONS:
            regions_named(self.regions)
        if not -MOST_GROWN <= self.grow <= MOST_GROWN:
            raise InvalidSetting(f"The kept part cannot grow by {self.grow}. Use {-MOST_GROWN} to {MOST_GROWN}.")
        if not 0 <= self.feather <= MOST_FEATHERED:
            raise InvalidSetting(f"A feather of {self.feather} is impossible. Use 0 to {MOST_FEATHERED}.")

    @property
    def chosen(self) -> tuple[Region, ...]:
        """The regions that are kept by name; none unless KeptPart.REGIONS."""
        return regions_named(self.regions) if self.keep is KeptPart.REGIONS else ()


def parse_faces(faces: FaceSet, parser: FaceParser, options: ParseOptions, progress: Progress) -> FaceSet:
    """The same faces with regions, loss masks and crops before the chosen background.

    A mask is 1 on the kept part, 0 elsewhere, with a soft edge. Faces that have regions already are
    not parsed again. Where the background is replaced, the regions say background too; a transparent
    one replaces nothing, because training and the models need three channels: see `parsed_pictures`.

    Raises what the parser raises, for example ModelUnavailable for a face without a mesh.
    """
    parsed = []
    for aligned in stepped(faces.faces, progress):
        regions = aligned.regions or parser.parse(aligned.crop, carry_face(aligned.face, aligned.transform))
        parsed.append(_with_regions(aligned, regions, options))
    return replace(faces, faces=tuple(parsed))


def parsed_pictures(faces: FaceSet, options: ParseOptions) -> list[ByteArray]:
    """The crops of faces that were parsed with `options`, RGB (height, width, 3); RGBA if transparent."""
    if options.background is not Background.TRANSPARENT:
        return [face.crop for face in faces.faces]
    return [cut_out(face.crop, face.mask) for face in faces.faces if face.mask is not None]


def parsing_report(before: FaceSet, parsed: FaceSet, options: ParseOptions, parser: FaceParser) -> dict[str, object]:
    """What became of each face of `before` as JSON values: shares of the crop, 0..1 with 3 decimals; numbered from 1.

    `parsed_here` is false for faces that came with regions, which `parser` did not look at.
    """
    return {
        "parser": {"id": parser.id, "engine": parser.engine},
        "keep": options.keep.value,
        "regions": [region.value for region in options.chosen],
        "background": options.background.value,
        "faces": [
            {
                "face": number,
                "parsed_here": unparsed.regions is None,
                "kept": None if face.mask is None else round(float(face.mask.mean()), 3),
                "regions": None if face.regions is None else region_shares(face.regions),
            }
            for number, (unparsed, face) in enumerate(zip(before.faces, parsed.faces, strict=True), 1)
        ],
    }


def region_shares(regions: FaceRegions) -> dict[str, float]:
    """Share of each region in the picture, 0..1 with 3 decimals, by its code."""
    shares = np.bincount(regions.labels.ravel(), minlength=len(REGIONS)) / regions.labels.size
    return {region.value: round(float(share), 3) for region, share in zip(REGIONS, shares, strict=True)}


def _with_regions(aligned: AlignedFace, regions: FaceRegions, options: ParseOptions) -> AlignedFace:
    # The box of the photo, because a turned one is larger than its face.
    side = max(aligned.face.box.width, aligned.face.box.height) * aligned.transform.scale
    kept = kept_share(regions, options.keep, options.chosen)
    kept = reshaped(kept, grow_px=options.grow * side, feather_px=options.feather * side)
    crop = with_background(aligned.crop, kept, options.background, options.color)
    if options.background.is_new:
        behind = REGIONS.index(Region.BACKGROUND)
        regions = FaceRegions(np.where(kept > 0.5, regions.labels, behind).astype(np.uint8), kept)
    for array in (kept, crop):
        array.setflags(write=False)
    return replace(aligned, crop=crop, mask=kept, regions=regions)
