"""What was measured on the face of one photo, in words and numbers for people."""

from __future__ import annotations

from dataclasses import dataclass

from .faces import Quality, Rejection, Verdict
from .quality import quality_scores


@dataclass(frozen=True, slots=True)
class PhotoMeasure:
    """One property with its score."""

    label: str
    value: str
    share: float
    """0..1, 1 good."""
    failed: bool
    """Whether the photo is refused because of it."""


def photo_measures(verdict: Verdict) -> list[PhotoMeasure]:
    """Each property, then likeness and prediction if there are any, and the score of all; empty without a face."""
    quality = verdict.quality
    if quality is None:
        return []
    measures = _properties(quality, verdict.rejection)
    if verdict.likeness is not None:
        failed = verdict.rejection is Rejection.STRANGER
        measures.append(PhotoMeasure("likeness", f"{verdict.likeness:.0%}", verdict.likeness, failed))
    if quality.predicted is not None:
        measures.append(PhotoMeasure("predicted", f"{quality.predicted:.0%}", quality.predicted, failed=False))
    return [*measures, PhotoMeasure("quality", f"{quality.score:.0%}", quality.score, failed=False)]


def _properties(quality: Quality, rejection: Rejection | None) -> list[PhotoMeasure]:
    scores = quality_scores(quality)
    turn = max(abs(quality.yaw_deg), abs(quality.pitch_deg))
    is_light = rejection in (Rejection.TOO_DARK, Rejection.TOO_BRIGHT)
    return [
        PhotoMeasure("size", f"{quality.eye_distance_px:.0f} px", scores.size, rejection is Rejection.TOO_SMALL),
        PhotoMeasure("sharpness", f"{quality.sharpness:.0f}", scores.sharpness, rejection is Rejection.BLURRED),
        PhotoMeasure("light", f"{quality.brightness:.0%}", scores.light, is_light),
        PhotoMeasure("pose", f"{turn:.0f}°", scores.pose, rejection is Rejection.TURNED_AWAY),
        PhotoMeasure("visible", f"{scores.visible:.0%}", scores.visible, rejection is Rejection.OCCLUDED),
    ]
