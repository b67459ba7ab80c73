import numpy as np
import pytest

from facechain.errors import NoPhotos, PoseNotFound
from facechain.estimate_poses import estimate_poses
from facechain.geometry import Size
from facechain.poses import BodyPose
from facechain.progress import SilentProgress


class PointEstimator:
    """Sees a body at every white pixel: all 18 points there."""

    id = "point"

    def estimate(self, image):
        return tuple(BodyPose([(x, y, 1)] * 18) for y, x in np.argwhere(image[..., 0] == 255))


class Steps:
    def __init__(self):
        self.seen = []

    def step(self, done, total):
        self.seen.append((done, total))


def picture(width, height, *whites):
    pixels = np.zeros((height, width, 3), np.uint8)
    for x, y in whites:
        pixels[y, x] = 255
    return pixels


def test_every_picture_gives_a_frame_of_its_size():
    frames = estimate_poses([picture(8, 6, (3, 2)), picture(5, 9, (1, 1), (4, 8))], PointEstimator(), SilentProgress())
    assert [frame.size for frame in frames] == [Size(8, 6), Size(5, 9)]
    assert [len(frame.poses) for frame in frames] == [1, 2]
    assert frames[0].poses[0].keypoints[0].tolist() == [3, 2, 1]


def test_a_picture_without_anybody_stops_all_and_is_named():
    with pytest.raises(PoseNotFound, match=r"Nobody is seen in picture 2 of 2\. Leave it out"):
        estimate_poses([picture(8, 6, (3, 2)), picture(8, 6)], PointEstimator(), SilentProgress())


def test_progress_counts_pictures():
    steps = Steps()
    estimate_poses([picture(8, 6, (3, 2))] * 2, PointEstimator(), steps)
    assert steps.seen == [(0, 2), (1, 2), (2, 2)]


def test_no_picture_at_all_is_refused():
    with pytest.raises(NoPhotos, match="There is no picture among the images"):
        estimate_poses([], PointEstimator(), SilentProgress())
