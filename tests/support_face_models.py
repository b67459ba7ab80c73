"""Stand-ins for the models of face analyzers: small ONNX files with the tensors of the published ones.

What they say depends on the picture and is the same every time. The identity stand-ins compare fine
structure of the aligned face: cosine 0.2 for the two people of the detectors' photos, 0.35 and more for one
of them under mild damage. `write_...` puts them where the catalogue expects the published files.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
from support_onnx import Drawing
from support_onnx_detectors import draw_scrfd, draw_yunet

from facechain.providers import face_models as models
from facechain.providers.assets import FACE_MESH
from facechain.providers.model_files import ModelFile, ModelLocations

_CELLS = 8
"""Across a crop, for networks that see it whole."""


def write_buffalo_pack(models_folder: Path) -> Path:
    """The folder in `models_folder` that now holds buffalo_l."""
    return _write_pack(models_folder, models.BUFFALO_DETECTOR, models.BUFFALO_EMBEDDER, seed=50)


def write_antelope_pack(models_folder: Path) -> Path:
    """The folder in `models_folder` that now holds antelopev2."""
    return _write_pack(models_folder, models.ANTELOPE_DETECTOR, models.ANTELOPE_EMBEDDER, seed=100)


def write_opencv_models(models_folder: Path) -> Path:
    """The folder in `models_folder` that now holds YuNet, SFace and eDifFIQA."""
    locations = ModelLocations(models_folder)
    draw_yunet(locations.home(models.YUNET))
    draw_sface(locations.home(models.SFACE))
    return draw_ediffiqa(locations.home(models.EDIFFIQA)).parent


def install_stand_ins(models_folder: Path, real: ModelLocations) -> ModelLocations:
    """`models_folder` with every stand-in, and the real mesh of `real`, without which no analyzer opens."""
    own = ModelLocations(models_folder)
    own.embedded.mkdir(parents=True)
    shutil.copy(real.verified(FACE_MESH), own.embedded)
    write_buffalo_pack(models_folder)
    write_antelope_pack(models_folder)
    write_opencv_models(models_folder)
    return own


def _write_pack(models_folder: Path, detector: ModelFile, embedder: ModelFile, *, seed: int) -> Path:
    locations = ModelLocations(models_folder)
    folder = draw_scrfd(locations.home(detector)).parent
    draw_arcface(locations.home(embedder), seed=seed)
    draw_genderage(folder / models.BUFFALO_ATTRIBUTES.file)
    draw_contour(folder / models.BUFFALO_CONTOUR.file)
    return folder


def draw_arcface(file: Path, *, seed: int = 50, output: str = "683") -> Path:
    """RGB (x-127.5)/127.5 of the aligned crop -> 512 values that no length is given to."""
    drawing = Drawing(**{"input.1": ["n", 3, 112, 112]})
    _identity(drawing, "input.1", output, values=512, seed=seed)
    return drawing.save(file, {output: ["n", 512]})


def draw_sface(file: Path) -> Path:
    """RGB 0..255 of the aligned crop -> 128 values."""
    drawing = Drawing(data=[1, 3, 112, 112])
    scaled = drawing.mix("data", np.eye(3) / 127.5, [-1] * 3)
    _identity(drawing, scaled, "fc1", values=128, seed=128)
    return drawing.save(file, {"fc1": [1, 128]})


def draw_genderage(file: Path) -> Path:
    """RGB 0..255 of a box -> two logits, and an age of 0.2 to 0.6 centuries."""
    drawing = Drawing(data=["n", 3, 96, 96])
    weights = np.random.default_rng(96).normal(0, 0.15, (3, 3 * _CELLS**2)) * [[1], [1], [0.05]]
    _dense(drawing, _cells(drawing, _centered(drawing), 96), weights, [0, 0, 0.4], "fc1")
    return drawing.save(file, {"fc1": ["n", 3]})


def draw_contour(file: Path) -> Path:
    """RGB 0..255 of a box -> 106 points around its middle, each moved by what is seen."""
    drawing = Drawing(data=["n", 3, 192, 192])
    turns = np.linspace(0, 2 * np.pi, 106, endpoint=False)
    ring = 0.6 * np.column_stack([np.cos(turns), np.sin(turns)])
    weights = np.random.default_rng(106).normal(0, 0.005, (212, 3 * _CELLS**2))
    _dense(drawing, _cells(drawing, _centered(drawing), 192), weights, ring.ravel(), "fc1")
    return drawing.save(file, {"fc1": ["n", 212]})


def draw_ediffiqa(file: Path) -> Path:
    """RGB (x-127.5)/127.5 of the aligned crop -> one number that grows with sharpness: 0.5 a little blurred."""
    drawing = Drawing(input=[1, 3, 112, 112])
    edges = drawing.convolve("input", np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])[None, None].repeat(3, 1) / 3)
    energy = drawing.add("GlobalAveragePool", drawing.add("Mul", edges, edges))
    score = drawing.add("Sigmoid", drawing.mix(drawing.add("Sqrt", energy), [[20]], [-2]))
    drawing.add("Flatten", score, output="output")
    return drawing.save(file, {"output": [1, 1]})


def _centered(drawing: Drawing) -> str:
    """0..255 as -1..1. The names of the nodes tell the insightface package to leave that to the graph."""
    shifted = drawing.add("Sub", "data", drawing.constant(127.5), name="Sub_0")
    return drawing.add("Mul", shifted, drawing.constant(1 / 127.5), name="Mul_0")


def _cells(drawing: Drawing, value: str, side_px: int) -> str:
    """Mean colours of 8 x 8 cells in a row."""
    cell = side_px // _CELLS
    return drawing.add("Flatten", drawing.average(value, cell, cell))


def _identity(drawing: Drawing, value: str, output: str, *, values: int, seed: int) -> None:
    """How 16 x 16 cells differ from the cells around them, turned at random into `values`."""
    cells = drawing.average(value, 7, 7)
    around = drawing.average(cells, 5, 1, padding_px=2)
    differences = drawing.add("Flatten", drawing.add("Sub", cells, around))
    weights = np.random.default_rng(seed).normal(0, 1, (values, 3 * 16**2))
    _dense(drawing, differences, weights, np.zeros(values), output)


def _dense(drawing: Drawing, value: str, weights: np.ndarray, biases: object, output: str) -> None:
    drawing.add("Gemm", value, drawing.constant(weights), drawing.constant(biases), transB=1, output=output)
