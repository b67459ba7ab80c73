"""The analyzer of OpenCV's model zoo, with stand-ins for its weights and the real mesh."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from support_face_models import install_stand_ins
from support_onnx_detectors import draw_yunet

from facechain.embeddings import compare
from facechain.errors import AssetCorrupt, AssetMissing, ModelUnavailable
from facechain.providers.catalog import Role, open_model
from facechain.providers.face_models import BUFFALO_ATTRIBUTES, BUFFALO_EMBEDDER, SFACE, YUNET
from facechain.providers.lease import CpuLease
from facechain.providers.model_files import ModelLocations
from facechain.providers.yunet_sface import YuNetSFaceAnalyzer

CPU = CpuLease()


@pytest.fixture(scope="module")
def installed(tmp_path_factory, locations) -> ModelLocations:
    return install_stand_ins(tmp_path_factory.mktemp("模型"), locations)


@pytest.fixture(scope="module")
def opencv(installed) -> YuNetSFaceAnalyzer:
    return open_model(Role.ANALYZER, "yunet_sface", installed, CPU)


@pytest.fixture
def own(installed, tmp_path) -> ModelLocations:
    """A models folder that a test may change."""
    shutil.copytree(installed.root, tmp_path / "models")
    return ModelLocations(tmp_path / "models")


def bgr(picture: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(picture[..., ::-1])


def test_the_face_is_where_the_embedded_analyzer_sees_it(opencv, analyzer, photo):
    ((face,), (known,)) = opencv.detect(photo("astronaut")), analyzer.detect(photo("astronaut"))
    # A tenth of its height: the stand-in's box is a fixed one around the middle of what it found.
    assert face.box.center == pytest.approx(known.box.center, abs=10)
    assert np.abs(face.mesh - known.mesh).mean() < 1
    assert face.presence > 0.99


def test_a_face_is_what_opencv_says_of_the_same_file(opencv, installed, photo):
    # Small enough that nothing is scaled before the detection.
    picture = cv2.resize(photo("astronaut"), (320, 320), interpolation=cv2.INTER_AREA)
    detector = cv2.FaceDetectorYN.create(str(installed.home(YUNET)), "", (320, 320), 0.6, 0.3, 5000)
    _, ((x, y, width, height, *points, score),) = detector.detect(bgr(picture))
    (face,) = opencv.detect(picture)
    found = [face.box.x1, face.box.y1, face.box.x2, face.box.y2]
    assert found == pytest.approx([x, y, x + width, y + height], abs=1e-3)
    assert face.landmarks.points.ravel() == pytest.approx(np.array(points), abs=1e-3)
    assert face.score == pytest.approx(score)


def test_an_embedding_is_what_opencv_computes_from_the_same_points(opencv, installed, photo):
    picture = photo("hopper")
    (face,) = opencv.detect(picture)
    recognizer = cv2.FaceRecognizerSF.create(str(installed.home(SFACE)), "")
    row = np.array([0, 0, 9, 9, *face.landmarks.points.ravel(), 1], np.float32)
    expected = recognizer.feature(recognizer.alignCrop(bgr(picture), row))[0]
    embedding = opencv.embed(picture, face)
    cosine = embedding.vector @ expected / np.linalg.norm(embedding.vector) / np.linalg.norm(expected)
    # It aligns in float32, so that some pixels differ by one grey level.
    assert cosine > 1 - 1e-5
    assert embedding.vector.shape == (128,)
    assert embedding.metric == "cosine"


def test_one_person_is_more_alike_than_two(opencv, photo):
    astronaut, hopper = photo("astronaut"), photo("hopper")
    darker = (astronaut * 0.9).astype(np.uint8)
    first, again, other = (opencv.embed(one, opencv.detect(one)[0]) for one in (astronaut, darker, hopper))
    assert compare(first, again) > 0.9
    assert compare(first, other) < opencv.calibration.same_person


@pytest.mark.parametrize(("cosine", "likeness"), [(0.73, 0.99), (0.363, 0.5), (0.1, 0.04)])
def test_likeness_says_what_a_cosine_means(opencv, cosine, likeness):
    assert opencv.calibration.likeness(cosine, "cosine") == pytest.approx(likeness, abs=0.005)


def test_a_face_half_as_high_as_a_large_picture_is_found(opencv, photo):
    picture = cv2.resize(photo("astronaut")[20:220, 120:320], (1600, 1600), interpolation=cv2.INTER_CUBIC)
    (face,) = opencv.detect(picture)
    assert face.box.height / 1600 == pytest.approx(0.5, abs=0.05)


def test_a_face_of_4_percent_of_the_longer_side_is_found(opencv, photo):
    canvas = np.full((1800, 2400, 3), 90, np.uint8)
    canvas[900:1412, 1300:1812] = photo("astronaut")
    (face,) = opencv.detect(canvas)
    # The stand-in knows faces of some sizes only.
    assert face.box.height / 2400 == pytest.approx(0.04, abs=0.01)
    # The astronaut's eyes, by hand.
    assert np.abs(face.landmarks.points[:2] - [(1505, 1002), (1547, 1004)]).max() < 8


def test_an_uncertain_detection_stays_where_the_mesh_sees_a_face(opencv, photo):
    (face,) = opencv.detect(photo("hopper"))
    assert 0.6 < face.score < 0.9
    assert face.mesh is not None


def test_an_uncertain_detection_goes_where_the_mesh_sees_none(opencv, own, photo):
    picture = photo("motorcycle_left.png")
    assert opencv.detect(picture) == ()
    draw_yunet(own.home(YUNET), threshold=1)  # surer of everything
    (face,) = YuNetSFaceAnalyzer(own, CPU).detect(picture)
    assert face.score > 0.9
    assert face.mesh is None


@pytest.mark.parametrize("size", [(1, 1), (2000, 3), (64, 33000)], ids=str)
def test_odd_sizes_are_searched_without_an_error(opencv, size):
    assert opencv.detect(np.zeros((*size, 3), np.uint8)) == ()


def test_threads_may_share_an_analyzer(opencv, photo):
    pictures = [photo("astronaut"), photo("hopper")] * 3
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(opencv.detect, pictures))
    assert [face.box for (face,) in found] == [face.box for one in pictures[:2] for face in opencv.detect(one)] * 3


def test_other_weights_have_another_id(opencv, installed):
    assert opencv.model_id == f"sface_2021dec-{installed.found(SFACE).sha256[:8]}"


def test_a_missing_file_is_named(own):
    own.home(SFACE).unlink()
    with pytest.raises(AssetMissing, match=r"lacks 1 files: face_recognition_sface_2021dec\.onnx"):
        open_model(Role.ANALYZER, "yunet_sface", own, CPU)


@pytest.mark.parametrize(
    ("wrong", "place", "needed"),
    [
        (SFACE, YUNET, "12 outputs"),
        (BUFFALO_EMBEDDER, YUNET, "12 outputs"),
        (YUNET, SFACE, r"fc1 \[1,128\]"),
        (BUFFALO_ATTRIBUTES, SFACE, r"fc1 \[1,128\]"),
    ],
    ids=lambda value: getattr(value, "file", None),
)
def test_another_model_under_the_name_is_refused_with_what_is_needed(own, wrong, place, needed):
    shutil.copy(own.home(wrong), own.home(place))
    with pytest.raises(ModelUnavailable, match=rf"cannot use {place.file} in .*opencv; needed: .*{needed}"):
        YuNetSFaceAnalyzer(own, CPU)


def test_a_truncated_file_is_refused_with_its_size(own):
    file = own.home(YUNET)
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(AssetCorrupt, match=r"yunet_2023mar\.onnx is cut off: 1,000 of 232,589 bytes"):
        YuNetSFaceAnalyzer(own, CPU)
