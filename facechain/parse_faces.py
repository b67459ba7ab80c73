"""Faces -> faces whose crops are told apart into hair, skin and so on, with loss masks and a new background."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from . import opencv as cv2
from .backgrounds import Background, parse_color, with_background
from .face_light import smoothstep
from .faces import AlignedFace, FaceSet
from .geometry import BoolArray, FloatArray
from .head_mask import FACE, head_mask
from .interfaces import FaceParser
from .parsing import REGIONS, FaceRegions, Region
from .progress import Progress
from .upright import carry_face

_WISP_RATIO, _RIM_RATIO = 0.15, 0.02
"""Of the face: how far single hairs reach before the background, and the soft rim towards neck and clothes."""


class KeptPart(Enum):
    """What counts, in the training loss and before the background. Values are stable codes."""

    HEAD = "head"
    """Face and hair, as FaceChain keeps them."""
    PERSON = "person"
    """With neck and clothes."""


@dataclass(frozen=True, slots=True)
class ParseOptions:
    """What becomes of a parsed crop."""

    keep: KeptPart = KeptPart.HEAD
    background: Background = Background.KEPT
    """Behind the kept part. The mask alone keeps the background out of the training loss."""
    color: str = "#FFFFFF"
    """#RRGGBB, for Background.COLOR."""

    def __post_init__(self) -> None:
        if self.background is Background.COLOR:
            parse_color(self.color)


def parse_faces(faces: FaceSet, parser: FaceParser, options: ParseOptions, progress: Progress) -> FaceSet:
    """The same faces with regions, loss masks and crops before the chosen background.

    A mask is 1 on the kept part, 0 elsewhere, with a soft edge. Faces that have regions already are
    not parsed again. Where the background is replaced, the regions say background too.

    Raises what the parser raises, for example ModelUnavailable for a face without a mesh.
    """
    parsed = []
    for done, aligned in enumerate(faces.faces):
        progress.step(done, len(faces.faces))
        regions = aligned.regions or parser.parse(aligned.crop, carry_face(aligned.face, aligned.transform))
        parsed.append(_with_regions(aligned, regions, options))
    progress.step(len(faces.faces), len(faces.faces))
    return replace(faces, faces=tuple(parsed))


def parsing_report(faces: FaceSet, options: ParseOptions) -> dict[str, object]:
    """What became of each parsed face as JSON values: shares of the crop, 0..1 with 3 decimals; numbered from 1."""
    return {
        "keep": options.keep.value,
        "background": options.background.value,
        "faces": [
            {
                "face": number,
                "kept": None if face.mask is None else round(float(face.mask.mean()), 3),
                "regions": None if face.regions is None else region_shares(face.regions),
            }
            for number, face in enumerate(faces.faces, 1)
        ],
    }


def region_shares(regions: FaceRegions) -> dict[str, float]:
    """Share of each region in the picture, 0..1 with 3 decimals, by its code."""
    shares = np.bincount(regions.labels.ravel(), minlength=len(REGIONS)) / regions.labels.size
    return {region.value: round(float(share), 3) for region, share in zip(REGIONS, shares, strict=True)}


def _with_regions(aligned: AlignedFace, regions: FaceRegions, options: ParseOptions) -> AlignedFace:
    kept = regions.person.copy() if options.keep is KeptPart.PERSON else _head_share(regions)
    crop = with_background(aligned.crop, kept, options.background, options.color)
    if options.background is not Background.KEPT:
        behind = REGIONS.index(Region.BACKGROUND)
        regions = FaceRegions(np.where(kept > 0.5, regions.labels, behind).astype(np.uint8), kept)
    for array in (kept, crop):
        array.setflags(write=False)
    return replace(aligned, crop=crop, mask=kept, regions=regions)


def _head_share(regions: FaceRegions) -> FloatArray:
    """Share of the head at each pixel: single hairs before the background belong to it, the neck does not."""
    side = float(np.sqrt(regions.mask(*FACE).sum()))
    head = head_mask(regions) > 0.5
    behind = regions.mask(Region.BACKGROUND) > 0
    away, from_body = _distance(head), _distance(~head & ~behind)
    # What is nearer to neck and clothes is their soft edge, no hair.
    reach = np.where(behind & (away < from_body), _WISP_RATIO, _RIM_RATIO) * max(side, 1.0)
    return (smoothstep(1 - away / reach) * regions.person).astype(np.float32)


def _distance(part: BoolArray) -> FloatArray:
    """Pixels from each pixel to the nearest of `part`."""
    return cv2.distanceTransform((~part).astype(np.uint8), cv2.DIST_L2, 5)
