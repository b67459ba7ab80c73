"""People without their heads: the picture for a depth model, which then leaves the head of a portrait free.

Source: FaceChain's pose control with depth, which keeps the human minus hair minus face.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from . import opencv as cv2
from .backgrounds import replace_background
from .connected_pieces import touching
from .errors import NoFaceFound
from .geometry import BoolArray, ByteArray, FloatArray
from .head_mask import FACE
from .interfaces import FaceAnalyzer, FaceParser
from .parsing import FaceRegions, Region
from .progress import Progress, stepped

_HEAD = (*FACE, Region.HAIR, Region.HAT)
_BODY = (Region.NECK, Region.CLOTHES)
_LEAST_PIECE = 0.2
"""Of a head: smaller pieces of a body are scraps beside it, or things."""
_BLACK = (0, 0, 0)


def headless_bodies(
    pictures: Sequence[ByteArray], analyzer: FaceAnalyzer, parser: FaceParser, progress: Progress
) -> list[ByteArray]:
    """Per picture its people without heads and without background, on black; RGB of its size.

    Raises NoFaceFound for the first picture without a face: a head is found by its face. Raises what the parser
    raises, for example ModelUnavailable for a face without a mesh.
    """
    bodies = []
    for number, picture in enumerate(stepped(pictures, progress), 1):
        faces = analyzer.detect(picture)
        if not faces:
            raise NoFaceFound(
                f"Picture {number} of {len(pictures)} shows no face, so its head cannot be taken out. Use a picture "
                "in which the face is visible."
            )
        bodies.append(headless_body(picture, [parser.parse(picture, face) for face in faces]))
    return bodies


def headless_body(image: ByteArray, people: Sequence[FaceRegions]) -> ByteArray:
    """`image` without the heads of `people` and without everything that is no person, on black.

    What is well inside of a body stays as it is. Where several people are, each counts nearest to their own head,
    because around it a parser looks closest, and what is the head of one is no body of another.
    """
    heads = [regions.mask(*_HEAD) > 0 for regions in people]
    owner = np.argmin([_distance(head) / np.sqrt(max(head.sum(), 1)) for head in heads], axis=0)
    head = np.any(heads, axis=0)
    body = np.choose(owner, [regions.mask(*_BODY) for regions in people]) > 0
    body = touching(body, body, _LEAST_PIECE * head.sum() / len(people))
    person = np.choose(owner, [regions.person for regions in people])
    # Of the soft outline only what goes on from the body: else a rim of hair would draw the head.
    share = person * (_distance(body) < _distance(head))
    return replace_background(image, share, _BLACK)


def _distance(part: BoolArray) -> FloatArray:
    """Pixels from each pixel to the nearest of `part`; very many when there is none."""
    return cv2.distanceTransform((~part).astype(np.uint8), cv2.DIST_L2, 5)
