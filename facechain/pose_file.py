"""The example pose, and the parser of `poses/<id>.json`, which reports every problem at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .errors import PoseUnreadable
from .geometry import Size
from .json_fields import Field, is_number, is_object, is_word, problems_sentence, read_fields
from .poses import KEYPOINTS, BodyPose, PoseFrame
from .style_file import Title

SCHEMA = 1
LARGEST_CANVAS_PX = 4096


@dataclass(frozen=True, slots=True)
class ExamplePose:
    """A pose to choose from."""

    id: str
    """File name without ".json"."""
    title: Title
    frame: PoseFrame
    """One body; points that the canvas does not show have score 0."""


def read_pose(file: Path) -> ExamplePose:
    """The pose in `file`. Raises PoseUnreadable with all problems of the file."""
    fields, problems = read_fields(file, _FIELDS, _NESTED)
    if problems:
        raise PoseUnreadable(problems_sentence("Pose", file, problems))
    return _pose_from_fields(fields)


def _pose_from_fields(fields: dict[str, Any]) -> ExamplePose:
    keypoints = np.zeros((len(KEYPOINTS), 3))
    for index, name in enumerate(KEYPOINTS):
        if fields["keypoints"][name] is not None:
            keypoints[index] = (*fields["keypoints"][name], 1)
    frame = PoseFrame(Size(**fields["canvas"]), (BodyPose(keypoints),))
    return ExamplePose(fields["id"], Title(**fields["title"]), frame)


def _is_side(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LARGEST_CANVAS_PX


def _is_point(value: Any) -> bool:
    return value is None or (isinstance(value, list) and len(value) == 2 and all(is_number(part) for part in value))


_WORD = Field("a text that is not empty", is_word)
_SIDE = Field(f"a whole number of px from 1 to {LARGEST_CANVAS_PX}", _is_side)

_FIELDS = {
    "schema": Field(f"{SCHEMA}", lambda value: value == SCHEMA and not isinstance(value, bool)),
    "id": _WORD,
    "title": Field("an object with en and zh", is_object),
    "canvas": Field("an object with width and height", is_object),
    "keypoints": Field("an object with OpenPose's 18 points", is_object),
}
_NESTED = {
    "title": {"en": _WORD, "zh": _WORD},
    "canvas": {"width": _SIDE, "height": _SIDE},
    "keypoints": {name: Field("[x, y] in px, or null when not seen", _is_point) for name in KEYPOINTS},
}
