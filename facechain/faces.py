"""What is known of faces and of the photos that they came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from .embeddings import Embedding
from .geometry import Box, ByteArray, FloatArray, Landmarks, Similarity, Size
from .parsing import FaceRegions
from .photos import PhotoRef


@dataclass(frozen=True, slots=True)
class FaceAttributes:
    """What an attribute model believes of one face. Never shown as a fact."""

    female: float
    """Probability of "female" among the model's two classes, 0..1."""
    age_years: float


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One detected face, in pixels of the upright photo."""

    box: Box
    landmarks: Landmarks
    score: float
    """Detector confidence, 0..1."""
    mesh: FloatArray | None = None
    """float32 (468, 3), MediaPipe topology; z in the unit of x and y. None: the analyzer has no mesh."""
    presence: float | None = None
    """Mesh confidence that this is a face, 0..1."""
    contour: FloatArray | None = None
    """float32 (106, 2), the outline and features by InsightFace's 106 points; None: the analyzer has none."""
    attributes: FaceAttributes | None = None
    """None: the analyzer does not judge."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Properties of one aligned face; measured, all but `predicted`."""

    eye_distance_px: float
    """Pixels of the original photo."""
    sharpness: float
    """Variance of the second derivative of the grey 112 px crop at middle grey, less noise, in its weakest
    direction, scaled to that of the Laplacian. Below 40: blurred."""
    brightness: float
    """Mean luma of the face, 0..1."""
    clipped_ratio: float
    """Share of face pixels that are black or white to within 2 of 255, 0..1."""
    yaw_deg: float
    """Head turn, degrees; 0 frontal, positive when the nose points to image-right."""
    pitch_deg: float
    """Head tilt, degrees; 0 frontal, positive when looking up."""
    roll_deg: float
    """Rotation in the photo, degrees, before alignment."""
    covered_ratio: float
    """Share of the face from brow to chin that something else seems to cover, 0..1."""
    presence: float | None
    """Confidence of the mesh that this is a face, 0..1; None: the analyzer has no mesh."""
    score: float
    """0..1, product of the single scores, with `predicted` their geometric mean; the largest is the best photo."""
    predicted: float | None = None
    """Of a face quality model, 0..1, larger is better; None: no such model ran."""


@dataclass(frozen=True, slots=True)
class Gaze:
    """Where both irises lie between the corners and lids of their eyes, mean of both eyes."""

    across: float
    """-1 iris at the image-left corner, 0 in the middle, 1 at the image-right corner."""
    down: float
    """-1 iris at the upper lid, 0 in the middle, 1 at the lower lid."""
    openness: float
    """Height of the eye over its width, smaller eye of the two; below about 0.12 closed."""


class Rejection(Enum):
    """Why a photo gives no training face. Values are stable codes."""

    UNREADABLE = "unreadable"
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TOO_SMALL = "too_small"
    BLURRED = "blurred"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    TURNED_AWAY = "turned_away"
    OCCLUDED = "occluded"
    DUPLICATE = "duplicate"
    STRANGER = "stranger"


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What became of one input photo."""

    photo: PhotoRef
    rejection: Rejection | None
    """None: accepted."""
    reason: str
    """One sentence with the number, empty when accepted without remark."""
    advice: str
    """One sentence that says what to do, empty when accepted."""
    quality: Quality | None
    likeness: float | None
    """Median likeness to the other accepted photos, 0..1; None when there is nothing to compare."""
    thumbnail: ByteArray | None
    """Upright photo, RGB (h, w, 3), long side at most 256 px; None when unreadable."""
    face_box: Box | None
    """The chosen face in thumbnail pixels."""
    whole: ByteArray | None = None
    """The whole photo in the size of a crop, RGB; only of a refused photo that is to be kept in its place."""

    @property
    def accepted(self) -> bool:
        """True when the photo gave a face."""
        return self.rejection is None

    def __repr__(self) -> str:
        return f"Verdict({'accepted' if self.rejection is None else self.rejection.value})"


@dataclass(frozen=True, slots=True, eq=False)
class AlignedFace:
    """A face cut upright out of its photo."""

    face: Face
    crop: ByteArray
    """RGB (height, width, 3), read-only, upright."""
    transform: Similarity
    """Upright photo pixels -> crop pixels."""
    photo: PhotoRef
    quality: Quality
    embedding: Embedding
    mask: FloatArray | None = None
    """Loss weight of the training, float32 (height, width) 0..1; None: all pixels count alike."""
    caption: str | None = None
    """What the tagger found, for example "close-up, smile"; without trigger word and subject."""
    regions: FaceRegions | None = None
    """Of the crop; None: not parsed."""

    def __repr__(self) -> str:
        return f"AlignedFace({self.crop.shape[1]}x{self.crop.shape[0]})"


@dataclass(frozen=True, slots=True, eq=False)
class FaceSet:
    """Accepted faces, one crop each, and a verdict for every input photo in input order."""

    faces: tuple[AlignedFace, ...]
    verdicts: tuple[Verdict, ...]
    size: Size
    """Of every crop."""
    analyzer_id: str = field(default="")
    """Catalogue id of the analyzer that made the embeddings."""
    engine: str = ""
    """What ran the analyzer and where, for people; empty when unknown."""

    @property
    def crops(self) -> tuple[ByteArray, ...]:
        """All crops, and the whole photos that were kept in their places, in the order of the photos."""
        crops = iter([face.crop for face in self.faces])
        places = [next(crops) if verdict.accepted else verdict.whole for verdict in self.verdicts]
        return tuple(place for place in places if place is not None)

    def __repr__(self) -> str:
        return f"FaceSet({len(self.faces)} faces of {len(self.verdicts)} photos, {self.size.width} px)"
