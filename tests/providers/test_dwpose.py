"""DWPose, with stand-ins for its weights, on pictures of the people that they see."""

from __future__ import annotations

import sys
import types
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from support_pose_models import DOT_PX, POINTS, draw_person, install_dwpose

from facechain.errors import AssetCorrupt, AssetMissing, ModelUnavailable
from facechain.geometry import Box, Size
from facechain.poses import KEYPOINTS, BodyPose
from facechain.providers.catalog import Role, find_model, is_installed, open_model
from facechain.providers.dwpose import PEOPLE_AT_ONCE, DwPoseEstimator
from facechain.providers.lease import CpuLease
from facechain.providers.model_entry import Proof
from facechain.providers.model_files import ModelLocations
from facechain.providers.portrait_models import DWPOSE, YOLOX
from facechain.providers.wholebody_keypoints import body_pose

CPU = CpuLease()
LANDSCAPE = Size(1280, 960)
BOXES = (Box(945, 385, 1225, 805), Box(60, 40, 340, 480), Box(480, 290, 800, 680))
"""High ones and a wide one, far enough apart that nobody's dots are in the region of another; not left to right."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> ModelLocations:
    return install_dwpose(tmp_path_factory.mktemp("模型"))


@pytest.fixture(scope="module")
def estimator(installed) -> DwPoseEstimator:
    return opened(installed)


@pytest.fixture
def own(tmp_path) -> ModelLocations:
    """A models folder that a test may change."""
    return install_dwpose(tmp_path)


def opened(locations: ModelLocations) -> DwPoseEstimator:
    return open_model(Role.POSE_ESTIMATOR, "dwpose", locations, CPU)


def blank(size: Size = LANDSCAPE) -> np.ndarray:
    return np.zeros((size.height, size.width, 3), np.uint8)


def crowd() -> tuple[np.ndarray, list[BodyPose]]:
    """A picture of three people, and what is true of them, left to right."""
    picture = blank()
    # The detector is the surer of people the farther right they are.
    places = [draw_person(picture, box, red=red) for box, red in zip(BOXES, (255, 235, 245), strict=True)]
    truths = [body_pose(np.column_stack([points, np.ones(POINTS)]), LANDSCAPE) for points in places]
    return picture, [truths[1], truths[2], truths[0]]


def all_points(pose: BodyPose) -> np.ndarray:
    """x, y and score of body, right hand, left hand and face: (130, 3)."""
    return np.concatenate([pose.keypoints, pose.right_hand, pose.left_hand, pose.face])


def together(poses: tuple[BodyPose, ...]) -> np.ndarray:
    return np.stack([all_points(pose) for pose in poses])


def test_every_point_of_three_people_is_found_left_to_right(estimator):
    picture, truths = crowd()
    poses = estimator.estimate(picture)
    assert len(poses) == 3
    for pose, truth in zip(poses, truths, strict=True):
        shifts = all_points(pose) - all_points(truth)
        # The stand-in knows which columns and rows show a dot, and answers with the first that is full of it.
        assert np.hypot(*shifts[:, :2].T).max() < DOT_PX
        assert (all_points(pose)[:, 2] > 0.8).all()


def test_what_is_not_shown_is_not_seen(estimator):
    picture, left_hand = blank(), range(91, 112)
    draw_person(picture, BOXES[0], hidden={0, 5, *left_hand})
    (pose,) = estimator.estimate(picture)
    unseen = {name for name, score in zip(KEYPOINTS, pose.keypoints[:, 2], strict=True) if score == 0}
    assert unseen == {"nose", "left_shoulder", "neck"}
    assert (pose.left_hand[:, 2] == 0).all()
    assert (pose.right_hand[:, 2] > 0).all()


def test_nobody_is_found_where_nobody_is(estimator):
    assert estimator.estimate(blank()) == ()
    assert estimator.estimate(np.full((300, 200, 3), 127, np.uint8)) == ()


def test_a_box_without_any_point_of_a_body_is_nobody(estimator):
    picture = blank()
    draw_person(picture, BOXES[0], hidden=range(17))
    draw_person(picture, BOXES[1])
    assert len(estimator.estimate(picture)) == 1


def test_people_without_a_neck_stand_where_the_rest_of_them_is(estimator):
    picture = blank()
    draw_person(picture, BOXES[0], hidden={5, 6}, red=255)
    draw_person(picture, BOXES[1], hidden={5, 6}, red=235)
    left, right = estimator.estimate(picture)
    assert left.keypoints[0, 0] < right.keypoints[0, 0]


@pytest.mark.parametrize("size", [Size(500, 700), Size(2100, 1300)], ids=str)
def test_a_person_is_found_at_every_scale_of_the_photo(estimator, size):
    picture = blank(size)
    points = draw_person(picture, Box(100, 150, 400, 600))
    (pose,) = estimator.estimate(picture)
    assert np.hypot(*(pose.left_hand[:, :2] - points[91:112]).T).max() < DOT_PX


@pytest.mark.parametrize("size", [Size(1, 1), Size(20, 4000), Size(4000, 20), Size(33000, 64)], ids=str)
def test_odd_sizes_are_searched_without_an_error(estimator, size):
    assert estimator.estimate(blank(size)) == ()


def test_both_engines_find_the_same(estimator, installed, monkeypatch):
    picture, _ = crowd()
    expected = together(estimator.estimate(picture))
    monkeypatch.setitem(sys.modules, "onnxruntime", types.ModuleType("onnxruntime"))
    found = together(opened(installed).estimate(picture))
    # Float32 sums in another order move a box by 1e-5 px; scores are sums over a hundred cells.
    assert np.abs(found[..., :2] - expected[..., :2]).max() < 1e-3
    assert np.abs(found[..., 2] - expected[..., 2]).max() < 1e-3


def test_a_network_for_one_person_at_a_time_finds_the_same(estimator, tmp_path):
    picture, _ = crowd()
    one_by_one = opened(install_dwpose(tmp_path, people=1))
    assert (together(one_by_one.estimate(picture)) == together(estimator.estimate(picture))).all()


def test_more_people_than_are_looked_at_in_one_run_are_all_found(estimator):
    picture = blank(Size(1500, 1650))
    boxes = [Box(x, y, x + 300, y + 400) for x in (100, 600, 1100) for y in (60, 630, 1200)]
    assert len(boxes) > PEOPLE_AT_ONCE
    places = {tuple(draw_person(picture, box)[0]) for box in boxes}
    noses = [pose.keypoints[0, :2] for pose in estimator.estimate(picture)]
    found = {min(places, key=lambda place: np.hypot(*(nose - place))) for nose in noses}
    assert (len(noses), found) == (9, places)


def test_two_threads_get_what_one_gets(estimator):
    picture, _ = crowd()
    expected = together(estimator.estimate(picture))
    with ThreadPoolExecutor(2) as pool:
        for poses in pool.map(estimator.estimate, [picture] * 2):
            assert (together(poses) == expected).all()


def test_auto_is_dwpose_exactly_where_both_files_are(own, tmp_path):
    entry = find_model(Role.POSE_ESTIMATOR, "auto", own)
    assert (entry.id, entry.commercial_use, entry.proof) == ("dwpose", "yes", Proof.CONTRACT)
    assert open_model(Role.POSE_ESTIMATOR, "auto", own, CPU).id == "dwpose"
    own.home(DWPOSE).unlink()
    assert not is_installed(entry, own)
    assert find_model(Role.POSE_ESTIMATOR, "auto", own).id == "embedded"
    assert find_model(Role.POSE_ESTIMATOR, "auto", ModelLocations(tmp_path / "empty")).id == "embedded"


def test_without_its_files_it_says_which_and_where(tmp_path):
    with pytest.raises(AssetMissing, match=r'"dwpose" lacks 2 files: yolox_l\.onnx \(sha256 7860.*216\.7 MB.*dwpose'):
        opened(ModelLocations(tmp_path))


def test_exchanged_files_are_refused_with_what_each_has_and_needs(own):
    detector, network = own.home(YOLOX), own.home(DWPOSE)
    content = detector.read_bytes()
    detector.write_bytes(network.read_bytes())
    with pytest.raises(
        ModelUnavailable,
        match=r"yolox_l\.onnx in .* is another model than this role needs\. It has \[\?,3,384,288\] -> "
        r"\[\?,133,576\] \[\?,133,768\]; needed: \[1,3,640,640\] -> \[1,8400,85\]",
    ):
        opened(own)
    network.write_bytes(content)
    detector.write_bytes(content)
    with pytest.raises(ModelUnavailable, match=r"dw-ll_ucoco_384\.onnx in .* is another model.*\[1,8400,85\]; needed:"):
        opened(own)


@pytest.mark.parametrize("file", [YOLOX, DWPOSE], ids=lambda file: file.file)
def test_a_truncated_file_is_refused_with_its_size(own, file):
    own.home(file).write_bytes(own.home(file).read_bytes()[:1000])
    with pytest.raises(AssetCorrupt, match=rf"{file.file} is cut off: 1,000 of {file.bytes:,} bytes"):
        opened(own)
