"""A person's face onto others without a network, as far as heads and features allow it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .covering import left_in_front, things_over
from .donor import Donor, mesh_of
from .faces import Face
from .fuse_options import FuseOptions
from .fused_pictures import remarks_of
from .fusion import Fused
from .fusion_attempt import MESH, Attempt, refused
from .geometry import ByteArray
from .identity_donors import nearest_donor
from .interfaces import FaceAnalyzer, FaceParser
from .mesh_pose import turn_between
from .steady_fusion import MOST_SHIFT, fuse_steadily

MOST_TURN_DEG = 50.0
"""Heads that look farther apart have too little of the face in common."""

_TOO_FAR_APART = (
    "Left unchanged: the heads look {turn:.0f} degrees apart, at most {most:.0f} can be fused. "
    "Use a reference that is turned like the target."
)
_WOULD_MOVE = (
    "Left unchanged: the features would move by {shift:.1%} of the eye distance, at most {most:.1%} are allowed. "
    "Use a reference that is turned like the target."
)


class MeshFuser:
    """The pictures of one person, bent onto other faces."""

    def __init__(self, donors: Sequence[Donor], analyzer: FaceAnalyzer, parser: FaceParser | None) -> None:
        """What `parser` sees over a face stays there; None: the fusion's own eyes are enough."""
        self.method, self.engine = MESH, analyzer.engine
        self._donors, self._analyzer, self._parser = donors, analyzer, parser

    def attempt(self, image: ByteArray, face: Face, options: FuseOptions) -> Attempt:
        """The person's face onto `face`; refused when the heads look too far apart or the features would move.

        Raises ModelUnavailable if a face has no mesh.
        """
        donor = nearest_donor(face, self._donors)
        turn = turn_between(mesh_of(face), donor.mesh)
        if turn > MOST_TURN_DEG:
            return refused(image, face, turn, _TOO_FAR_APART.format(turn=turn, most=MOST_TURN_DEG))
        steady = fuse_steadily(image, face, donor, self._analyzer, options.spectacles)
        if steady.shift is not None and steady.shift > MOST_SHIFT:
            return refused(image, face, turn, _WOULD_MOVE.format(shift=steady.shift, most=MOST_SHIFT))
        fused = steady.fused
        if self._parser is not None and options.keep_covering:
            fused = _uncovered(fused, image, face, self._parser)
        # The landmarks stay the target's, so the face need not be found again.
        return Attempt(fused.image, fused.mask, face, turn, steady.shift, remarks_of(fused, options.spectacles))


def _uncovered(fused: Fused, image: ByteArray, face: Face, parser: FaceParser) -> Fused:
    """`fused` with hair, hat and hands of `image` before it; spectacles are the fusion's own matter."""
    over = things_over(parser.parse(image, face), face)
    return replace(fused, image=left_in_front(fused.image, image, over), mask=fused.mask * (1 - over))
