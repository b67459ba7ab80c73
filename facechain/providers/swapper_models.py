"""Models that users may have for giving a face another identity.

Sizes, hashes and tensors as published; what could not be read there is 0 or empty. All take the identity
from the embedder of buffalo_l, so that it is among the files of each.
"""

from __future__ import annotations

from .face_models import BUFFALO_EMBEDDER, INSIGHTFACE_LICENCE, INSIGHTFACE_LICENCE_URL
from .model_entry import ModelEntry, Proof, Role
from .model_files import ModelFile, Source

_REACTOR = "https://huggingface.co/datasets/Gourieff/ReActor/resolve/main/models"
_FACEFUSION = "https://huggingface.co/facefusion"
_HYPERSWAP = f"{_FACEFUSION}/models-3.3.0"
_EMAP = "source [1,512] mapped by the last weights [512,512]"
_SMALL = f"target [1,3,128,128] RGB 0..1, {_EMAP} -> output [1,3,128,128] RGB 0..1; ArcFace crop"
_LARGE = f"target [1,3,256,256] RGB 0..1, {_EMAP} -> output [1,3,256,256] RGB 0..1; ArcFace crop"

INSWAPPER = ModelFile(
    "inswapper_128.onnx",
    "e4a3f08c753cb72d04e10aa0f7dbe3deebbf39567d4ead6dce08e98aa49e16af",
    554_253_681,
    INSIGHTFACE_LICENCE,
    ("insightface",),
    (Source(f"{_REACTOR}/inswapper_128.onnx"),),
    _SMALL,
)
INSWAPPER_FP16 = ModelFile(
    "inswapper_128_fp16.onnx",
    "c4eccca86ad177586c85c28bf1a64a9d9ed237e283a15818d831f7facfd3f420",
    277_680_829,
    INSIGHTFACE_LICENCE,
    ("insightface",),
    (Source(f"{_FACEFUSION}/models-3.0.0/resolve/main/inswapper_128_fp16.onnx"),),
    _SMALL,
)
RESWAPPER_128 = ModelFile(
    "reswapper_128.onnx",
    "744eaa30a6a3bdeb693c3c127b2c9ce6f2ea763f245b92ea71ea98b3a38b0fec",
    0,
    INSIGHTFACE_LICENCE,
    ("reswapper",),
    (Source(f"{_REACTOR}/reswapper_128.onnx"),),
    _SMALL,
)
RESWAPPER_256 = ModelFile(
    "reswapper_256.onnx",
    "42351d48d8cede1da70e3ea9f552613ead95f3e7ad977c60862ca0a3905eca9e",
    0,
    INSIGHTFACE_LICENCE,
    ("reswapper",),
    (Source(f"{_REACTOR}/reswapper_256.onnx"),),
    _LARGE,
)


def _hyperswap(variant: str, sha256: str) -> ModelFile:
    return ModelFile(
        f"hyperswap_{variant}_256.onnx",
        sha256,
        402_742_682,
        "ResearchRAIL",
        ("hyperswap",),
        (Source(f"{_HYPERSWAP}/resolve/main/hyperswap_{variant}_256.onnx"),),
        "source [1,512], target [1,3,256,256] RGB -1..1 -> image RGB -1..1 and mask [1,1,256,256]; ArcFace crop",
    )


HYPERSWAP_1A = _hyperswap("1a", "c0e98a8a03a238f461ed3d2570e426b49f46745ee400854a60dceeb70c246add")
HYPERSWAP_1B = _hyperswap("1b", "5124031789c42f71b9558fb71954ef7aedb6da7ed9fac79293e23c61a792a73e")
HYPERSWAP_1C = _hyperswap("1c", "5528c2d76fe9986c99d829278987ef9f3a630cb606db7628d02b57b330f406a5")


def _swapper(id: str, file: ModelFile, class_name: str, *, terms: str = INSIGHTFACE_LICENCE_URL) -> ModelEntry:
    return ModelEntry(
        role=Role.SWAPPER,
        id=id,
        files=(file, BUFFALO_EMBEDDER),
        licence=" AND ".join(dict.fromkeys((file.licence, BUFFALO_EMBEDDER.licence))),
        commercial_use="no",
        proof=Proof.CONTRACT,
        module=".swappers",
        class_name=class_name,
        licence_url=terms,
    )


SWAPPER_MODELS = (
    _swapper("inswapper_128", INSWAPPER, "InSwapper"),
    _swapper("inswapper_128_fp16", INSWAPPER_FP16, "InSwapperHalf"),
    _swapper("reswapper_256", RESWAPPER_256, "ReSwapper256"),
    _swapper("reswapper_128", RESWAPPER_128, "ReSwapper128"),
    _swapper("hyperswap_1a_256", HYPERSWAP_1A, "HyperSwapA", terms=_HYPERSWAP),
    _swapper("hyperswap_1b_256", HYPERSWAP_1B, "HyperSwapB", terms=_HYPERSWAP),
    _swapper("hyperswap_1c_256", HYPERSWAP_1C, "HyperSwapC", terms=_HYPERSWAP),
)
"""The best known first."""
