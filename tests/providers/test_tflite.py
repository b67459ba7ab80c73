"""One table for all versions of OpenCV: the same input gives the same outputs in 4.9 to 5.0."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from facechain.errors import ModelUnavailable
from facechain.providers.assets import FACE_DETECTOR, FACE_MESH
from facechain.providers.tflite import TfliteGraph

SUMS = (
    # file, input side, {values of the output: their sum for noise of seed 0}
    (FACE_DETECTOR.file, 128, {896 * 16: 93724.39, 896: -5330.10}),
    (FACE_MESH.file, 192, {468 * 3: 97874.66, 1: -10.71}),
)


def noise(side, seed=0):
    return np.random.RandomState(seed).rand(3, side, side).astype(np.float32).transpose(1, 2, 0)


@pytest.mark.parametrize(("file", "side", "sums"), SUMS, ids=["detector", "mesh"])
def test_every_opencv_gives_all_outputs_with_the_same_values(embedded, file, side, sums):
    outputs = TfliteGraph(embedded / file).run(noise(side), *sums)
    assert [output.size for output in outputs] == list(sums)
    # 1e-4: float32 sums in another order.
    assert [output.sum(dtype=float) for output in outputs] == pytest.approx(list(sums.values()), rel=1e-4, abs=0.01)


def test_threads_do_not_exchange_their_pictures(embedded):
    graph = TfliteGraph(embedded / FACE_DETECTOR.file)
    pictures = [noise(128, seed) for seed in range(8)]
    alone = [graph.run(picture, 896)[0] for picture in pictures]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda picture: graph.run(picture, 896)[0], pictures))
    assert all(np.array_equal(one, other) for one, other in zip(alone, together, strict=True))


def test_an_output_that_is_missing_is_named_by_its_size(embedded):
    graph = TfliteGraph(embedded / FACE_DETECTOR.file)
    with pytest.raises(ModelUnavailable, match=r"gives outputs of \[896, 14336\] values .* but \[1404\] are needed"):
        graph.run(noise(128), 896, 1404)


def test_a_file_that_is_no_graph_is_refused_by_name(tmp_path):
    (tmp_path / "broken.tflite").write_bytes(b"not a graph, not even a flatbuffer")
    with pytest.raises(ModelUnavailable, match=r"cannot read broken.tflite .* Install opencv-python 4.9 to 5.0"):
        TfliteGraph(tmp_path / "broken.tflite")
