"""Bodies in a photo, each found by its face and measured by MediaPipe's pose landmarks.

MediaPipe's own body detector does not load in OpenCV. A face says more anyway: whose body it is,
and where nose, eyes and ears are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from .. import opencv as cv2
from ..faces import Face
from ..geometry import Box, ByteArray, FloatArray, Size
from ..interfaces import DeviceLease
from ..poses import KEYPOINTS, BodyPose
from .assets import PERSON_SEGMENTER, POSE_LANDMARKS
from .body_keypoints import keypoints_of_looks, with_head, within, without_face
from .facemesh import Region
from .mesh_faces import MeshFaceFinder
from .model_files import ModelLocations
from .pose_landmarks import REGION_OVER_CIRCLE, BodyLook, PoseLandmarks
from .selfie import SelfieSegmenter

HIPS_BELOW_FACE = 4.0
"""From the face's centre to the hips, in heights of the face box; a standing adult."""
BODY_OVER_FACE = 12.0
"""Side of the first region over the height of the face box. Smaller ones led to dwarfs in busts."""
LOOKS = 4
"""Each starts where the one before saw the body. The first only finds the place; the mean of the others counts,
because single looks differ by up to 10 % of a face."""
MIN_PRESENCE = 0.5
"""Source: MediaPipe, `pose_landmark`."""
MAX_HEAD_SHIFT = 0.35
"""Mean distance of the body's nose and eyes from those of the face, in heights of the face box. True pairs stay
below 0.3, bodies of a neighbour begin at 0.5."""
MAX_SHOULDER_SHIFT = 0.15
"""Mean distance of the shoulders from their mean over the looks, in shoulder widths. 0.02 in a man whose face is
hidden; 0.73 in a cat, which the model is sure of."""
MIN_PERSON_SHARE = 0.02
"""Of the picture, for a person who shows no face."""

_NOSE_AND_EYES = (0, 5, 2)
"""In BlazePose's order: nose, image-left eye, image-right eye."""
_SHOULDERS = (11, 12)


class BlazePoseEstimator:
    """Face detector, mesh, person mask and pose landmarks, all on the CPU. One instance may serve several threads."""

    id = "embedded"

    def __init__(self, locations: ModelLocations, lease: DeviceLease) -> None:
        self._faces = MeshFaceFinder(locations)
        self._segmenter = SelfieSegmenter(locations.verified(PERSON_SEGMENTER))
        self._landmarks = PoseLandmarks(locations.verified(POSE_LANDMARKS))

    def estimate(self, image: ByteArray) -> tuple[BodyPose, ...]:
        """One body per face, left to right by neck, in pixels of `image`; points outside of it have score 0.

        A body that cannot be told from its neighbours' has only a head. In a picture without a face
        the largest person is measured, seen from behind or not; empty when there is nobody.
        """
        faces = self._faces.detect(image)
        found = [self._body_of_face(image, face, faces) for face in faces] or self._body_without_face(image)
        bodies = [within(keypoints, Size.of(image)) for keypoints in found]
        return tuple(BodyPose(keypoints) for keypoints in sorted(bodies, key=_place))

    def _body_of_face(self, image: ByteArray, face: Face, faces: Sequence[Face]) -> FloatArray:
        alone = hide_faces(image, keep=face, faces=faces)
        looks = self._look_repeatedly(alone, region_below(face))
        return with_head(keypoints_of_looks([look for look in looks if belongs(look, face)]), face)

    def _body_without_face(self, image: ByteArray) -> list[FloatArray]:
        box = person_box(self._segmenter.segment(image))
        if box is None:
            return []
        region = Region(box.center, REGION_OVER_CIRCLE * max(box.width, box.height), 0.0)
        looks = self._look_repeatedly(image, region)
        return [without_face(keypoints_of_looks(looks))] if agree(looks) else []

    def _look_repeatedly(self, image: ByteArray, region: Region) -> list[BodyLook]:
        looks = []
        for _ in range(LOOKS):
            looks.append(self._landmarks.locate(image, region))
            region = looks[-1].next_region
        return looks[1:]


def region_below(face: Face) -> Region:
    """Where the body of `face` is looked for first: upright along the face, hips in the middle."""
    roll, height = math.radians(face.landmarks.roll_deg), max(face.box.width, face.box.height)
    x, y = face.box.center
    down = HIPS_BELOW_FACE * height
    center = (x - math.sin(roll) * down, y + math.cos(roll) * down)
    return Region(center, BODY_OVER_FACE * height, roll)


def belongs(look: BodyLook, face: Face) -> bool:
    """True if the body of `look` carries `face`."""
    left_eye, right_eye, nose = face.landmarks.points[:3]
    shifts = look.points[list(_NOSE_AND_EYES)] - [nose, left_eye, right_eye]
    return float(np.hypot(*shifts.T).mean()) <= MAX_HEAD_SHIFT * max(face.box.width, face.box.height)


def agree(looks: Sequence[BodyLook]) -> bool:
    """True if every look is sure of a body and sees its shoulders in the same place."""
    shoulders = np.stack([look.points[list(_SHOULDERS)] for look in looks])
    width = np.hypot(*np.diff(shoulders.mean(0), axis=0)[0])
    shifts = np.hypot(*(shoulders - shoulders.mean(0)).reshape(-1, 2).T)
    return min(look.presence for look in looks) >= MIN_PRESENCE and bool(shifts.mean() <= MAX_SHOULDER_SHIFT * width)


def hide_faces(image: ByteArray, *, keep: Face, faces: Sequence[Face]) -> ByteArray:
    """`image` with every face but `keep` painted grey: else the model follows the clearest body in the crowd."""
    if len(faces) == 1:
        return image
    hidden = image.copy()
    for face in faces:
        hidden[_pixels(face.box)] = 128
    hidden[_pixels(keep.box)] = image[_pixels(keep.box)]
    return hidden


def person_box(mask: FloatArray) -> Box | None:
    """The box around the largest connected person of `mask` (height, width) 0..1; None if there is none."""
    count, _, stats, _ = cv2.connectedComponentsWithStats((mask > 0.5).astype(np.uint8))
    if count == 1:
        return None
    left, top, width, height, pixels = (int(value) for value in stats[1:][stats[1:, cv2.CC_STAT_AREA].argmax()])
    return Box(left, top, left + width, top + height) if pixels >= MIN_PERSON_SHARE * mask.size else None


def _pixels(box: Box) -> tuple[slice, slice]:
    left, top, right, bottom = (max(round(value), 0) for value in (box.x1, box.y1, box.x2, box.y2))
    return slice(top, bottom), slice(left, right)


def _place(keypoints: FloatArray) -> float:
    neck = keypoints[KEYPOINTS.index("neck")]
    if neck[2] > 0:
        return float(neck[0])
    return float(np.average(keypoints[:, 0], weights=keypoints[:, 2] + 1e-6))
