import math

import numpy as np
import pytest
from support_mesh import ball_face, ball_mesh

from facechain.faces import Face
from facechain.geometry import Box, Landmarks, Size
from facechain.poses import KEYPOINTS
from facechain.providers.blazepose import agree, belongs, hide_faces, person_box, region_below
from facechain.providers.body_keypoints import keypoints_of_looks, with_head, within, without_face
from facechain.providers.facemesh import Region
from facechain.providers.pose_landmarks import BodyLook, decode, region_of_body

INDEX = {name: KEYPOINTS.index(name) for name in KEYPOINTS}


def look(points=None, score=1.0, presence=1.0):
    """A look whose points are (index, 10 * index), but for `points` by index."""
    places = np.array([(number, 10 * number) for number in range(33)], np.float64)
    for number, place in (points or {}).items():
        places[number] = place
    return BodyLook(places, np.full(33, score), presence, Region((0, 0), 1, 0))


def face_at(x, y, half=20):
    """A face whose box has sides of 2 * half px; eyes and nose around (x, y)."""
    points = [(x - 8, y - 5), (x + 8, y - 5), (x, y + 3), (x - 6, y + 10), (x + 6, y + 10)]
    return Face(Box(x - half, y - half, x + half, y + half), Landmarks(np.array(points)), 0.9)


def heatmap(peaks):
    """Logits (1, 64, 64), -20 but for `peaks` {(column, row): logit}."""
    logits = np.full((1, 64, 64), -20.0)
    for (column, row), value in peaks.items():
        logits[0, row, column] = value
    return logits


def point(x, y, visible=20.0):
    return np.array([[x, y, 0, visible, 20.0]])


def test_a_point_moves_to_the_peak_of_its_heatmap():
    # Cell (22, 30) begins at pixel (88, 120) of the input; a point of cell (20, 31) looks 3 cells to each side.
    points, scores = decode(point(81, 125), heatmap({(22, 30): 20}))
    assert points[0] == pytest.approx([88, 120], abs=0.01)
    assert scores[0] == pytest.approx(1, abs=0.001)


def test_two_equal_peaks_pull_a_point_to_their_middle():
    points, _ = decode(point(81, 125), heatmap({(18, 30): 20, (22, 30): 20}))
    assert points[0] == pytest.approx([80, 120], abs=0.01)


def test_a_peak_out_of_reach_moves_nothing():
    points, scores = decode(point(81, 125), heatmap({(24, 30): 20}))
    assert points[0].tolist() == [81, 125]
    assert scores[0] < 0.001


def test_a_faint_peak_moves_nothing_and_is_the_score():
    points, scores = decode(point(81, 125), heatmap({(20, 31): math.log(0.4 / 0.6)}))
    assert points[0].tolist() == [81, 125]
    assert scores[0] == pytest.approx(0.4)


def test_a_hidden_point_scores_low_however_sharp_its_peak():
    _, scores = decode(point(81, 125, visible=math.log(0.25 / 0.75)), heatmap({(20, 31): 20}))
    assert scores[0] == pytest.approx(0.25)


@pytest.mark.parametrize("place", [(-3, 100), (256, 100), (100, 300)])
def test_a_point_outside_of_the_region_scores_nothing(place):
    points, scores = decode(point(*place), heatmap({(0, 25): 20}))
    assert points[0].tolist() == list(place)
    assert scores[0] == 0


def test_a_point_at_the_corner_uses_the_part_of_the_window_that_exists():
    points, _ = decode(point(1, 1), heatmap({(2, 0): 20}))
    assert points[0] == pytest.approx([8, 0], abs=0.01)


def test_the_next_region_holds_the_circle_around_the_body():
    points = np.zeros((39, 2))
    points[33], points[34] = (100, 200), (100, 120)
    region = region_of_body(points)
    assert region.center == (100, 200)
    assert region.side == 200  # 1.25 times the diameter of 160
    assert region.roll_rad == 0


def test_the_next_region_turns_with_the_body():
    points = np.zeros((39, 2))
    points[34] = (10, -10)
    assert math.degrees(region_of_body(points).roll_rad) == pytest.approx(45)


def test_the_33_points_become_openposes_18():
    keypoints = keypoints_of_looks([look()])
    expected = {"nose": 0, "right_shoulder": 12, "left_wrist": 15, "right_ankle": 28, "left_eye": 2, "right_ear": 8}
    assert {name: keypoints[INDEX[name], 0] for name in expected} == expected
    assert keypoints[INDEX["neck"]].tolist() == [11.5, 115, 1]


def test_the_neck_is_as_sure_as_the_less_sure_shoulder():
    one = look()
    one.scores[11] = 0.25
    assert keypoints_of_looks([one])[INDEX["neck"], 2] == 0.25


def test_several_looks_count_by_their_score():
    sure, unsure = look({0: (0, 0)}, score=0.75), look({0: (40, 0)}, score=0.25)
    nose = keypoints_of_looks([sure, unsure])[INDEX["nose"]]
    # 0.75 * 0 + 0.25 * 40; the weight of points that no look sees is a millionth.
    assert nose == pytest.approx([10, 0, 0.5], abs=1e-4)


def test_no_look_is_no_point():
    assert not keypoints_of_looks([]).any()


def test_points_outside_of_the_photo_have_score_0():
    keypoints = np.ones((18, 3))
    keypoints[INDEX["nose"], :2] = (-1, 5)
    keypoints[INDEX["neck"], :2] = (99.4, 49.4)
    scores = within(keypoints, Size(100, 50))[:, 2]
    assert (scores[INDEX["nose"]], scores[INDEX["neck"]]) == (0, 1)


def test_an_arm_that_has_left_the_photo_does_not_come_back():
    keypoints = np.ones((18, 3))
    keypoints[INDEX["left_elbow"], :2] = (50, 60)
    scores = within(keypoints, Size(100, 50))[:, 2]
    assert [scores[INDEX[f"left_{part}"]] for part in ("shoulder", "elbow", "wrist")] == [1, 0, 0]
    assert scores[INDEX["right_wrist"]] == 1


def test_a_wrist_is_never_surer_than_its_elbow():
    keypoints = np.ones((18, 3))
    keypoints[INDEX["right_elbow"], 2] = 0.2
    assert within(keypoints, Size(100, 50))[INDEX["right_wrist"], 2] == 0.2


def test_the_head_is_that_of_the_mesh():
    face = ball_face(ball_mesh(100, 80, 40))
    head = with_head(np.zeros((18, 3)), face)
    left, right, nose = face.landmarks.points[:3]
    assert head[INDEX["nose"]] == pytest.approx([*nose, 0.9])
    assert head[INDEX["right_eye"], :2] == pytest.approx(left)
    assert head[INDEX["left_eye"], :2] == pytest.approx(right)
    assert not head[INDEX["neck"]].any()


def test_ears_lie_outside_of_the_face_at_both_sides():
    face = ball_face(ball_mesh(100, 80, 40))
    head = with_head(np.zeros((18, 3)), face)
    assert head[INDEX["right_ear"], 0] < face.box.x1 < face.box.x2 < head[INDEX["left_ear"], 0]
    assert head[[INDEX["right_ear"], INDEX["left_ear"]], 2] == pytest.approx(0.9)


@pytest.mark.parametrize(("yaw_deg", "hidden"), [(30, "left_ear"), (-30, "right_ear")])
def test_a_turned_head_hides_its_far_ear(yaw_deg, hidden):
    # Turned to image-right, the face hides what is at image-right: the person's own left.
    head = with_head(np.zeros((18, 3)), ball_face(ball_mesh(100, 80, 40, yaw_deg=yaw_deg)))
    seen = {name: head[INDEX[name], 2] > 0 for name in ("left_ear", "right_ear")}
    assert seen == {"left_ear": hidden != "left_ear", "right_ear": hidden != "right_ear"}


def test_a_person_without_a_face_has_no_nose_and_no_eyes():
    scores = without_face(np.ones((18, 3)))[:, 2]
    assert [KEYPOINTS[index] for index in np.flatnonzero(scores == 0)] == ["nose", "right_eye", "left_eye"]


def test_the_first_region_hangs_below_the_face():
    region = region_below(face_at(100, 50, half=10))
    assert region.center == (100, 130)  # four face heights of 20 px
    assert region.side == 240


def test_a_body_belongs_to_the_face_that_it_carries():
    face = face_at(100, 50)
    own = look({0: (100, 53), 5: (92, 45), 2: (108, 45)})
    neighbour = look({0: (160, 53), 5: (152, 45), 2: (168, 45)})
    assert belongs(own, face)
    assert not belongs(neighbour, face)


def test_looks_agree_when_the_shoulders_stay_and_a_body_is_there():
    # Shoulders 100 px apart; 20 px to each side of the mean are more than 15 %.
    here, there = look({11: (200, 50), 12: (100, 50)}), look({11: (240, 50), 12: (140, 50)})
    assert agree([here, here])
    assert not agree([here, there])
    assert not agree([here, look({11: (200, 50), 12: (100, 50)}, presence=0.4)])


def test_other_faces_are_painted_over_but_never_the_own_one():
    image = np.full((100, 200, 3), 10, np.uint8)
    own, other = face_at(60, 50), face_at(90, 50)
    hidden = hide_faces(image, keep=own, faces=[own, other])
    assert (hidden[50, 40:80] == 10).all()
    assert (hidden[50, 80:110] == 128).all()
    assert (image == 10).all()


def test_a_face_at_the_edge_of_the_photo_is_painted_over_as_far_as_it_goes():
    image = np.full((100, 200, 3), 10, np.uint8)
    hidden = hide_faces(image, keep=face_at(100, 50), faces=[face_at(100, 50), face_at(5, 5)])
    assert (hidden[:25, :25] == 128).all()
    assert (hidden[25:30] == 10).all()


def test_the_box_of_a_person_is_that_of_the_largest_piece():
    mask = np.zeros((100, 100), np.float32)
    mask[10:60, 20:50] = 0.9
    mask[80:90, 80:90] = 0.9
    assert person_box(mask) == Box(20, 10, 50, 60)


@pytest.mark.parametrize("side", [0, 10])
def test_a_speck_is_no_person(side):
    mask = np.zeros((100, 100), np.float32)
    mask[:side, :side] = 0.9  # 1 % at most
    assert person_box(mask) is None
