import json

import numpy as np
import pytest

from facechain.errors import PoseUnreadable
from facechain.geometry import Size
from facechain.pose_keypoints import frames_from_keypoints, keypoints_from_frames
from facechain.poses import BodyPose, PoseFrame


def body(x=100.0, y=50.0, score=1.0):
    """Keypoints (18, 3) that run to the right of (x, y)."""
    return np.array([(x + number, y, score) for number in range(18)])


def person(**changes):
    return {"pose_keypoints_2d": body().ravel().tolist(), **changes}


def frame(**changes):
    return {"canvas_width": 512, "canvas_height": 768, "people": [person()], **changes}


def test_what_is_written_is_read_again():
    frames = [PoseFrame(Size(512, 768), (BodyPose(body()), BodyPose(body(300)))), PoseFrame(Size(64, 64), ())]
    read = frames_from_keypoints(json.loads(json.dumps(keypoints_from_frames(frames))))
    assert [one.size for one in read] == [Size(512, 768), Size(64, 64)]
    assert [pose.keypoints.tolist() for pose in read[0].poses] == [body().tolist(), body(300).tolist()]
    assert read[1].poses == ()


def test_a_person_has_every_list_that_the_hosts_nodes_read():
    (written,) = keypoints_from_frames([PoseFrame(Size(512, 768), (BodyPose(body()),))])
    assert (written["canvas_width"], written["canvas_height"]) == (512, 768)
    lengths = {key: len(values) // 3 for key, values in written["people"][0].items()}
    assert lengths == {
        "pose_keypoints_2d": 18,
        "foot_keypoints_2d": 6,
        "face_keypoints_2d": 70,
        "hand_right_keypoints_2d": 21,
        "hand_left_keypoints_2d": 21,
    }


def test_points_that_are_not_seen_are_written_as_zeros():
    (written,) = keypoints_from_frames([PoseFrame(Size(512, 768), (BodyPose(body(score=0)),))])
    assert set(written["people"][0]["pose_keypoints_2d"]) == {0.0}


def test_fractions_of_the_canvas_become_pixels():
    beyond_the_edge = body(590)  # 1.15 of the canvas and more
    fractions = beyond_the_edge / (512, 768, 1)
    (read,) = frames_from_keypoints([frame(people=[person(pose_keypoints_2d=fractions.ravel().tolist())])])
    # float32 holds 600 to 0.00006 px.
    assert read.poses[0].keypoints == pytest.approx(beyond_the_edge, abs=1e-3)


def test_people_come_left_to_right():
    people = [person(pose_keypoints_2d=body(x).ravel().tolist()) for x in (300, 20)]
    (read,) = frames_from_keypoints([frame(people=people)])
    assert [float(pose.keypoints[0, 0]) for pose in read.poses] == [20, 300]


@pytest.mark.parametrize("nothing", [None, []])
def test_a_hand_without_a_body_is_left_out(nothing):
    (read,) = frames_from_keypoints([frame(people=[person(pose_keypoints_2d=nothing), person()])])
    assert len(read.poses) == 1


def test_a_single_frame_needs_no_list():
    assert len(frames_from_keypoints(frame())) == 1


def test_scores_above_1_count_as_1():
    (read,) = frames_from_keypoints([frame(people=[person(pose_keypoints_2d=body(score=1.3).ravel().tolist())])])
    assert read.poses[0].keypoints[:, 2].max() == 1


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("poses", "frame 1 is no object"),
        ([frame(), 3], "frame 2 is no object"),
        ([frame(canvas_width=0)], "frame 1 has no canvas_width from 1 to 16384 px"),
        ([frame(canvas_height=True)], "frame 1 has no canvas_height"),
        ([frame(people=None)], "frame 1 has no list of people"),
        ([frame(people=["me"])], "pose_keypoints_2d of person 1 in frame 1 is not 18 times x, y, score"),
        ([frame(people=[person(pose_keypoints_2d=[0.0] * 75)])], "is not 18 times"),
        ([frame(people=[person(pose_keypoints_2d=[float("nan")] * 54)])], "is not 18 times"),
        ([frame(people=[person(pose_keypoints_2d=0)])], "is not 18 times"),
    ],
)
def test_keypoints_that_are_none_are_refused_with_the_place(value, problem):
    with pytest.raises(PoseUnreadable, match=problem):
        frames_from_keypoints(value)


def test_every_problem_is_in_one_message():
    with pytest.raises(PoseUnreadable, match=r"canvas_width.*canvas_height.*person 2 in frame 1.*Connect the output"):
        frames_from_keypoints(
            [frame(canvas_width=-1, canvas_height="a", people=[person(), person(pose_keypoints_2d=1)])]
        )
