"""Small real networks with the contracts of parsing models: they tell classes apart by their colours.

A pixel gets for each class 2 c.x - |c|^2, which is largest for the colour c nearest to its own colour x.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from support_onnx import Drawing
from support_tflite import mixing_file

from facechain.interfaces import FaceParser
from facechain.providers.catalog import find_model, open_model
from facechain.providers.lease import CpuLease
from facechain.providers.licences import accept
from facechain.providers.model_entry import Role
from facechain.providers.model_files import ModelLocations

MEAN, DEVIATION = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
CLASS_NAMES = {
    "bisenet": "bg skin l_brow r_brow l_eye r_eye eye_g l_ear r_ear ear_r nose mouth u_lip l_lip neck neck_l cloth "
    "hair hat",
    "segformer": "bg skin nose eye_g l_eye r_eye l_brow r_brow l_ear r_ear mouth u_lip l_lip hair hat ear_r neck_l "
    "neck cloth",
    "selfie_multiclass": "bg hair body_skin face_skin cloth others",
}
"""As the models' authors count them; in CelebAMask-HQ's words."""
CLASS_NAMES |= {"bisenet_small": CLASS_NAMES["bisenet"], "segformer_onnx": CLASS_NAMES["segformer"]}
_CERTAINTY = 20.0
"""So that the likeliest class has nearly all of the probability."""

Colors = Sequence[tuple[int, int, int]]


def model_file(locations: ModelLocations, id: str) -> Path:
    (file,) = find_model(Role.PARSER, id, locations).files
    return locations.home(file)


def put(locations: ModelLocations, id: str, colors: Colors = ()) -> None:
    """A small network in the place of the model `id`, whose licence is accepted."""
    colors = colors or palette(len(CLASS_NAMES[id].split()))
    file = model_file(locations, id)
    if id.startswith("bisenet"):
        bisenet_file(file, colors)
    elif id == "segformer":
        segformer_file(file, colors)
    elif id == "segformer_onnx":
        segformer_onnx_file(file, colors)
    else:
        # Unlike the others it wants 0..1.
        mixing_file(file, *color_weights(colors, np.zeros(3), np.ones(3)), side_px=256)
    accept(find_model(Role.PARSER, id, locations), locations)


def opened(locations: ModelLocations, id: str) -> FaceParser:
    return open_model(Role.PARSER, id, locations, CpuLease())


def palette(count: int) -> list[tuple[int, int, int]]:
    """`count` colours, at most 27, each 127 levels of one channel apart from all others."""
    levels = (0, 127, 254)
    return [(levels[n % 3], levels[n // 3 % 3], levels[n // 9]) for n in range(count)]


def color_weights(colors: Colors, mean: np.ndarray = MEAN, deviation: np.ndarray = DEVIATION) -> tuple:
    """Weights (classes, 3) and biases (classes,) for RGB less `mean`, over `deviation`."""
    points = (np.array(colors) / 255 - mean) / deviation
    return _CERTAINTY * 2 * points, -_CERTAINTY * (points**2).sum(1)


def bisenet_file(file: Path, colors: Colors, *, further_outputs: int = 2) -> Path:
    """An ONNX file like those of yakhyo/face-parsing, with or without the outputs that help in training."""
    drawing = Drawing(input=["batch", 3, 512, 512])
    logits = drawing.mix("input", *color_weights(colors))
    outputs = {}
    for name in ["output", *(f"auxiliary_{number}" for number in range(further_outputs))]:
        source = logits if name == "output" else drawing.add("Neg", logits)
        outputs[drawing.add("Identity", source, output=name)] = ["batch", len(colors), 512, 512]
    return drawing.save(file, outputs)


def segformer_onnx_file(file: Path, colors: Colors) -> Path:
    """An ONNX file like that of jonathandinu/face-parsing: any size in, logits of a quarter of it out."""
    drawing = Drawing(pixel_values=["batch", 3, "height", "width"])
    cells = drawing.average("pixel_values", 4, 4)
    drawing.add("Identity", drawing.mix(cells, *color_weights(colors)), output="logits")
    return drawing.save(file, {"logits": ["batch", len(colors), "rows", "columns"]})


def segformer_file(file: Path, colors: Colors) -> Path:
    """A safetensors file with the names of jonathandinu/face-parsing and four stages of 8 channels."""
    file.parent.mkdir(parents=True, exist_ok=True)
    safetensors.torch.save_file(segformer_tensors(colors), file)
    return file


def segformer_tensors(colors: Colors) -> dict[str, torch.Tensor]:
    """Tensors of a SegFormer of which only the first stage does something: no block and no other stage adds to it.

    Its channels are the colour, a constant, and their negatives: norms only scale them, alike for all
    classes, and of every pair one survives the last ReLU.
    """
    tensors = {}
    for stage, reduction in enumerate((8, 4, 2, 1)):
        tensors |= _embedding(stage) | _block(f"segformer.encoder.block.{stage}.0.", reduction)
        tensors |= _norm(f"segformer.encoder.layer_norm.{stage}.")
        tensors |= _zeros(f"decode_head.linear_c.{stage}.proj.", 8, 8)
    tensors |= _norm("decode_head.batch_norm.") | _zeros("decode_head.classifier.", len(colors), 8, 1, 1)
    tensors["decode_head.batch_norm.running_mean"] = torch.zeros(8)
    tensors["decode_head.batch_norm.running_var"] = torch.ones(8)
    tensors["decode_head.batch_norm.num_batches_tracked"] = torch.tensor(1)
    tensors["decode_head.linear_fuse.weight"] = torch.zeros(8, 32, 1, 1)
    _see_colors(tensors, colors)
    return tensors


def _see_colors(tensors: dict[str, torch.Tensor], colors: Colors) -> None:
    first = tensors["segformer.encoder.patch_embeddings.0.proj.weight"]
    for channel in range(3):
        first[channel, channel, 3, 3], first[channel + 4, channel, 3, 3] = 1, -1
    tensors["segformer.encoder.patch_embeddings.0.proj.bias"][[3, 7]] = torch.tensor([1.0, -1.0])
    tensors["decode_head.linear_c.0.proj.weight"][:] = torch.eye(8)
    # The stages are joined last one first.
    tensors["decode_head.linear_fuse.weight"][:, -8:, 0, 0] = torch.eye(8)
    weights, biases = (torch.from_numpy(values).float() for values in color_weights(colors))
    both = torch.cat([weights, biases[:, None]], 1)
    tensors["decode_head.classifier.weight"] = torch.cat([both, -both], 1)[:, :, None, None].contiguous()


def _embedding(stage: int) -> dict[str, torch.Tensor]:
    kernel, inputs = (7, 3) if stage == 0 else (3, 8)
    prefix = f"segformer.encoder.patch_embeddings.{stage}."
    return _zeros(f"{prefix}proj.", 8, inputs, kernel, kernel) | _norm(f"{prefix}layer_norm.")


def _block(prefix: str, reduction: int) -> dict[str, torch.Tensor]:
    tensors = _norm(f"{prefix}layer_norm_1.") | _norm(f"{prefix}layer_norm_2.")
    for name in ("self.query", "self.key", "self.value", "output.dense"):
        tensors |= _zeros(f"{prefix}attention.{name}.", 8, 8)
    if reduction > 1:
        tensors |= _zeros(f"{prefix}attention.self.sr.", 8, 8, reduction, reduction)
        tensors |= _norm(f"{prefix}attention.self.layer_norm.")
    tensors |= _zeros(f"{prefix}mlp.dense1.", 32, 8) | _zeros(f"{prefix}mlp.dense2.", 8, 32)
    return tensors | _zeros(f"{prefix}mlp.dwconv.dwconv.", 32, 1, 3, 3)


def _zeros(prefix: str, *shape: int) -> dict[str, torch.Tensor]:
    return {f"{prefix}weight": torch.zeros(shape), f"{prefix}bias": torch.zeros(shape[0])}


def _norm(prefix: str) -> dict[str, torch.Tensor]:
    return {f"{prefix}weight": torch.ones(8), f"{prefix}bias": torch.zeros(8)}
