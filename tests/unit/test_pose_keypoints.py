import json

import numpy as np
import pytest

from facechain.errors import PoseUnreadable
from facechain.geometry import Size
from facechain.pose_keypoints import frames_from_keypoints, keypoints_from_frames
from facechain.poses import BodyPose, PoseFrame

CANVAS = Size(512, 768)


def body(x=100.0, y=50.0, score=1.0):
    """Keypoints (18, 3) that run to the right of (x, y)."""
    return np.array([(x + number, y, score) for number in range(18)])


def points(count, x=10.0, score=1.0):
    """`count` points (count, 3) that run to the right of (x, 20)."""
    return np.array([(x + number, 20, score) for number in range(count)])


def flat(values):
    return values.ravel().tolist()


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


def test_hands_and_faces_are_read_again_value_for_value():
    pose = BodyPose(body(), right_hand=points(21), left_hand=points(21, x=30.125), face=points(70, x=200.5, score=0.75))
    ((read,),) = (frame.poses for frame in frames_from_keypoints(keypoints_from_frames([PoseFrame(CANVAS, (pose,))])))
    for part in ("keypoints", "right_hand", "left_hand", "face"):
        assert getattr(read, part).tolist() == getattr(pose, part).tolist(), part


def test_hands_and_faces_that_the_estimator_does_not_see_are_zeros_and_read_as_none():
    (written,) = keypoints_from_frames([PoseFrame(CANVAS, (BodyPose(body()),))])
    (person,) = written["people"]
    assert person["hand_left_keypoints_2d"] == [0.0] * 63
    assert person["face_keypoints_2d"] == [0.0] * 210
    (read,) = frames_from_keypoints([written])
    assert (read.poses[0].right_hand, read.poses[0].left_hand, read.poses[0].face) == (None, None, None)


def test_each_hand_goes_to_its_own_side():
    (written,) = keypoints_from_frames([PoseFrame(CANVAS, (BodyPose(body(), right_hand=points(21)),))])
    assert written["people"][0]["hand_right_keypoints_2d"][:3] == [10.0, 20.0, 1.0]
    assert written["people"][0]["hand_left_keypoints_2d"][:3] == [0.0, 0.0, 0.0]


def test_a_face_of_68_points_has_no_pupils():
    (read,) = frames_from_keypoints([frame(people=[person(face_keypoints_2d=flat(points(68)))])])
    assert read.poses[0].face[67].tolist() == [77, 20, 1]
    assert read.poses[0].face[68:].tolist() == [[0, 0, 0], [0, 0, 0]]


def test_points_that_are_not_seen_are_written_as_zeros():
    (written,) = keypoints_from_frames([PoseFrame(Size(512, 768), (BodyPose(body(score=0)),))])
    assert set(written["people"][0]["pose_keypoints_2d"]) == {0.0}


def test_fractions_of_the_canvas_become_pixels():
    beyond_the_edge = body(590)  # 1.15 of the canvas and more
    fractions = beyond_the_edge / (512, 768, 1)
    (read,) = frames_from_keypoints([frame(people=[person(pose_keypoints_2d=fractions.ravel().tolist())])])
    # float32 holds 600 to 0.00006 px.
    assert read.poses[0].keypoints == pytest.approx(beyond_the_edge, abs=1e-3)


def test_a_hand_that_lies_in_fractions_becomes_pixels_with_its_body():
    fractions = person(
        pose_keypoints_2d=flat(body() / (512, 768, 1)), hand_left_keypoints_2d=flat(points(21) / (512, 768, 1))
    )
    (read,) = frames_from_keypoints([frame(people=[fractions])])
    # float32 holds 30 to 0.000004 px.
    assert read.poses[0].left_hand == pytest.approx(points(21), abs=1e-4)


def test_a_hand_in_pixels_keeps_a_body_in_the_corner_from_being_taken_for_fractions():
    corner = np.zeros((18, 3))
    corner[0] = (1, 1, 1)
    people = [person(pose_keypoints_2d=flat(corner), hand_left_keypoints_2d=flat(points(21)))]
    (read,) = frames_from_keypoints([frame(people=people)])
    assert read.poses[0].keypoints[0].tolist() == [1, 1, 1]


def test_people_come_left_to_right():
    people = [person(pose_keypoints_2d=body(x).ravel().tolist()) for x in (300, 20)]
    (read,) = frames_from_keypoints([frame(people=people)])
    assert [float(pose.keypoints[0, 0]) for pose in read.poses] == [20, 300]


def test_a_hand_alone_is_a_person_without_a_body_and_takes_its_place_by_what_is_seen():
    hand = {"pose_keypoints_2d": None, "hand_right_keypoints_2d": flat(points(21, x=300))}
    (read,) = frames_from_keypoints([frame(people=[hand, person()])])
    whole, alone = read.poses
    assert whole.keypoints[1].tolist() == [101, 50, 1]
    assert alone.right_hand[0].tolist() == [300, 20, 1]
    assert not alone.keypoints.any()


@pytest.mark.parametrize("nothing", [None, [], [0.0] * 54, [-1.0, -1.0, 0.0] * 18])
def test_a_person_of_whom_nothing_is_seen_is_left_out(nothing):
    unseen = person(pose_keypoints_2d=nothing, face_keypoints_2d=None, hand_left_keypoints_2d=[0.0] * 63)
    (read,) = frames_from_keypoints([frame(people=[unseen, {}, person()])])
    assert len(read.poses) == 1


def test_a_frame_without_people_is_read():
    (read,) = frames_from_keypoints([frame(people=[])])
    assert (read.size, read.poses) == (CANVAS, ())


def test_whole_numbers_as_floats_are_a_canvas():
    (read,) = frames_from_keypoints([frame(canvas_width=512.0, canvas_height=np.float32(768))])
    assert read.size == CANVAS


def test_numbers_of_numpy_and_tuples_are_read():
    values = tuple(np.float32(value) for value in body().ravel())
    (read,) = frames_from_keypoints([frame(people=(person(pose_keypoints_2d=values),))])
    assert read.poses[0].keypoints.tolist() == body().tolist()


def test_a_point_farther_outside_than_100_canvases_is_not_seen():
    far = body()
    far[3, 0], far[4, 0] = 76_800, 76_801
    (read,) = frames_from_keypoints([frame(people=[person(pose_keypoints_2d=flat(far))])])
    assert read.poses[0].keypoints[3].tolist() == [76_800, 50, 1]
    assert read.poses[0].keypoints[4].tolist() == [0, 0, 0]


def test_a_single_frame_needs_no_list():
    assert len(frames_from_keypoints(frame())) == 1


@pytest.mark.parametrize(("score", "read_score"), [(1.3, 1), (1, 1), (0.5, 0.5)])
def test_scores_above_1_count_as_1(score, read_score):
    (read,) = frames_from_keypoints([frame(people=[person(pose_keypoints_2d=flat(body(score=score)))])])
    assert set(read.poses[0].keypoints[:, 2].tolist()) == {read_score}


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("poses", "frame 1 is no object"),
        ([frame(), 3], "frame 2 is no object"),
        ([frame(canvas_width=0)], "frame 1 has no canvas_width from 1 to 16384 px"),
        ([frame(canvas_height=True)], "frame 1 has no canvas_height"),
        ([frame(people=None)], "frame 1 has no list of people"),
        ([], "there is no frame"),
        ([frame(canvas_width=512.5)], "frame 1 has no canvas_width"),
        ([frame(canvas_width=float("inf"))], "frame 1 has no canvas_width"),
        ([frame(people=["me"])], "person 1 in frame 1 is no object"),
        (
            [frame(people=[person(pose_keypoints_2d=[0.0] * 75)])],
            r"pose_keypoints_2d of person 1 in frame 1 is not 18 times x, y, score \(it has 75 values\)",
        ),
        (
            [frame(people=[person(), person(hand_left_keypoints_2d=[0.0] * 60)])],
            r"hand_left_keypoints_2d of person 2 in frame 1 is not 21 times x, y, score \(it has 60 values\)",
        ),
        (
            [frame(people=[person(face_keypoints_2d=[0.0] * 207)])],
            r"face_keypoints_2d of person 1 in frame 1 is not 70 or 68 times x, y, score \(it has 207 values\)",
        ),
        ([frame(people=[person(hand_right_keypoints_2d="21")])], "hand_right_keypoints_2d of person 1 in frame 1"),
        ([frame(people=[person(pose_keypoints_2d=[None] * 54)])], "is not 18 times"),
        ([frame(people=[person(pose_keypoints_2d=[10**400] * 54)])], "is not 18 times"),
        ([frame(people=[person(pose_keypoints_2d=[float("nan")] * 54)])], "is not 18 times"),
        ([frame(people=[person(pose_keypoints_2d=0)])], "is not 18 times"),
    ],
)
def test_keypoints_that_are_none_are_refused_with_the_place(value, problem):
    with pytest.raises(PoseUnreadable, match=problem):
        frames_from_keypoints(value)


def test_every_problem_is_in_one_message():
    wrong = person(pose_keypoints_2d=1, hand_left_keypoints_2d=[1.0])
    expected = r"canvas_width.*canvas_height.*pose_keypoints_2d of person 2.*hand_left.*of person 2.*Connect the output"
    with pytest.raises(PoseUnreadable, match=expected):
        frames_from_keypoints([frame(canvas_width=-1, canvas_height="a", people=[person(), wrong])])
