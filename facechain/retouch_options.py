"""How much of a face is retouched, and whether it is made sharp first."""

from __future__ import annotations

from dataclasses import dataclass

from .faces import Face
from .geometry import ByteArray
from .interfaces import FaceRestorer
from .restored_face import restored
from .retouch import DEFAULT_STRENGTH

DEFAULT_RESTORER_STRENGTH = 0.5
"""Half of a network's idea of the face: sharper, and still the same person."""


@dataclass(frozen=True, slots=True)
class RetouchOptions:
    """How much of a face is changed."""

    strength: float = DEFAULT_STRENGTH
    """Share of the unevenness of the skin that goes, 0..1."""
    restorer: FaceRestorer | None = None
    """Makes the whole face sharp before its skin is retouched; None: it stays as sharp as it is."""
    restorer_strength: float = DEFAULT_RESTORER_STRENGTH
    """Share of what the restorer makes of the face, 0..1."""

    def restored(self, image: ByteArray, face: Face) -> ByteArray:
        """`image` with `face` restored; `image` itself without a restorer."""
        if self.restorer is None:
            return image
        return restored(image, face, self.restorer, strength=self.restorer_strength)

    def report(self) -> dict[str, float | str]:
        """JSON: the strengths, and which restorer ran and on what, if one did."""
        report: dict[str, float | str] = {"strength": self.strength}
        if self.restorer is not None:
            report |= {
                "restorer": self.restorer.id,
                "restorer_engine": self.restorer.engine,
                "restorer_strength": self.restorer_strength,
            }
        return report
