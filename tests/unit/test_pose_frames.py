import numpy as np
import pytest

from facechain.geometry import Size
from facechain.pose_frames import fit_frame, fit_picture, mirror_frame
from facechain.pose_report import poses_report
from facechain.poses import KEYPOINTS, BodyPose, PoseFrame

HUNDRED = Size(100, 100)


def frame_with(size, **points):
    """A frame of one body of which only `points` (x, y) are seen."""
    keypoints = np.zeros((18, 3))
    for name, (x, y) in points.items():
        keypoints[KEYPOINTS.index(name)] = (x, y, 1)
    return PoseFrame(size, (BodyPose(keypoints),))


def place(frame, name):
    return frame.poses[0].keypoints[KEYPOINTS.index(name), :2].tolist()


def row(count, y, score=1.0):
    """`count` points (count, 3) at x 0, 1, 2 ..."""
    return np.array([(number, y, score) for number in range(count)])


def whole_person(size=HUNDRED):
    return PoseFrame(size, (BodyPose(row(18, 1), row(21, 10), row(21, 20), row(70, 30, score=0.5)),))


def test_a_wide_frame_is_centred_on_a_high_canvas():
    fitted = fit_frame(frame_with(Size(200, 100), nose=(99.5, 49.5), neck=(-0.5, -0.5)), Size(100, 300))
    # Half size: 100 x 50, below 125 px of nothing.
    assert place(fitted, "nose") == [49.5, 149.5]
    assert place(fitted, "neck") == [-0.5, 124.5]
    assert fitted.size == Size(100, 300)


def test_a_mirror_swaps_sides_and_names():
    mirrored = mirror_frame(frame_with(Size(100, 100), right_eye=(10, 40), nose=(20, 50)))
    assert place(mirrored, "left_eye") == [89, 40]
    assert place(mirrored, "nose") == [79, 50]
    assert mirrored.poses[0].keypoints[KEYPOINTS.index("right_eye"), 2] == 0


def test_a_mirror_keeps_people_left_to_right():
    left, right = (frame_with(Size(100, 100), neck=(x, 50)).poses[0] for x in (10, 80))
    mirrored = mirror_frame(PoseFrame(Size(100, 100), (left, right)))
    assert [float(pose.keypoints[1, 0]) for pose in mirrored.poses] == [19, 89]


def test_hands_and_face_are_scaled_with_the_body():
    (pose,) = fit_frame(whole_person(), Size(200, 200)).poses
    # Twice the size; the middle of the first pixel moves from 0 to 0.5.
    assert pose.right_hand[3].tolist() == [6.5, 20.5, 1]
    assert pose.left_hand[3].tolist() == [6.5, 40.5, 1]
    assert pose.face[69].tolist() == [138.5, 60.5, 0.5]


def test_a_mirror_makes_the_right_hand_the_left_one():
    (pose,) = mirror_frame(whole_person()).poses
    assert pose.left_hand[3].tolist() == [96, 10, 1]
    assert pose.right_hand[3].tolist() == [96, 20, 1]


@pytest.mark.parametrize(
    ("point", "other"),
    [
        (0, 16), (8, 8),  # jaw: ear, chin
        (17, 26), (21, 22),  # brows: outer end, inner end
        (27, 27), (30, 30), (31, 35), (33, 33),  # nose: bridge, tip, nostrils, middle
        (36, 45), (37, 44), (39, 42), (40, 47), (41, 46),  # eyes: outer corner, lid, inner corner, lower lids
        (48, 54), (51, 51), (55, 59), (57, 57),  # outer lips: corners, upper middle, lower side and middle
        (60, 64), (61, 63), (62, 62), (65, 67), (66, 66),  # inner lips
        (68, 69),  # pupils
    ],
)  # fmt: skip
def test_a_mirror_swaps_the_sides_of_the_face(point, other):
    face = whole_person().poses[0].face
    mirrored = mirror_frame(whole_person()).poses[0].face
    assert mirrored[other].tolist() == [99 - face[point, 0], 30, 0.5]
    assert mirrored[point].tolist() == [99 - face[other, 0], 30, 0.5]


def test_a_mirror_of_a_mirror_is_the_frame():
    (pose,), (again,) = whole_person().poses, mirror_frame(mirror_frame(whole_person())).poses
    for part in ("keypoints", "right_hand", "left_hand", "face"):
        assert getattr(again, part).tolist() == getattr(pose, part).tolist(), part


def test_what_an_estimator_does_not_see_stays_none():
    frame = frame_with(HUNDRED, nose=(1, 1))
    for changed in (mirror_frame(frame), fit_frame(frame, Size(50, 50))):
        (pose,) = changed.poses
        assert (pose.right_hand, pose.left_hand, pose.face) == (None, None, None)


def test_a_picture_is_put_where_its_pose_is():
    picture = np.zeros((100, 200, 3), np.uint8)
    picture[20:60, 120:160] = 200
    fitted = fit_picture(picture, Size(100, 300))
    middle = fit_frame(frame_with(Size(200, 100), nose=(139.5, 39.5)), Size(100, 300))
    rows, columns = np.nonzero(fitted[..., 0] > 100)
    assert [columns.mean(), rows.mean()] == place(middle, "nose")
    assert not fitted[:124].any()
    assert not fitted[176:].any()


def test_a_picture_that_fits_is_not_resampled():
    picture = np.zeros((3, 5, 3), np.uint8)
    assert fit_picture(picture, Size(5, 3)) is picture


def test_the_report_counts_what_is_sure_enough_to_be_drawn():
    unsure = BodyPose(row(18, 1), row(21, 10, score=0.29), row(21, 20), face=None)
    frames = [PoseFrame(HUNDRED, (*whole_person().poses, unsure)), PoseFrame(HUNDRED, ())]
    assert poses_report(frames, estimator="dwpose", no_body="") == {
        "people": [2, 0],
        "hands": [3, 0],
        "faces": [1, 0],
        "estimator": "dwpose",
        "no_body": "",
    }
