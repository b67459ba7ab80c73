"""How alike the portraits drawn during training are to the person."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from ..decoding import decode_picture
from ..errors import NoFaceFound
from ..geometry import ByteArray
from ..identity import Identity, identity_from_picture
from ..interfaces import FaceAnalyzer
from ..person_embeddings import embed_references

logger = logging.getLogger(__name__)


class SampleJudge:
    """Compares pictures with a person's crops, whose embeddings are computed once."""

    def __init__(self, crops: Sequence[ByteArray], analyzer: FaceAnalyzer) -> None:
        self._analyzer = analyzer
        try:
            known = embed_references(crops, analyzer)
        except NoFaceFound as error:  # another analyzer aligned them; the training must not fail for that
            logger.warning("FaceChain cannot tell the likeness of samples: %s", error)
            self._person = None
        else:
            self._person = Identity.of(tuple(crops), known, analyzer.calibration)

    def likeness(self, picture: Path) -> float | None:
        """0..1 of the largest face in `picture`; None if there is none, as in a noisy sample."""
        if self._person is None:
            return None
        try:
            seen = identity_from_picture(decode_picture(picture), self._analyzer).embeddings[0]
        except NoFaceFound:
            return None
        return self._person.likeness(seen)
