"""What an ONNX file says of itself, read without any library, and what is wrong with one that is none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..errors import AssetCorrupt, AssetMissing
from .model_files import FoundFile
from .onnx_graph import Shape, TensorInfo
from .protobuf import Message, open_message

# Field numbers of ModelProto, GraphProto, TensorProto and ValueInfoProto.
# Source: onnx/onnx.proto3, https://github.com/onnx/onnx.
_IR_VERSION, _GRAPH, _OPSET_IMPORT = 1, 7, 8
_INITIALIZER, _INPUT, _OUTPUT = 5, 11, 12
_TENSOR_NAME, _EXTERNAL_DATA = 8, 13

_HEAD_BYTES = 512
"""Enough to tell what a file is that is no model."""


@dataclass(frozen=True, slots=True)
class OnnxFile:
    """What matters of an ONNX file before anything runs it."""

    inputs: tuple[TensorInfo, ...]
    outputs: tuple[TensorInfo, ...]
    """In the order of the file; weights that older files list among the inputs are left out."""
    ir_version: int
    """Of the file format."""
    opset: int
    """Of the standard operators; 0 when the file names none."""

    @property
    def versions(self) -> str:
        """For people, for example "operator set 17, file format 8"."""
        return f"operator set {self.opset}, file format {self.ir_version}"


def read_onnx_file(found: FoundFile) -> OnnxFile:
    """Inputs, outputs and versions of a file.

    Raises AssetCorrupt if the file is empty, cut off or no ONNX file, with its bytes, those of the
    published file, and its sha256; AssetMissing if files that hold its weights are not beside it.
    """
    if found.path.stat().st_size == 0:
        raise _corrupt(found, "is empty")
    try:
        with open_message(found.path) as model:
            graph = _graph_of(model)
            opsets = {one.text(1): one.number(2) for one in model.messages(_OPSET_IMPORT)}
            weights = graph.messages(_INITIALIZER)
            _require_beside(found, weights)
            names = {weight.text(_TENSOR_NAME) for weight in weights}
            inputs = tuple(map(_tensor_info, graph.messages(_INPUT)))
            return OnnxFile(
                inputs=tuple(one for one in inputs if one.name not in names),
                outputs=tuple(map(_tensor_info, graph.messages(_OUTPUT))),
                ir_version=model.number(_IR_VERSION),
                opset=opsets.get("", opsets.get("ai.onnx", 0)),
            )
    except (EOFError, ValueError) as error:
        raise _corrupt(found, _what_is_wrong(found.path, isinstance(error, EOFError))) from error


def _graph_of(model: Message) -> Message:
    graphs = model.messages(_GRAPH)
    if not graphs:
        raise ValueError("a message without a graph")
    return graphs[0]


def _tensor_info(value: Message) -> TensorInfo:
    # ValueInfoProto.type.tensor_type.shape.dim: each either a size or the name of one.
    dimensions = value.message(2).message(1).message(2).messages(1)
    # Without sign, -1 would be a size beyond all arrays; like 0 it stands for any size in some exporters.
    shape: Shape = tuple(size if 0 < (size := one.number(1)) < 1 << 63 else None for one in dimensions)
    return TensorInfo(value.text(1), shape)


def _require_beside(found: FoundFile, weights: list[Message]) -> None:
    entries = [entry for weight in weights for entry in weight.messages(_EXTERNAL_DATA)]
    names = sorted({entry.text(2) for entry in entries if entry.text(1) == "location"})
    missing = [name for name in names if not (found.path.parent / name).is_file()]
    if missing:
        raise AssetMissing(
            f"{found.path.name} keeps its weights in files beside it, of which {', '.join(missing)} "
            f"is missing in {found.path.parent}. Put it there."
        )


def _what_is_wrong(path: Path, ends_early: bool) -> str:
    """What a file is that cannot be read, as the end of a sentence that begins with its name."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    if head.startswith(b"version https://git-lfs"):
        return "is a Git LFS pointer, the note that stands for a file which was not fetched (`git lfs pull`)"
    text = head.decode("utf-8", errors="replace").strip()
    if text.lower().startswith(("<!doctype", "<html", "<?xml")):
        return "is a web page (on a hub the address of a file has /resolve/ in it, that of its page /blob/)"
    if text.isprintable():
        return f'is a text that begins "{text[:40]}"'
    # Writers begin with the version of the format; other files can look cut off by chance.
    return "is cut off" if ends_early and head[0] == _IR_VERSION << 3 else "is no ONNX file"


def _corrupt(found: FoundFile, what: str) -> AssetCorrupt:
    size = f"{found.path.stat().st_size:,}"
    published = f" of {found.model.bytes:,}" if found.model.bytes else ""
    expected = f", expected sha256 {found.model.sha256}" if found.model.sha256 else ""
    return AssetCorrupt(
        f"{found.path.name} {what}: {size}{published} bytes{expected}. "
        f"Delete it from {found.path.parent} and fetch it again."
    )
