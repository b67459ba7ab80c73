"""Pose files are read whole or reported whole, and the bundled ones are bodies that could be."""

import json
from pathlib import Path

import numpy as np
import pytest

from facechain.errors import PoseNotFound, PoseUnreadable
from facechain.geometry import Size
from facechain.pose_library import PoseLibrary
from facechain.poses import KEYPOINTS

BUNDLED = Path(__file__).parents[2] / "poses"


def write_pose(folder, pose_id="wave", **changes):
    """A pose file with every point at (10, 20), but for `changes`; ... leaves a field out."""
    fields = {
        "schema": 1,
        "id": pose_id,
        "title": {"en": "Wave", "zh": "挥手"},
        "canvas": {"width": 512, "height": 768},
        "keypoints": {name: [10, 20] for name in KEYPOINTS},
    }
    fields = {key: value for key, value in {**fields, **changes}.items() if value is not ...}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{pose_id}.json").write_text(json.dumps(fields), "utf-8")


def points(**changes):
    return {name: [10, 20] for name in KEYPOINTS} | changes


def test_a_pose_is_read_as_it_was_written(tmp_path):
    write_pose(tmp_path, keypoints=points(neck=[30.5, 40], left_knee=None))
    pose = PoseLibrary([tmp_path]).load("wave")
    assert (pose.title.en, pose.title.zh) == ("Wave", "挥手")
    assert pose.frame.size == Size(512, 768)
    (body,) = pose.frame.poses
    assert body.keypoints[KEYPOINTS.index("neck")].tolist() == [30.5, 40, 1]
    assert body.keypoints[KEYPOINTS.index("left_knee"), 2] == 0


def test_every_problem_of_a_file_is_in_one_message(tmp_path):
    keypoints = points(neck=[1]) | {"left_toe": [1, 2]}
    del keypoints["nose"]
    write_pose(tmp_path, schema=2, title={"en": "Wave"}, canvas={"width": 0, "height": 768}, keypoints=keypoints)
    with pytest.raises(PoseUnreadable, match=r'"wave\.json" has 6 problems') as caught:
        PoseLibrary([tmp_path]).load("wave")
    for problem in (
        "schema is 2, needs 1",
        "title.zh is missing",
        "canvas.width is 0, needs a whole number of px from 1 to 4096",
        "keypoints.nose is missing",
        "keypoints.neck is [1], needs [x, y] in px, or null when not seen",
        "keypoints.left_toe is unknown",
    ):
        assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"id": "bow"}, 'id is "bow", but the file is named "wave"'),
        ({"keypoints": ...}, "keypoints is missing"),
        ({"keypoints": []}, "needs an object with OpenPose's 18 points"),
        ({"canvas": {"width": True, "height": 768}}, "canvas.width is true"),
        ({"keypoints": points(nose=[float("inf"), 0])}, "keypoints.nose is .Infinity, 0."),
    ],
)
def test_a_wrong_value_is_named_with_its_rule(tmp_path, change, problem):
    write_pose(tmp_path, **change)
    with pytest.raises(PoseUnreadable, match=f"has 1 problem: .*{problem}"):
        PoseLibrary([tmp_path]).load("wave")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b"[" * 100000])
def test_a_file_that_is_no_json_object_is_a_pose_problem(tmp_path, content):
    (tmp_path / "wave.json").write_bytes(content)
    with pytest.raises(PoseUnreadable, match="it is no JSON"):
        PoseLibrary([tmp_path]).load("wave")


def test_one_bad_file_hides_no_other(tmp_path):
    write_pose(tmp_path)
    (tmp_path / "broken.json").write_text("{", "utf-8")
    library = PoseLibrary([tmp_path, tmp_path / "missing"])
    assert library.ids() == ["wave"]
    assert [problem.pose_id for problem in library.problems()] == ["broken"]


def test_the_users_pose_wins_over_the_bundled_one(tmp_path):
    write_pose(tmp_path / "bundled")
    write_pose(tmp_path / "user", canvas={"width": 640, "height": 640})
    assert PoseLibrary([tmp_path / "user", tmp_path / "bundled"]).load("wave").frame.size == Size(640, 640)


def test_an_unknown_pose_names_the_nearest_ones(tmp_path):
    for pose_id in ("wave", "bow"):
        write_pose(tmp_path, pose_id)
    with pytest.raises(PoseNotFound, match=r'"wafe" is in none of 1 pose folders\. Choose one of: wave;'):
        PoseLibrary([tmp_path]).load("wafe")


def test_an_empty_library_says_so(tmp_path):
    with pytest.raises(PoseNotFound, match="none is installed"):
        PoseLibrary([tmp_path]).load("wave")


def test_bundled_poses_are_all_readable():
    library = PoseLibrary([BUNDLED])
    assert library.problems() == ()
    assert len(library.ids()) == 8


@pytest.mark.parametrize("pose", PoseLibrary([BUNDLED]).poses(), ids=lambda pose: pose.id)
def test_a_bundled_pose_is_a_portrait_of_a_body_that_could_be(pose):
    assert pose.frame.size == Size(512, 768)
    keypoints = pose.frame.poses[0].keypoints
    seen = keypoints[keypoints[:, 2] > 0, :2]
    assert ((seen >= 0) & (seen < (512, 768))).all()
    place = dict(zip(KEYPOINTS, keypoints[:, :2], strict=True))
    torso = np.hypot(*((place["right_hip"] + place["left_hip"]) / 2 - place["neck"]))
    for side in ("right", "left"):
        upper = np.hypot(*(place[f"{side}_elbow"] - place[f"{side}_shoulder"]))
        fore = np.hypot(*(place[f"{side}_wrist"] - place[f"{side}_elbow"]))
        # An adult's upper arm has 0.58 and the forearm 0.5 of the torso; turned to the viewer they look
        # shorter, and 10 % longer where they are nearer.
        assert upper < 0.64 * torso
        assert fore < 0.55 * torso
    middle = (place["right_shoulder"] + place["left_shoulder"]) / 2
    assert place["neck"] == pytest.approx(middle, abs=4)  # a lifted shoulder and whole pixels


def test_bundled_files_name_every_point_in_openposes_order():
    for file in BUNDLED.glob("*.json"):
        assert list(json.loads(file.read_text("utf-8"))["keypoints"]) == list(KEYPOINTS)
