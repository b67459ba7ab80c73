"""OpenPose's 18 points from BlazePose's 33 and from the mesh of the face."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..faces import Face
from ..geometry import FloatArray, Size
from ..mesh_pose import face_width, head_axes
from ..mesh_regions import IMAGE_LEFT_CHEEK, IMAGE_RIGHT_CHEEK
from ..poses import KEYPOINTS
from .pose_landmarks import BodyLook

_BLAZEPOSE = {
    "nose": 0, "left_eye": 2, "right_eye": 5, "left_ear": 7, "right_ear": 8,
    "left_shoulder": 11, "right_shoulder": 12, "left_elbow": 13, "right_elbow": 14,
    "left_wrist": 15, "right_wrist": 16, "left_hip": 23, "right_hip": 24,
    "left_knee": 25, "right_knee": 26, "left_ankle": 27, "right_ankle": 28,
}  # fmt: skip
_NECK, _SHOULDERS = KEYPOINTS.index("neck"), [KEYPOINTS.index("right_shoulder"), KEYPOINTS.index("left_shoulder")]
_TARGETS = [KEYPOINTS.index(name) for name in _BLAZEPOSE]
_SOURCES = list(_BLAZEPOSE.values())

_CHAINS = [
    (KEYPOINTS.index(f"{side}_{joint}"), KEYPOINTS.index(f"{side}_{end}"))
    for side in ("right", "left")
    for joint, end in (("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"))
]

EAR_FROM_CHEEK = (0.04, 0.06, 0.23)
"""From the edge of the face to the middle of the ear along the head's axes: outwards, down and back, in widths of
the face. Least squares over seven visible ears of five heads, frontal to half profile; the worst is off by 0.06."""
EAR_HIDDEN_DEG = 20.0
"""Turn of the head from which the face hides its far ear."""


def keypoints_of_looks(looks: Sequence[BodyLook]) -> FloatArray:
    """Keypoints (18, 3): the mean of some looks at one body, weighted by score; all 0 without a look.

    The neck is the middle of the shoulders, as certain as the less certain of them.
    """
    keypoints = np.zeros((len(KEYPOINTS), 3))
    if not looks:
        return keypoints
    points, scores = np.stack([look.points for look in looks]), np.stack([look.scores for look in looks])
    weights = (scores + 1e-6)[..., None]  # a point that no look sees still needs a place
    mean = (points * weights).sum(0) / weights.sum(0)
    keypoints[_TARGETS] = np.column_stack([mean, scores.mean(0)])[_SOURCES]
    keypoints[_NECK, :2] = keypoints[_SHOULDERS, :2].mean(0)
    keypoints[_NECK, 2] = keypoints[_SHOULDERS, 2].min()
    return keypoints


def with_head(keypoints: FloatArray, face: Face) -> FloatArray:
    """`keypoints` (18, 3) with nose, eyes and ears of the face's mesh, which sees them far more sharply."""
    assert face.mesh is not None
    image_left_eye, image_right_eye, nose = face.landmarks.points[:3]
    score = face.presence or face.score
    head = {
        "nose": (*nose, score),
        "right_eye": (*image_left_eye, score),
        "left_eye": (*image_right_eye, score),
        "right_ear": _ear(face.mesh, IMAGE_LEFT_CHEEK, -1, score),
        "left_ear": _ear(face.mesh, IMAGE_RIGHT_CHEEK, 1, score),
    }
    keypoints = keypoints.copy()
    for name, values in head.items():
        keypoints[KEYPOINTS.index(name)] = values
    return keypoints


def without_face(keypoints: FloatArray) -> FloatArray:
    """`keypoints` (18, 3) of a person who shows no face: nose and eyes have score 0."""
    keypoints = keypoints.copy()
    keypoints[[KEYPOINTS.index(name) for name in ("nose", "right_eye", "left_eye")], 2] = 0
    return keypoints


def within(keypoints: FloatArray, size: Size) -> FloatArray:
    """`keypoints` (18, 3) with score 0 outside of a photo of `size`; no limb's end scores above the joint it hangs on.

    An arm or leg that has left the picture does not come back: what the model sees of it is a guess.
    """
    x, y, scores = keypoints.T
    scores = scores * ((x >= -0.5) & (y >= -0.5) & (x < size.width - 0.5) & (y < size.height - 0.5))
    for joint, end in _CHAINS:
        scores[end] = min(scores[end], scores[joint])
    return np.column_stack([x, y, scores])


def _ear(mesh: FloatArray, cheek: int, side: int, score: float) -> FloatArray:
    """x, y and score of the ear beside the mesh point `cheek`; `side` is 1 at a frontal head's image-right, else -1."""
    image_right, down, back = head_axes(mesh)
    axes = np.stack([side * image_right, down, back])
    x, y, _ = mesh[cheek] + face_width(mesh) * (np.array(EAR_FROM_CHEEK) @ axes)
    # The third part of "outwards" grows as that side turns away from the viewer.
    hidden = axes[0, 2] > math.sin(math.radians(EAR_HIDDEN_DEG))
    return np.array([x, y, 0.0 if hidden else score])
