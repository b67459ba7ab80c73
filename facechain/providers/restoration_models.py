"""Models that users may have for restoring and swapping faces; known by name, not run by this version.

Sizes, hashes and tensors as published; what could not be read there is 0 or empty.
"""

from __future__ import annotations

from .face_models import INSIGHTFACE_LICENCE, INSIGHTFACE_LICENCE_URL
from .model_entry import ModelEntry, Proof, Role
from .model_files import ModelFile, Source

PICKLED = "a pickle, which can hold any program: this extension reads it only after conversion to safetensors"

_REACTOR = "https://huggingface.co/datasets/Gourieff/ReActor/resolve/main/models"
_FACEFUSION = "https://huggingface.co/facefusion"
_GFPGAN = "https://github.com/TencentARC/GFPGAN/releases/download/v1.3.0"
_RESTORERS = ("facerestore_models",)
_ONNX_RESTORER = "input [1,3,512,512] RGB -1..1 of the FFHQ crop -> [1,3,512,512] RGB -1..1"
_SWAPPER = "target [1,3,128,128] RGB 0..1, source [1,512] -> output [1,3,128,128] RGB 0..1; ArcFace crop"

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
        Source("https://github.com/sczhou/CodeFormer/releases/download/v0.1.0/codeformer.pth"),
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
INSWAPPER = ModelFile(
    "inswapper_128.onnx",
    "e4a3f08c753cb72d04e10aa0f7dbe3deebbf39567d4ead6dce08e98aa49e16af",
    554_253_681,
    INSIGHTFACE_LICENCE,
    ("insightface",),
    (Source(f"{_REACTOR}/inswapper_128.onnx"),),
    _SWAPPER,
)
INSWAPPER_FP16 = ModelFile(
    "inswapper_128_fp16.onnx",
    "c4eccca86ad177586c85c28bf1a64a9d9ed237e283a15818d831f7facfd3f420",
    277_680_829,
    INSIGHTFACE_LICENCE,
    ("insightface",),
    (Source(f"{_FACEFUSION}/models-3.0.0/resolve/main/inswapper_128_fp16.onnx"),),
    _SWAPPER,
)
RESWAPPER_128 = ModelFile(
    "reswapper_128.onnx",
    "744eaa30a6a3bdeb693c3c127b2c9ce6f2ea763f245b92ea71ea98b3a38b0fec",
    0,
    INSIGHTFACE_LICENCE,
    ("reswapper",),
    (Source(f"{_REACTOR}/reswapper_128.onnx"),),
    _SWAPPER,
)
RESWAPPER_256 = ModelFile(
    "reswapper_256.onnx",
    "42351d48d8cede1da70e3ea9f552613ead95f3e7ad977c60862ca0a3905eca9e",
    0,
    INSIGHTFACE_LICENCE,
    ("reswapper",),
    (Source(f"{_REACTOR}/reswapper_256.onnx"),),
    "target [1,3,256,256] RGB 0..1, source [1,512] -> output [1,3,256,256] RGB 0..1; ArcFace crop",
)
HYPERSWAP = ModelFile(
    "hyperswap_1a_256.onnx",
    "c0e98a8a03a238f461ed3d2570e426b49f46745ee400854a60dceeb70c246add",
    402_742_682,
    "ResearchRAIL",
    ("hyperswap",),
    (Source(f"{_FACEFUSION}/models-3.3.0/resolve/main/hyperswap_1a_256.onnx"),),
    "source [1,512], target [1,3,256,256] RGB -1..1 -> image RGB -1..1 and mask; ArcFace crop",
)


def _free(role: Role, id: str, file: ModelFile) -> ModelEntry:
    return ModelEntry(role, id, (file,), file.licence, "yes", Proof.NONE)


def _restricted(role: Role, id: str, file: ModelFile, terms: str = INSIGHTFACE_LICENCE_URL) -> ModelEntry:
    return ModelEntry(role, id, (file,), file.licence, "no", Proof.NONE, licence_url=terms)


RESTORATION_MODELS = (
    _free(Role.RESTORER, "gfpgan_1.4", GFPGAN_1_4),
    _free(Role.RESTORER, "gfpgan_1.4_onnx", GFPGAN_1_4_ONNX),
    _free(Role.RESTORER, "gfpgan_1.3", GFPGAN_1_3),
    _free(Role.RESTORER, "restoreformer", RESTOREFORMER),
    _restricted(Role.RESTORER, "codeformer", CODEFORMER, "https://github.com/sczhou/CodeFormer/blob/master/LICENSE"),
    _restricted(Role.RESTORER, "gpen_512", GPEN, "https://github.com/yangxy/GPEN"),
    _restricted(Role.SWAPPER, "inswapper_128", INSWAPPER),
    _restricted(Role.SWAPPER, "inswapper_128_fp16", INSWAPPER_FP16),
    _restricted(Role.SWAPPER, "reswapper_256", RESWAPPER_256),
    _restricted(Role.SWAPPER, "reswapper_128", RESWAPPER_128),
    _restricted(Role.SWAPPER, "hyperswap_1a_256", HYPERSWAP, "https://huggingface.co/facefusion/models-3.3.0"),
)
