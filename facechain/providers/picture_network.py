"""ONNX networks that make another crop out of a square crop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import ModelUnavailable
from ..geometry import ByteArray, FloatArray
from ..interfaces import DeviceLease
from .crop_network import batch
from .model_files import FoundFile
from .onnx_contract import require_tensors
from .onnx_engine import open_graph
from .onnx_face_parser import weights_text
from .onnx_graph import OnnxGraph, Shape
from .pickled_weights import refuse_pickle


@dataclass(frozen=True, slots=True)
class PictureContract:
    """What such a network takes and gives."""

    side_px: int
    """Of the RGB crop, in and out."""
    black: float
    """What stands for 0 of 255; 1 stands for 255."""
    source_values: int = 0
    """Length of the row that it takes beside the crop; 0: it takes the crop alone."""
    gives_mask: bool = False
    """True: its second output says how much of each pixel belongs to the picture."""

    @property
    def level(self) -> float:
        """What one level of 255 is to the network."""
        return (1 - self.black) / 255


class PictureNetwork:
    """One network. One instance may serve several threads."""

    def __init__(self, found: FoundFile, lease: DeviceLease, contract: PictureContract) -> None:
        """Raises ModelUnavailable if the file takes or gives something else, AssetCorrupt if it is no model."""
        refuse_pickle(found)
        self._graph = open_graph(found, lease)
        self._file, self._contract = found.path.name, contract
        self._crop, self._source = _input_names(self._graph, found, contract)
        self.engine = f"{self._graph.engine}{weights_text(found)}"

    def run(self, crop: ByteArray, source: FloatArray | None = None) -> tuple[ByteArray, FloatArray | None]:
        """RGB uint8 (side, side, 3), and the mask, float32 (side, side) 0..1, or None if the network gives none.

        Raises ModelUnavailable if the network gives what are no numbers.
        """
        contract = self._contract
        values = {self._crop: batch(crop, -contract.black / contract.level, contract.level)}
        if source is not None:
            values[self._source] = source[None]
        outputs = self._graph.run(values)
        picture, *further = (outputs[one.name][0] for one in self._graph.outputs)
        mask = further[0][0].clip(0, 1) if contract.gives_mask else None
        return self._pixels(picture), mask

    def _pixels(self, picture: FloatArray) -> ByteArray:
        """(3, side, side) as the network gives it -> RGB uint8 (side, side, 3)."""
        if not np.isfinite(picture).all():
            raise ModelUnavailable(
                f"{self._file} gave values that are no numbers on {self.engine}. "
                "Use the file with full precision (fp32) of this model, or another model."
            )
        levels = (picture.transpose(1, 2, 0) - self._contract.black) / self._contract.level
        return np.rint(levels).clip(0, 255).astype(np.uint8)


def _input_names(graph: OnnxGraph, found: FoundFile, contract: PictureContract) -> tuple[str, str]:
    """Names of the inputs for crop and row, which exports have in either order; the second is empty without one."""
    side = contract.side_px
    crop: Shape = (None, 3, side, side)
    inputs: list[Shape] = [crop]
    if contract.source_values:
        inputs.append((None, contract.source_values))
    if graph.inputs and len(graph.inputs[0].shape) == 2:
        inputs.reverse()
    outputs: list[Shape] = [crop, *([(None, 1, side, side)] if contract.gives_mask else [])]
    # What follows helps in training only.
    further = [one.shape for one in graph.outputs[len(outputs) :]]
    require_tensors(graph, found, inputs=inputs, outputs=[*outputs, *further])
    place = inputs.index(crop)
    return graph.inputs[place].name, graph.inputs[1 - place].name if contract.source_values else ""
