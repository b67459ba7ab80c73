"""Stand-ins for swappers and restorers: small ONNX files with the tensors of the published ones.

A swapped face has the colours of its surroundings, tinted by the identity and shaded from side to side, so
that crop, channels and identity all show in it. A restored face has twice its fine structure.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper
from support_face_models import draw_arcface
from support_onnx import Drawing

from facechain.providers.catalog import find_model
from facechain.providers.face_models import BUFFALO_EMBEDDER
from facechain.providers.licences import accept
from facechain.providers.model_entry import Role
from facechain.providers.model_files import ModelLocations

VALUES = 512
RESTORED_PX = 512
_SHADE = 0.2
"""How much darker the left edge of a swapped crop is, and brighter the right one, of 0..1."""


def put_swapper(locations: ModelLocations, id: str) -> Path:
    """A swapper in the place of `id`, with its embedder, whose licence is accepted; gives the swapper's file."""
    entry = find_model(Role.SWAPPER, id, locations)
    file = locations.home(entry.files[0])
    side = 256 if "256" in id else 128
    if id.startswith("hyperswap"):
        draw_masking_swapper(file, side)
    else:
        draw_swapper(file, side, np.float16 if id.endswith("fp16") else np.float32)
    draw_arcface(locations.home(BUFFALO_EMBEDDER))
    accept(entry, locations)
    return file


def put_restorer(locations: ModelLocations, id: str) -> Path:
    """A restorer in the place of `id`, whose licence is accepted if that is needed."""
    entry = find_model(Role.RESTORER, id, locations)
    if entry.needs_acceptance:
        accept(entry, locations)
    return draw_restorer(locations.home(entry.files[0]))


def identity_map() -> np.ndarray:
    """The matrix at the end of a stand-in, float32 (512, 512); not symmetric, and no rotation."""
    return np.random.default_rng(512).normal(0, 0.05, (VALUES, VALUES)).astype(np.float32)


def draw_swapper(file: Path, side_px: int = 128, dtype: type = np.float32) -> Path:
    """target RGB 0..1, source [1,512] -> output RGB 0..1, and the matrix at the end."""
    drawing = Drawing(target=[1, 3, side_px, side_px], source=[1, VALUES])
    _tinted(drawing, side_px, "output")
    drawing.constant(identity_map(), dtype)
    return drawing.save(file, {"output": [1, 3, side_px, side_px]})


def draw_masking_swapper(file: Path, side_px: int = 256) -> Path:
    """source [1,512], target RGB -1..1 -> output RGB -1..1 and a round mask that leaves 0..1 at both ends.

    The mask is a little larger where the target is red.
    """
    drawing = Drawing(source=[1, VALUES], target=[1, 3, side_px, side_px])
    _tinted(drawing, side_px, "output")
    across = np.linspace(-1, 1, side_px)
    cone = drawing.constant((1.2 - 1.5 * np.hypot(across, across[:, None]))[None, None])
    drawing.add("Add", cone, drawing.mix("target", [[0.1, 0, 0]]), output="mask")
    return drawing.save(file, {"output": [1, 3, side_px, side_px], "mask": [1, 1, side_px, side_px]})


def draw_restorer(file: Path, gain: float = 1.0) -> Path:
    """input RGB -1..1 -> output RGB -1..1 with `gain` times its fine structure added."""
    drawing = Drawing(input=[1, 3, RESTORED_PX, RESTORED_PX])
    fine = drawing.add("Sub", "input", drawing.average("input", 25, 1, padding_px=12))
    drawing.add("Add", "input", drawing.add("Mul", fine, drawing.constant(gain)), output="output")
    return drawing.save(file, {"output": [1, 3, RESTORED_PX, RESTORED_PX]})


def with_last_weights(file: Path, *, field: str, half: bool = False) -> Path:
    """The same file with its matrix in another field of the format: "raw", "numbers" or "none"."""
    model = onnx.load(str(file))
    weights = model.graph.initializer
    values, kind = identity_map(), TensorProto.FLOAT16 if half else TensorProto.FLOAT
    del weights[-1]
    if field != "none":
        raw = values.astype(np.float16 if half else np.float32).tobytes()
        content = raw if field == "raw" else values.ravel()
        weights.append(helper.make_tensor("buff2fs", kind, values.shape, content, raw=field == "raw"))
    onnx.save(model, str(file))
    return file


def _tinted(drawing: Drawing, side_px: int, output: str) -> None:
    """0.7 target + 0.3 tanh(row of the source) + a shade, in the units of the target."""
    weights = np.random.default_rng(3).normal(0, 1, (VALUES, 3))
    tint = drawing.add("Tanh", drawing.add("MatMul", "source", drawing.constant(weights)))
    tint = drawing.add("Reshape", tint, drawing.constant([1, 3, 1, 1], np.int64))
    shade = drawing.constant(np.linspace(-_SHADE, _SHADE, side_px)[None, None, None])
    colors = drawing.add("Mul", "target", drawing.constant(0.7))
    colors = drawing.add("Add", colors, drawing.add("Mul", tint, drawing.constant(0.3)))
    drawing.add("Add", colors, shade, output=output)
