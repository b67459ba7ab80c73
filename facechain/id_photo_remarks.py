"""What an official may object to in an ID photo, as facts with numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .face_light import lab_from_rgb
from .faces import AlignedFace, Face
from .fusion_mask import mouth_opening
from .geometry import ByteArray, FloatArray
from .id_photo import IdPhoto
from .mesh_regions import FOREHEAD_RING
from .parsing import FaceRegions, Region
from .upright import carry_face

MOST_YAW_DEG = 10.0
"""ICAO 9303 asks for 5; the mesh is right to within about 5."""
PITCH_RANGE_DEG = (-20.0, 10.0)
"""A calm frontal face measures -10 to 0 on the mesh."""
MOST_MOUTH_OPENING = 0.05
"""Of the mouth's width; with teeth shown it is about 0.15."""
LEAST_EYE_OPENING = 0.12
"""Height of an eye over its width, below which it counts as closed."""
MOST_SHADE = 1.25
"""Lightness of the brighter half of the face over that of the darker one; beyond it one sees the shade."""
MOST_COVERED = 0.3
"""Share of the head above the brows that neither skin nor hair covers."""
MOST_ENLARGED = 1.05
"""Prints of fewer than a pixel per pixel are soft; 5 % is not seen."""
LEAST_NOTED_MM = 1.0
"""Hair above the crown or a gap below the body within this is measuring error."""
_EYES = ((159, 145, 33, 133), (386, 374, 263, 362))
"""Middle of the upper and lower lid, outer and inner corner. Source: MediaPipe FaceMesh topology."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One objection."""

    code: str
    """Stable, for scripts."""
    text: str
    """The fact with its number, and what to do."""


def remarks_on(photo: IdPhoto, aligned: AlignedFace) -> tuple[Remark, ...]:
    """Everything to object to in `photo`, which was made of `aligned`; empty for a flawless one."""
    face = carry_face(aligned.face, aligned.transform)
    found = [*_of_standard(photo), *_of_picture(photo), *_of_pose(aligned), *_of_expression(face)]
    if aligned.regions is not None:
        found += [*_of_light(aligned.crop, aligned.regions, face), *_of_cover(aligned.regions, face)]
    return tuple(found)


def _of_standard(photo: IdPhoto) -> Iterator[Remark]:
    """Measures outside of what the standard allows."""
    measures, standard = photo.measures, photo.standard
    for code, fact, value, allowed in (
        ("head_height", "The head is {:.1f} mm high", measures.head_mm, standard.head),
        ("eye_line", "The eyes are {:.1f} mm above the lower edge", measures.eyes_mm, standard.eyes),
        ("crown", "The crown is {:.1f} mm below the upper edge", measures.top_mm, standard.top),
        ("head_width", "The face is {:.1f} mm wide", measures.head_width_mm, standard.head_width),
    ):
        if allowed is not None and not allowed.allows(value):
            limits = f"{allowed.least:.1f} to {allowed.most:.1f} mm are allowed"
            yield Remark(code, f"{fact.format(value)}; {limits}. Use a photo taken straight from the front.")
    if measures.below_chin_mm < standard.least_below_chin_mm:
        yield Remark(
            "chin",
            f"Below the chin are {measures.below_chin_mm:.1f} mm; {standard.least_below_chin_mm:.1f} mm are wanted. "
            "Use a photo taken straight from the front.",
        )


def _of_picture(photo: IdPhoto) -> Iterator[Remark]:
    """What the photo does not show, or too coarsely."""
    measures = photo.measures
    if measures.cut_mm > LEAST_NOTED_MM:
        yield Remark(
            "head_cut",
            f"The photo cuts {measures.cut_mm:.1f} mm off the head. Use one that shows the whole head.",
        )
    if measures.hair_mm > LEAST_NOTED_MM:
        yield Remark(
            "hair", f"Hair or a hat reaches {measures.hair_mm:.1f} mm above the crown. It does not count as head."
        )
    if measures.person_ends_mm > LEAST_NOTED_MM:
        yield Remark(
            "body_ends",
            f"The person ends {measures.person_ends_mm:.1f} mm above the lower edge; below is background. "
            "Use a photo that shows the shoulders.",
        )
    if measures.enlargement > MOST_ENLARGED:
        yield Remark(
            "enlarged",
            f"The photo is enlarged {measures.enlargement:.1f} times, the print is soft. Use a photo in which the head "
            "is larger.",
        )


def _of_pose(aligned: AlignedFace) -> Iterator[Remark]:
    yaw, pitch = aligned.quality.yaw_deg, aligned.quality.pitch_deg
    if abs(yaw) > MOST_YAW_DEG:
        yield Remark("turned", f"The head is turned by {abs(yaw):.0f} degrees. Look straight into the camera.")
    if not PITCH_RANGE_DEG[0] <= pitch <= PITCH_RANGE_DEG[1]:
        way = "up" if pitch > 0 else "down"
        yield Remark("tilted", f"The head is tilted {way} by {abs(pitch):.0f} degrees. Hold the camera at eye height.")


def _of_expression(face: Face) -> Iterator[Remark]:
    if face.mesh is None:
        return
    mouth, eyes = mouth_opening(face.mesh), eye_opening(face.mesh)
    if mouth > MOST_MOUTH_OPENING:
        yield Remark("mouth_open", f"The mouth is open by {mouth:.0%} of its width. Most authorities want it closed.")
    if eyes < LEAST_EYE_OPENING:
        yield Remark("eyes_closed", f"An eye is open by {eyes:.0%} of its width only. Use a photo with open eyes.")


def eye_opening(mesh: FloatArray) -> float:
    """Height over width of the narrower eye; about 0.3 open, below 0.12 closed. `mesh` is (468, 3)."""
    openings = []
    for upper, lower, outer, inner in _EYES:
        height = np.linalg.norm(mesh[upper, :2] - mesh[lower, :2])
        openings.append(height / max(float(np.linalg.norm(mesh[outer, :2] - mesh[inner, :2])), 1e-6))
    return float(min(openings))


def _of_light(crop: ByteArray, regions: FaceRegions, face: Face) -> Iterator[Remark]:
    """Medians of the skin left and right of the line from eyes to mouth."""
    skin = regions.mask(Region.SKIN) > 0
    points = face.landmarks.points
    eyes, mouth = points[:2].mean(0), points[3:].mean(0)
    rows, columns = np.nonzero(skin)
    aside = (columns - eyes[0]) * (mouth - eyes)[1] - (rows - eyes[1]) * (mouth - eyes)[0]
    lightness = lab_from_rgb(crop[rows, columns][None])[0, :, 0]
    if not (aside > 0).any() or not (aside < 0).any():
        return
    halves = sorted(float(np.median(lightness[side])) for side in (aside > 0, aside < 0))
    shade = halves[1] / max(halves[0], 1.0)
    if shade > MOST_SHADE:
        yield Remark(
            "uneven_light",
            f"One half of the face is {shade - 1:.0%} lighter than the other. Turn towards the light.",
        )


def _of_cover(regions: FaceRegions, face: Face) -> Iterator[Remark]:
    """A hat or scarf: what is neither skin nor hair above the brows, as wide as the face."""
    if face.mesh is None:
        return
    brows = face.mesh[list(FOREHEAD_RING), 1].max()
    left, right = face.mesh[:, 0].min(), face.mesh[:, 0].max()
    above = np.zeros(regions.labels.shape, bool)
    above[: max(int(brows), 0), max(int(left), 0) : max(int(right), 0)] = True
    head = above & (regions.person > 0.5)
    covered = float((regions.mask(Region.CLOTHES, Region.HAT)[head] > 0).mean()) if head.any() else 0.0
    if covered > MOST_COVERED:
        yield Remark(
            "covered",
            f"{covered:.0%} of the head above the brows is covered. Take off a hat; head coverings are allowed for "
            "religious reasons only.",
        )
