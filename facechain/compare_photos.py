"""What only shows when photos are compared: people who do not belong, and repeats."""

from __future__ import annotations

from collections.abc import Sequence

from .align_options import AlignOptions, Repeats
from .embeddings import Calibration, Embedding
from .examine_photo import ExaminedPhoto
from .faces import AlignedFace
from .likeness import median_comparison
from .set_checks import find_repeats, find_strangers, likeness_matrix, median_likeness
from .verdicts import Limits, near_duplicate, repeat_rejected, stranger


def compare_photos(
    examined: Sequence[ExaminedPhoto], calibration: Calibration, options: AlignOptions
) -> list[ExaminedPhoto]:
    """The same photos with the likeness of their faces; strangers and, if asked for, repeats have lost theirs.

    Whom the photos should show is `options.identity`, or else whoever most of them show.
    """
    judged = list(examined)
    if options.repeats is Repeats.REJECT:
        # First, so that three copies of a stranger are not three votes.
        judged = _refuse_repeats(judged)
    if options.identity:
        judged = _refuse_unlike(judged, options.identity, calibration, options.limits)
    else:
        judged = _refuse_strangers(judged, calibration, options.limits)
    return _remark_repeats(judged)


def _refuse_unlike(
    examined: list[ExaminedPhoto], identity: Sequence[Embedding], calibration: Calibration, limits: Limits
) -> list[ExaminedPhoto]:
    judged = list(examined)
    for place, face in _faces_by_place(examined).items():
        embedding = face.embedding
        alike = calibration.likeness(median_comparison(identity, embedding), embedding.metric)
        judged[place] = judged[place].noted(likeness=alike)
        if alike < limits.likeness:
            judged[place] = judged[place].refused(stranger(alike, limits, "the person asked for"))
    return judged


def _refuse_strangers(examined: list[ExaminedPhoto], calibration: Calibration, limits: Limits) -> list[ExaminedPhoto]:
    faces = _faces_by_place(examined)
    likeness = likeness_matrix([face.embedding for face in faces.values()], calibration)
    strangers = find_strangers(likeness, limits.likeness)
    known = [index for index in range(len(faces)) if index not in strangers]
    judged = list(examined)
    for index, place in enumerate(faces):
        if len(faces) < 2:
            break
        alike = median_likeness(likeness, index, known)
        judged[place] = judged[place].noted(likeness=alike)
        if index in strangers:
            judged[place] = judged[place].refused(stranger(alike, limits))
    return judged


def _remark_repeats(examined: list[ExaminedPhoto]) -> list[ExaminedPhoto]:
    """Photos that show the same as an earlier one stay accepted and say so."""
    faces = _faces_by_place(examined)
    places = list(faces)
    judged = list(examined)
    for later, earlier in find_repeats([face.crop for face in faces.values()]).items():
        judged[places[later]] = judged[places[later]].noted(reason=near_duplicate(places[earlier] + 1))
    return judged


def _refuse_repeats(examined: list[ExaminedPhoto]) -> list[ExaminedPhoto]:
    """Of photos that show the same only the one of best quality keeps its face; of equal ones the first."""
    faces = _faces_by_place(examined)
    places = list(faces)
    same: dict[int, list[int]] = {place: [place] for place in places}
    for later, earlier in find_repeats([face.crop for face in faces.values()]).items():
        # A repeat of a repeat joins the group that the earlier one is in.
        group = same[places[earlier]]
        group.append(places[later])
        same[places[later]] = group
    judged = list(examined)
    for place, group in same.items():
        best = max(group, key=lambda other: faces[other].quality.score)
        if place != best:
            judged[place] = judged[place].refused(repeat_rejected(best + 1))
    return judged


def _faces_by_place(examined: Sequence[ExaminedPhoto]) -> dict[int, AlignedFace]:
    """Index of a photo -> its face, for those that have one."""
    return {place: one.face for place, one in enumerate(examined) if one.face}
