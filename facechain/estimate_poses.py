"""The bodies in pictures."""

from __future__ import annotations

from collections.abc import Sequence

from .errors import NoPhotos, PoseNotFound
from .geometry import ByteArray, Size
from .interfaces import PoseEstimator
from .poses import PoseFrame
from .progress import Progress, stepped


def estimate_poses(pictures: Sequence[ByteArray], estimator: PoseEstimator, progress: Progress) -> list[PoseFrame]:
    """One frame per picture, in its size and order; every frame has somebody.

    Raises PoseNotFound for the first picture that shows nobody: an empty pose map would be taken for
    a pose, and the picture made from it would be anything. Raises NoPhotos if there is no picture.
    """
    if not pictures:
        raise NoPhotos("There is no picture among the images. Connect at least one.")
    frames = []
    for number, picture in enumerate(stepped(pictures, progress), 1):
        poses = estimator.estimate(picture)
        if not poses:
            raise PoseNotFound(
                f"Nobody is seen in picture {number} of {len(pictures)}. Leave it out, or use a sharper picture in "
                "which the face, or the whole person, is clearly visible and upright."
            )
        frames.append(PoseFrame(Size.of(picture), poses))
    return frames
