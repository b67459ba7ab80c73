import numpy as np
import pytest

from facechain.geometry import Size
from facechain.pose_file import ExamplePose
from facechain.pose_map import draw_pose_map, draw_pose_overlay, pose_thumbnail
from facechain.poses import KEYPOINTS, BodyPose, PoseFrame
from facechain.style_file import Title

CANVAS = Size(512, 512)


def frame_with(size=CANVAS, score=1.0, **points):
    """A frame of one body of which only `points` (x, y) are seen."""
    keypoints = np.zeros((18, 3))
    for name, (x, y) in points.items():
        keypoints[KEYPOINTS.index(name)] = (x, y, score)
    return PoseFrame(size, (BodyPose(keypoints),))


ARM = {"right_shoulder": (100, 200), "right_elbow": (300, 200)}


def test_a_point_is_a_disc_of_4_px_in_its_full_colour():
    drawn = draw_pose_map(frame_with(nose=(100, 50)), CANVAS)
    red = (drawn == (255, 0, 0)).all(axis=2)
    assert red[50, 96:105].all()
    assert not red[50, [95, 105]].any()


def test_a_limb_is_a_spindle_in_60_percent_of_its_colour():
    drawn = draw_pose_map(frame_with(**ARM), CANVAS)
    # 0.6 * (255, 170, 0): the third limb of OpenPose's table.
    assert drawn[200, 200].tolist() == [153, 102, 0]
    assert drawn[[196, 204], 200].any(axis=1).all()
    assert not drawn[[194, 206], 200].any()
    assert not drawn[[196, 204], 120].any()


def test_points_lie_over_limbs():
    drawn = draw_pose_map(frame_with(**ARM), CANVAS)
    assert drawn[200, 300].tolist() == [255, 255, 0]


def test_an_unsure_point_takes_its_limb_with_it():
    unsure = frame_with(score=0.29, right_elbow=(300, 200)).poses[0].keypoints[3]
    keypoints = frame_with(**ARM).poses[0].keypoints.copy()
    keypoints[3] = unsure
    drawn = draw_pose_map(PoseFrame(CANVAS, (BodyPose(keypoints),)), CANVAS)
    assert drawn[200, 100].any()
    assert not drawn[:, 110:].any()


def test_lines_grow_with_the_picture():
    drawn = draw_pose_map(frame_with(nose=(100, 50)), Size(1024, 1024))
    assert (drawn[100] == (255, 0, 0)).all(axis=1).sum() == 17


def test_nobody_is_a_black_map():
    assert not draw_pose_map(PoseFrame(Size(64, 48), ()), Size(64, 48)).any()


def test_an_overlay_keeps_the_photo_where_nothing_is_drawn():
    photo = np.full((512, 512, 3), 90, np.uint8)
    drawn = draw_pose_overlay(photo, frame_with(nose=(100, 50)))
    assert drawn[50, 100].tolist() == [222, 18, 18]
    assert (drawn[60:] == 90).all()
    assert (photo == 90).all()


@pytest.mark.parametrize(("canvas", "width"), [(Size(512, 768), 128), (Size(768, 512), 288)], ids=str)
def test_a_thumbnail_is_192_px_high_and_has_the_shape_of_its_canvas(canvas, width):
    pose = ExamplePose("arm", Title("Arm", "手臂"), frame_with(canvas, **ARM))
    thumbnail = pose_thumbnail(pose)
    assert thumbnail.shape == (192, width, 3)
    assert thumbnail.any()
