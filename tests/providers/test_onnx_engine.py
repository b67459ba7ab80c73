"""Both engines on the same small graphs, and what a user reads about files that no engine can run."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import types
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from support_onnx import Drawing

from facechain.errors import AssetCorrupt, AssetMissing, ModelUnavailable
from facechain.providers import onnx_engine, onnxruntime_session
from facechain.providers.lease import CpuLease
from facechain.providers.model_files import FoundFile, ModelFile
from facechain.providers.onnx_contract import require_tensors
from facechain.providers.onnx_engine import open_graph
from facechain.providers.onnx_file import read_onnx_file
from facechain.providers.onnx_graph import OnnxGraph
from facechain.providers.onnxruntime_session import load_onnxruntime
from facechain.providers.opencv_graph import OpenCvGraph

onnxruntime = load_onnxruntime()
ROOT = Path(__file__).resolve().parents[2]
STRIDES = (8, 16, 32)
SHA256 = "ab" * 32


class CudaLease(CpuLease):
    """Promises a GPU, also where there is none."""

    def borrow(self, bytes: int) -> str:
        return "cuda"


def found(path: Path, published_bytes: int = 0, contract: str = "") -> FoundFile:
    sha256 = SHA256 if published_bytes else ""
    return FoundFile(ModelFile(path.name, sha256, published_bytes, "MIT", contract=contract), path, "")


def written(path: Path, content: bytes) -> FoundFile:
    path.write_bytes(content)
    return found(path, published_bytes=16_923_827)


def random(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.RandomState(seed).standard_normal(shape).astype(np.float32)


def recolouring(folder: Path) -> Path:
    drawing = Drawing(x=[1, 3, "height", "width"])
    drawing.convolve("x", random(8, 3, 1, 1), random(8), output="y")
    return drawing.save(folder / "recolouring.onnx", {"y": [1, 8, "height", "width"]})


def detector(folder: Path) -> Path:
    drawing = Drawing(**{"input.1": [1, 3, "height", "width"]})
    outputs = {}
    for stride in STRIDES:
        cells = drawing.average("input.1", stride, stride)
        for columns, kind in ((1, "score"), (4, "box"), (10, "points")):
            values = drawing.mix(cells, random(2 * columns, 3, seed=columns + stride))
            drawing.rows(values, columns, f"{kind}_{stride}")
            outputs[f"{kind}_{stride}"] = ["n", columns]
    return drawing.save(folder / "detector.onnx", outputs)


def embedder(folder: Path) -> Path:
    drawing = Drawing(data=["n", 3, 112, 112])
    colour = drawing.add("Flatten", drawing.add("GlobalAveragePool", "data"))
    drawing.add("Gemm", colour, drawing.constant(random(3, 512)), drawing.constant(random(512)), output="vector")
    return drawing.save(folder / "embedder.onnx", {"vector": ["n", 512]})


def swapper(folder: Path) -> Path:
    drawing = Drawing(target=[1, 3, 128, 128], source=[1, 512])
    tint = drawing.add("MatMul", "source", drawing.constant(random(512, 3)))
    tint = drawing.add("Reshape", tint, drawing.constant([1, 3, 1, 1], np.int64))
    drawing.add("Mul", "target", tint, output="output")
    return drawing.save(folder / "swapper.onnx", {"output": [1, 3, 128, 128]})


def single_node(folder: Path, operator: str, opset: int = 17) -> FoundFile:
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "xy"]
    graph = helper.make_graph([helper.make_node(operator, ["x"], ["y"])], "one", ends[:1], ends[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    return written(folder / f"{operator}.onnx", model.SerializeToString())


def engines(file: Path) -> tuple[OnnxGraph, OnnxGraph]:
    """onnxruntime's graph and OpenCV's."""
    return open_graph(found(file), CpuLease()), OpenCvGraph(found(file), read_onnx_file(found(file)))


@pytest.fixture
def nothing_said_yet(monkeypatch):
    """What is said and tried once in a process was not said and not tried."""
    monkeypatch.setattr(onnxruntime_session, "_cuda_refused", threading.Event())
    onnxruntime_session._warn_once.cache_clear()
    onnx_engine._warn_once.cache_clear()


@pytest.fixture
def no_onnxruntime(monkeypatch):
    """An import of onnxruntime gives what the rest of a removed installation gives: an empty package."""
    monkeypatch.setitem(sys.modules, "onnxruntime", types.ModuleType("onnxruntime"))


@pytest.mark.parametrize(
    ("draw", "inputs"),
    [
        (recolouring, [{"x": (1, 3, 64, 96)}, {"x": (1, 3, 33, 20)}]),
        (detector, [{"input.1": (1, 3, 320, 256)}, {"input.1": (1, 3, 640, 640)}, {"input.1": (1, 3, 320, 256)}]),
        (embedder, [{"data": (1, 3, 112, 112)}, {"data": (5, 3, 112, 112)}]),
        (swapper, [{"target": (1, 3, 128, 128), "source": (1, 512)}]),
    ],
)
def test_both_engines_give_every_output_with_the_same_values_at_any_size(tmp_path, draw, inputs):
    first, second = engines(draw(tmp_path))
    assert (first.inputs, first.outputs) == (second.inputs, second.outputs)
    for shapes in inputs:
        values = {name: random(*shape, seed=1) for name, shape in shapes.items()}
        ours, theirs = first.run(values), second.run(values)
        assert list(ours) == list(theirs) == [one.name for one in first.outputs]
        for name, value in ours.items():
            # 1e-4 of the largest value: float32 sums in another order.
            np.testing.assert_allclose(theirs[name], value, rtol=0, atol=1e-4 * abs(value).max())
            assert value.shape == theirs[name].shape


@pytest.mark.parametrize("number", [0, 1], ids=["onnxruntime", "opencv"])
def test_a_recolouring_is_the_sum_that_a_reader_computes(tmp_path, number):
    drawing = Drawing(x=[1, 3, "height", "width"])
    drawing.convolve("x", np.array([[1, 10, 100]], np.float32)[..., None, None], [0.5], output="y")
    graph = engines(drawing.save(tmp_path / "sum.onnx", {"y": [1, 1, "height", "width"]}))[number]
    pixels = np.array([1, 2, 3], np.float32).reshape(1, 3, 1, 1) * np.ones((1, 1, 2, 2), np.float32)
    np.testing.assert_array_equal(graph.run({"x": pixels})["y"], np.full((1, 1, 2, 2), 321.5))


@pytest.mark.parametrize("number", [0, 1], ids=["onnxruntime", "opencv"])
def test_arrays_of_another_layout_and_type_are_taken_and_outputs_are_contiguous_float32(tmp_path, number):
    graph = engines(recolouring(tmp_path))[number]
    pixels = np.arange(4 * 6 * 3).reshape(4, 6, 3).astype(np.float64)
    turned = graph.run({"x": pixels.transpose(2, 0, 1)[None]})["y"]
    plain = graph.run({"x": np.ascontiguousarray(pixels.transpose(2, 0, 1)[None], np.float32)})["y"]
    np.testing.assert_array_equal(turned, plain)
    assert turned.dtype == np.float32
    assert turned.flags["C_CONTIGUOUS"]


@pytest.mark.parametrize("number", [0, 1], ids=["onnxruntime", "opencv"])
def test_threads_do_not_exchange_their_pictures(tmp_path, number):
    graph = engines(detector(tmp_path))[number]
    pictures = [random(1, 3, 320, 320, seed=seed) for seed in range(12)]
    alone = [graph.run({"input.1": picture})["score_8"] for picture in pictures]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda picture: graph.run({"input.1": picture})["score_8"], pictures))
    # Not equal to the last bit: the work is split differently when the cores are busy.
    assert all(np.allclose(one, other, atol=1e-5) for one, other in zip(alone, together, strict=True))


def test_an_output_stays_what_it_is_when_the_graph_runs_again(tmp_path):
    for graph in engines(recolouring(tmp_path)):
        first = graph.run({"x": random(1, 3, 8, 8)})["y"]
        kept = first.copy()
        graph.run({"x": random(1, 3, 8, 8, seed=1)})
        np.testing.assert_array_equal(first, kept)


def test_the_engine_names_library_version_and_place(tmp_path):
    first, second = engines(recolouring(tmp_path))
    assert first.engine == f"onnxruntime {onnxruntime.__version__} on the CPU"
    assert second.engine == f"OpenCV {cv2.__version__} on the CPU"


def test_without_a_usable_onnxruntime_opencv_runs_the_graph_and_the_log_says_why(
    tmp_path, no_onnxruntime, nothing_said_yet, caplog
):
    graph = open_graph(found(recolouring(tmp_path)), CpuLease())
    assert isinstance(graph, OpenCvGraph)
    open_graph(found(detector(tmp_path)), CpuLease())
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "run on OpenCV, only on the CPU and slower. onnxruntime has no InferenceSession." in caplog.text


def test_where_cuda_does_not_start_the_cpu_runs_the_graph_and_it_is_said_once(
    tmp_path, nothing_said_yet, caplog, capfd
):
    graphs = [open_graph(found(draw(tmp_path)), CudaLease()) for draw in (recolouring, detector)]
    if "CUDAExecutionProvider" in graphs[0]._session.get_providers():  # this machine has a GPU
        place, warnings = "on CUDA", []
    elif "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        place, warnings = "on the CPU (CUDA did not start)", ["CUDA did not start in onnxruntime"]
    else:
        place, warnings = "on the CPU (built without CUDA)", ["is built without CUDA; ONNX models run on the CPU."]
    assert [graph.engine for graph in graphs] == [f"onnxruntime {onnxruntime.__version__} {place}"] * 2
    assert len(caplog.records) == len(warnings)
    assert all(text in caplog.text for text in warnings)
    assert capfd.readouterr().err.count("Failed to create CUDAExecutionProvider") <= 1
    assert graphs[0].run({"x": random(1, 3, 4, 4)})["y"].shape == (1, 8, 4, 4)


def test_asking_for_the_cpu_prints_nothing_and_reports_no_usage(tmp_path):
    drawing = Drawing(x=[1])
    drawing.constant([1.0])  # onnxruntime would warn of a weight that nothing uses
    drawing.add("Relu", "x", output="y")
    file = drawing.save(tmp_path / "small.onnx", {"y": [1]})
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "import os\nfrom pathlib import Path\n"
        "from facechain.providers.lease import CpuLease\n"
        "from facechain.providers.model_files import FoundFile, ModelFile\n"
        "from facechain.providers.onnx_engine import open_graph\n"
        "assert 'onnxruntime' not in sys.modules\n"
        f"open_graph(FoundFile(ModelFile('a', '', 0, ''), Path({str(file)!r}), ''), CpuLease())\n"
        "assert os.environ['ORT_DISABLE_TELEMETRY'] == '1'\n"
    )
    environ = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    done = subprocess.run([sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("number", [0, 1], ids=["onnxruntime", "opencv"])
@pytest.mark.parametrize(
    ("values", "given"),
    [
        ({"image": random(1, 3, 112, 112)}, r"given: image \[1,3,112,112\]"),
        ({"data": random(1, 3, 96, 96)}, r"given: data \[1,3,96,96\]"),
        ({"data": random(1, 3, 112)}, r"given: data \[1,3,112\]"),
        ({}, "given: nothing"),
    ],
)
def test_other_names_and_shapes_are_refused_with_what_was_expected_and_given(tmp_path, number, values, given):
    graph = engines(embedder(tmp_path))[number]
    with pytest.raises(ModelUnavailable, match=rf"embedder.onnx expects data \[\?,3,112,112\]; {given}\."):
        graph.run(values)


def test_a_graph_with_the_tensors_of_its_contract_is_accepted(tmp_path):
    file = found(embedder(tmp_path))
    graph = open_graph(file, CpuLease())
    require_tensors(graph, file, inputs=[(1, 3, 112, 112)], outputs=[(None, 512)])
    require_tensors(graph, file, inputs=[(None, 3, None, None)], outputs=[(1, None)])


@pytest.mark.parametrize(
    ("inputs", "outputs"),
    [
        ([(1, 3, 96, 96)], [(None, 512)]),
        ([(None, 3, 112, 112)], [(None, 128)]),
        ([(None, 3, 112, 112)], [(None, 512), (None, 512)]),
        ([(1, 3, 112)], [(None, 512)]),
        ([(1, 3, 112, 112, 1)], [(None, 512)]),
        ([(None, 3, 112, 112), (1, 512)], [(None, 512)]),
    ],
)
def test_a_graph_with_other_tensors_is_refused_with_the_contract_and_the_published_file(tmp_path, inputs, outputs):
    file = found(embedder(tmp_path), published_bytes=5_000_000, contract="data -> fc1")
    graph = open_graph(file, CpuLease())
    match = (
        rf"embedder.onnx in {tmp_path} is another model .* has \[\?,3,112,112\] -> \[\?,512\]; needed: .* "
        rf"\(data -> fc1\)\. Put the published file there: embedder.onnx \(sha256 {SHA256}, 5.0 MB\)"
    )
    with pytest.raises(ModelUnavailable, match=match):
        require_tensors(graph, file, inputs=inputs, outputs=outputs)


def test_weights_that_older_files_list_among_the_inputs_are_none(tmp_path):
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in ("x", "bias", "y")]
    node = helper.make_node("Add", ["x", "bias"], ["y"])
    weights = [numpy_helper.from_array(np.ones(1, np.float32), "bias")]
    graph = helper.make_graph([node], "old", ends[:2], ends[2:], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=3)
    file = written(tmp_path / "old.onnx", model.SerializeToString())
    opened = open_graph(file, CpuLease())
    assert [one.name for one in opened.inputs] == ["x"]
    assert opened.run({"x": np.ones(1)})["y"] == [2]


DAMAGED = {
    "empty": (b"", "is empty: 0 of 16,923,827 bytes"),
    "page": (b"<!DOCTYPE html>\n<html><head><title>det_10g.onnx</title>", "is a web page .*/resolve/"),
    "pointer": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 16923827\n",
        "is a Git LFS pointer",
    ),
    "text": (b"Entry not found", 'is a text that begins "Entry not found": 15 of'),
    "archive": (b"PK\x03\x04" + bytes(200), "is no ONNX file: 204 of 16,923,827 bytes"),
    "binary": (b"\x1a\xff\x01" + bytes(40), "is no ONNX file"),
    "other message": (b"\x08\x08\x12\x07pytorch", "is no ONNX file"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_file_that_is_no_model_is_refused_with_what_it_is(tmp_path, name):
    content, what = DAMAGED[name]
    match = rf"^det_10g.onnx {what}.*expected sha256 {SHA256}\. Delete it from {tmp_path} and fetch it again\.$"
    with pytest.raises(AssetCorrupt, match=match):
        open_graph(written(tmp_path / "det_10g.onnx", content), CpuLease())


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.999])
def test_a_file_that_is_cut_off_anywhere_is_refused_with_its_bytes(tmp_path, kept):
    content = embedder(tmp_path).read_bytes()
    part = content[: int(kept * len(content))]
    with pytest.raises(AssetCorrupt, match=rf"det_10g.onnx is cut off: {len(part):,} of 16,923,827 bytes"):
        open_graph(written(tmp_path / "det_10g.onnx", part), CpuLease())


def test_weights_in_another_file_are_read_and_missed_by_name(tmp_path):
    model = onnx.load(str(embedder(tmp_path)))
    file = tmp_path / "large.onnx"
    onnx.save(model, str(file), save_as_external_data=True, location="large.data", size_threshold=0)
    assert open_graph(found(file), CpuLease()).run({"data": random(1, 3, 112, 112)})["vector"].shape == (1, 512)
    (tmp_path / "large.data").unlink()
    with pytest.raises(AssetMissing, match=rf"large.onnx keeps .* of which large.data is missing in {tmp_path}\."):
        open_graph(found(file), CpuLease())


def test_an_operator_that_nobody_knows_is_named(tmp_path, no_onnxruntime):
    file = single_node(tmp_path, "Frobnicate")
    with pytest.raises(ModelUnavailable, match=r"OpenCV .* cannot run Frobnicate.onnx .*of type \"Frobnicate\""):
        open_graph(file, CpuLease())


@pytest.mark.parametrize(
    ("operator", "opset", "reason"),
    [
        ("Frobnicate", 17, "No Op registered for Frobnicate"),
        ("Relu", 99, "Opset 99 is under development"),
        ("Relu", 1, "Could not find an implementation for Relu"),
    ],
)
def test_a_graph_that_onnxruntime_cannot_run_is_refused_with_its_versions_and_the_reason(
    tmp_path, operator, opset, reason
):
    file = single_node(tmp_path, operator, opset)
    match = (
        rf"onnxruntime {onnxruntime.__version__} cannot run {operator}.onnx in {tmp_path} "
        rf"\(operator set {opset}, file format 8\): \"[^/]*{reason}.*Put {operator}.onnx .* update onnxruntime\."
    )
    with pytest.raises(ModelUnavailable, match=match):
        open_graph(file, CpuLease())
