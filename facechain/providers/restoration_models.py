"""Models that users may have for restoring faces. Those that are published as pickles are known, but not run.

Sizes, hashes and tensors as published; what could not be read there is 0 or empty.
"""

from __future__ import annotations

from .model_entry import ModelEntry, Proof, Role
from .model_files import ModelFile, Source
from .swapper_models import SWAPPER_MODELS

PICKLED = "a pickle, which can hold any program: this extension reads it only after conversion to safetensors"

_REACTOR = "https://huggingface.co/datasets/Gourieff/ReActor/resolve/main/models"
_FACEFUSION = "https://huggingface.co/facefusion"
_CODEFORMER = "https://github.com/sczhou/CodeFormer"
_GFPGAN = "https://github.com/TencentARC/GFPGAN/releases/download/v1.3.0"
_RESTORERS = ("facerestore_models",)
_ONNX_RESTORER = "input [1,3,512,512] RGB -1..1 of the FFHQ crop -> [1,3,512,512] RGB -1..1"

GFPGAN_1_4 = ModelFile(
    "GFPGANv1.4.pth",
    "e2cd4703ab14f4d01fd1383a8a8b266f9a5833dacee8e6a79d3bf21a1b6be5ad",
    348_632_874,
    "Apache-2.0",
    _RESTORERS,
    (Source(f"{_GFPGAN}/GFPGANv1.4.pth"), Source(f"{_REACTOR}/facerestore_models/GFPGANv1.4.pth")),
    PICKLED,
)
GFPGAN_1_3 = ModelFile(
    "GFPGANv1.3.pth",
    "c953a88f2727c85c3d9ae72e2bd4846bbaf59fe6972ad94130e23e7017524a70",
    348_632_874,
    "Apache-2.0",
    _RESTORERS,
    (Source(f"{_GFPGAN}/GFPGANv1.3.pth"), Source(f"{_REACTOR}/facerestore_models/GFPGANv1.3.pth")),
    PICKLED,
)
GFPGAN_1_4_ONNX = ModelFile(
    "gfpgan_1.4.onnx",
    "accc4757b26bdb89b32b4d3500d4f79c9dff97c1dd7c7104bf9dcb95e3311385",
    0,
    "Apache-2.0",
    _RESTORERS,
    (Source(f"{_FACEFUSION}/models-3.0.0/resolve/main/gfpgan_1.4.onnx"),),
    _ONNX_RESTORER,
)
CODEFORMER = ModelFile(
    "codeformer-v0.1.0.pth",
    "1009e537e0c2a07d4cabce6355f53cb66767cd4b4297ec7a4a64ca4b8a5684b7",
    376_637_898,
    "S-Lab License 1.0",
    _RESTORERS,
    (
        Source(f"{_CODEFORMER}/releases/download/v0.1.0/codeformer.pth"),
        Source(f"{_REACTOR}/facerestore_models/codeformer-v0.1.0.pth"),
    ),
    PICKLED,
)
RESTOREFORMER = ModelFile(
    "RestoreFormer++.ckpt",
    "613fe52805f86bf8c2bffff08ae9f7a0b99f408be1bf221767af6183038be3a2",
    0,
    "Apache-2.0",
    _RESTORERS,
    (Source("https://github.com/wzhouxiff/RestoreFormerPlusPlus/releases/download/v1.0.0/RestoreFormer%2B%2B.ckpt"),),
    PICKLED,
)
GPEN = ModelFile(
    "GPEN-BFR-512.onnx",
    "bf80acb8e91ba8852e3f012505be2c3b6cd6b3eed5ec605e3db87863c4e74d4e",
    0,
    "GPEN non-commercial",
    _RESTORERS,
    (Source(f"{_REACTOR}/facerestore_models/GPEN-BFR-512.onnx"),),
    _ONNX_RESTORER,
)
RESTOREFORMER_ONNX = ModelFile(
    "restoreformer_plus_plus.onnx",
    "f4db5a89902b6a2d452446f5721245a6f7185f699b6aec7b77285adb4d504337",
    294_264_812,
    "Apache-2.0",
    _RESTORERS,
    (Source("https://huggingface.co/CountFloyd/deepfake/resolve/main/restoreformer_plus_plus.onnx"),),
    _ONNX_RESTORER,
)


def _restorer(id: str, file: ModelFile, class_name: str = "", *, terms: str = "") -> ModelEntry:
    """An entry that runs if it has a class; `terms`: where a licence that forbids commercial use is published."""
    return ModelEntry(
        role=Role.RESTORER,
        id=id,
        files=(file,),
        licence=file.licence,
        commercial_use="no" if terms else "yes",
        proof=Proof.CONTRACT if class_name else Proof.NONE,
        module=".onnx_restorer" if class_name else "",
        class_name=class_name,
        licence_url=terms,
    )


RESTORATION_MODELS = (
    _restorer("gfpgan_1.4_onnx", GFPGAN_1_4_ONNX, "Gfpgan"),
    _restorer("restoreformer_onnx", RESTOREFORMER_ONNX, "RestoreFormer"),
    _restorer("gpen_512", GPEN, "Gpen", terms="https://github.com/yangxy/GPEN"),
    _restorer("gfpgan_1.4", GFPGAN_1_4),
    _restorer("gfpgan_1.3", GFPGAN_1_3),
    _restorer("restoreformer", RESTOREFORMER),
    _restorer("codeformer", CODEFORMER, terms=f"{_CODEFORMER}/blob/master/LICENSE"),
    *SWAPPER_MODELS,
)
