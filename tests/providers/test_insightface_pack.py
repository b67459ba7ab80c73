"""The analyzers of InsightFace's packs, with stand-ins for their weights and the real mesh."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import cv2
import numpy as np
import pytest
from support_face_models import install_stand_ins
from support_onnx import Drawing

from facechain.embeddings import compare
from facechain.geometry import Box, Landmarks
from facechain.providers.face_models import BUFFALO_ATTRIBUTES, BUFFALO_CONTOUR, BUFFALO_DETECTOR, BUFFALO_EMBEDDER
from facechain.providers.genderage import AttributeJudge
from facechain.providers.insightface_pack import AntelopeAnalyzer, BuffaloAnalyzer
from facechain.providers.lease import CpuLease
from facechain.providers.model_files import FoundFile, ModelLocations
from facechain.providers.onnx_file import read_onnx_file
from facechain.providers.onnxruntime_graph import OnnxRuntimeGraph
from facechain.providers.onnxruntime_session import load_onnxruntime
from facechain.providers.opencv_graph import OpenCvGraph
from facechain.providers.scrfd import Scrfd, best_of_each, letterbox

CPU = CpuLease()


@pytest.fixture(scope="module")
def installed(tmp_path_factory, locations) -> ModelLocations:
    return install_stand_ins(tmp_path_factory.mktemp("models"), locations)


@pytest.fixture(scope="module")
def buffalo(installed) -> BuffaloAnalyzer:
    return BuffaloAnalyzer(installed, CPU)


def closeup(picture: np.ndarray) -> np.ndarray:
    """The astronaut with a face half as high as the picture, which has 1200 px."""
    return cv2.resize(picture[20:220, 120:320], (1200, 1200), interpolation=cv2.INTER_CUBIC)


def test_the_face_is_where_the_embedded_analyzer_sees_it(buffalo, analyzer, photo):
    ((face,), (known,)) = buffalo.detect(photo("astronaut")), analyzer.detect(photo("astronaut"))
    # A tenth of its height: the stand-in's box is a fixed one around the middle of what it found.
    assert face.box.center == pytest.approx(known.box.center, abs=10)
    assert face.box.height == pytest.approx(known.box.height, abs=12)


def test_a_face_gets_the_mesh_that_the_embedded_analyzer_gives_it(buffalo, analyzer, photo):
    ((face,), (known,)) = buffalo.detect(photo("hopper")), analyzer.detect(photo("hopper"))
    # 1 % of her face: the second look starts from nearly the same place.
    assert np.abs(face.mesh[:, :2] - known.mesh[:, :2]).mean() < 0.01 * known.box.height
    assert face.presence > 0.99


def test_box_and_landmarks_stay_those_of_the_detector(buffalo, installed, photo):
    (found,) = Scrfd(installed.found(BUFFALO_DETECTOR), CPU).detect(photo("astronaut"))
    (face,) = buffalo.detect(photo("astronaut"))
    assert face.box == found.box
    assert (face.landmarks.points == found.landmarks.points).all()


def test_a_detection_in_which_the_mesh_sees_no_face_stays_without_one(buffalo, photo):
    false = buffalo.detect(photo("motorcycle_left.png"))
    assert len(false) == 2
    assert all(face.mesh is None and face.presence is None for face in false)


def test_a_face_that_fills_the_picture_is_found_by_the_small_input(installed, buffalo, photo):
    picture = closeup(photo("astronaut"))
    assert Scrfd(installed.found(BUFFALO_DETECTOR), CPU, sides_px=(640,)).detect(picture) == ()
    assert len(buffalo.detect(picture)) == 1


def test_faces_come_left_to_right(buffalo, photo):
    left, right = buffalo.detect(np.hstack([photo("hopper")[:512], photo("astronaut")]))
    assert left.box.center[0] < 512 < right.box.center[0]
    assert left.score < right.score  # the order in which they were found


def test_one_person_is_more_alike_than_two(buffalo, photo):
    astronaut, hopper = photo("astronaut"), photo("hopper")
    smaller = cv2.resize(astronaut, None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA)
    first, again, other = (buffalo.embed(one, buffalo.detect(one)[0]) for one in (astronaut, smaller, hopper))
    assert compare(first, again) > 0.9
    assert compare(first, other) < buffalo.calibration.same_person


@pytest.mark.parametrize(("cosine", "likeness"), [(0.65, 0.99), (0.33, 0.5), (0.05, 0.02)])
def test_likeness_says_what_a_cosine_means(buffalo, cosine, likeness):
    assert buffalo.calibration.likeness(cosine, "cosine") == pytest.approx(likeness, abs=0.005)


def test_an_embedding_names_the_weights_and_has_length_1(buffalo, installed, photo):
    embedding = buffalo.embed(photo("astronaut"), buffalo.detect(photo("astronaut"))[0])
    sha256 = installed.found(BUFFALO_EMBEDDER).sha256
    assert embedding.model_id == buffalo.model_id == f"arcface_w600k_r50-{sha256[:8]}"
    assert embedding.metric == "cosine"
    assert np.linalg.norm(embedding.vector) == pytest.approx(1, abs=1e-6)


def test_the_other_pack_has_another_id(installed):
    assert AntelopeAnalyzer(installed, CPU).model_id.startswith("arcface_glintr100-")


def test_a_picture_too_wide_for_opencv_4_to_warp_gives_the_same_embedding(buffalo, photo):
    astronaut = photo("astronaut")
    (face,) = buffalo.detect(astronaut)
    wide = np.zeros((512, 33000, 3), np.uint8)
    wide[:, 20000:20512] = astronaut
    moved = replace(face, landmarks=Landmarks(face.landmarks.points + np.array([20000, 0])))
    # float32 places points at 20000 px to 0.002 px.
    assert compare(buffalo.embed(astronaut, face), buffalo.embed(wide, moved)) > 0.9999
    assert buffalo.detect(wide[:64]) == ()


def test_female_and_age_are_read_off_the_three_outputs(tmp_path):
    drawing = Drawing(data=["n", 3, 96, 96])
    drawing.add("Gemm", drawing.add("Flatten", drawing.average("data", 96, 96)), drawing.constant(np.zeros((3, 3))),
                drawing.constant([1.0, 3.0, 0.42]), output="fc1")  # fmt: skip
    file = drawing.save(tmp_path / "genderage.onnx", {"fc1": ["n", 3]})
    judge = AttributeJudge(FoundFile(BUFFALO_ATTRIBUTES, file, "0" * 64), CPU)
    attributes = judge.judge(np.zeros((50, 50, 3), np.uint8), Box(10, 10, 40, 40))
    assert attributes.female == pytest.approx(1 / (1 + np.exp(2)))
    assert attributes.age_years == pytest.approx(42)


def test_a_tall_picture_is_fitted_into_the_top_left():
    canvas, scale = letterbox(np.full((200, 100, 3), 7, np.uint8), 64)
    assert scale == 0.32
    assert (canvas[:, :32] == 7).all()
    assert not canvas[:, 32:].any()


def test_of_two_boxes_that_overlap_by_half_the_better_one_stays():
    def row(x1: float, x2: float, score: float) -> list[float]:
        return [x1, 0, x2, 9, *[0] * 10, score]

    # 10 px wide, the last one counts; the second shares 5 of 15 columns with the first, the third 7 of 13.
    rows = np.array([row(0, 9, 0.6), row(5, 14, 0.7), row(8, 17, 0.9)], np.float32)
    assert best_of_each(rows)[:, 14].tolist() == pytest.approx([0.9, 0.6])


def test_threads_may_share_an_analyzer(buffalo, photo):
    pictures = [photo("astronaut"), photo("hopper")] * 2
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(buffalo.detect, pictures))
    assert [face.box for (face,) in found] == [face.box for one in pictures for face in buffalo.detect(one)]


@pytest.mark.parametrize("file", [BUFFALO_DETECTOR, BUFFALO_EMBEDDER, BUFFALO_ATTRIBUTES, BUFFALO_CONTOUR], ids=str)
def test_onnxruntime_and_opencv_answer_alike(installed, photo, file):
    found = installed.found(file)
    declared = read_onnx_file(found)
    graphs = (OnnxRuntimeGraph(load_onnxruntime(), found, declared, "cpu"), OpenCvGraph(found, declared))
    side = declared.inputs[0].shape[3] or 640
    pixels = cv2.resize(photo("astronaut"), (side, side)).astype(np.float32).transpose(2, 0, 1)[None]
    ours, others = (graph.run({declared.inputs[0].name: pixels / 128 - 1}) for graph in graphs)
    for name, values in ours.items():
        # Sums of thousands of float32 products in another order; the largest values are about 50.
        assert np.abs(values - others[name].reshape(values.shape)).max() < 1e-3
