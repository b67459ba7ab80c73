"""What a user may choose about aligning."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from .crops import DEFAULT_MARGIN, LARGEST_MARGIN, CropPreset
from .embeddings import Embedding
from .errors import InvalidSetting
from .face_choice import SeveralFaces
from .faces import Face
from .geometry import Size
from .verdicts import Limits
from .warp import Outside
from .which_face import WhichFace

SMALLEST_CROP_PX, LARGEST_CROP_PX, CROP_STEP_PX = 64, 2048, 8
"""A latent pixel covers 8 px."""


class Faceless(Enum):
    """What to do with a photo that gives no face. Values are stable codes."""

    SKIP = "skip"
    """It is left out, and its verdict says why: one bad photo must not stop the others."""
    KEEP = "keep"
    """As with SKIP, but the whole photo stands in its place among the crops."""
    ERROR = "error"


class Repeats(Enum):
    """What to do with photos that show almost the same picture. Values are stable codes."""

    WARN = "warn"
    """All are accepted; the later ones say so."""
    REJECT = "reject"
    """The one of best quality is accepted."""


@dataclass(frozen=True, slots=True)
class GivenFaces:
    """The faces of one photo that somebody else has found."""

    faces: tuple[Face, ...]
    size: Size
    """Of the photo that they lie in."""


@dataclass(frozen=True, slots=True)
class AlignOptions:
    """How faces are chosen, judged and cut."""

    side_px: int = 512
    """Both sides of every crop."""
    preset: CropPreset = CropPreset.FACECHAIN
    margin: float = DEFAULT_MARGIN
    """Around the face box with `CropPreset.MARGIN`, as a share of the box's longer side; else unused."""
    outside: Outside = Outside.WHITE
    several_faces: SeveralFaces = SeveralFaces.DOMINANT
    face_number: int = 1
    """Counted from 1 in the order of `several_faces`; of the dominant face there is only one."""
    identity: tuple[Embedding, ...] = ()
    """Whom every photo should show; empty: whoever most of them show."""
    given: tuple[GivenFaces, ...] | None = None
    """Faces found elsewhere, one entry per photo; None: the analyzer finds them."""
    faceless: Faceless = Faceless.SKIP
    repeats: Repeats = Repeats.WARN
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if not SMALLEST_CROP_PX <= self.side_px <= LARGEST_CROP_PX or self.side_px % CROP_STEP_PX:
            raise InvalidSetting(
                f"Crop size {self.side_px} px cannot be used. "
                f"Choose a multiple of {CROP_STEP_PX} from {SMALLEST_CROP_PX} to {LARGEST_CROP_PX}."
            )
        if not 0 <= self.margin <= LARGEST_MARGIN:
            raise InvalidSetting(f"Margin {self.margin} is not between 0 and {LARGEST_MARGIN:.0f}.")
        _ = self.which  # a number below 1, or likeness to nobody, is refused before the first photo is read

    @property
    def which(self) -> WhichFace | None:
        """The face of a photo that is meant; None for the dominant one. Raises InvalidSetting."""
        return self.several_faces.which(self.face_number, self.identity)

    @property
    def size(self) -> Size:
        """Of every crop."""
        return Size(self.side_px, self.side_px)
