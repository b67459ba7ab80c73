"""Models that users may have: restoration, fusion, tags, pose, attributes and landmarks; most only known by name.

Sizes, hashes and tensors as published; what could not be read there is 0 or empty.
"""

from __future__ import annotations

from .face_models import FAIRFACE
from .model_entry import ModelEntry, Proof, Role
from .model_files import ModelFile, Source
from .restoration_models import RESTORATION_MODELS

_HUB = "https://huggingface.co"
_DWPOSE = f"{_HUB}/yzd-v/DWPose/resolve/main"
_TAGGER = "[n,448,448,3] BGR 0..255, padded white to a square -> [n,tags] 0..1"
_TAGS = "tag_id,name,category,count; category 9 rating, 0 general, 4 character"

YOLOX = ModelFile(
    "yolox_l.onnx",
    "7860ae79de6c89a3c1eb72ae9a2756c0ccfbe04b7791bb5880afabd97855a411",
    216_746_733,
    "Apache-2.0",
    ("facechain/dwpose",),
    (Source(f"{_DWPOSE}/yolox_l.onnx"),),
    "images [1,3,640,640] BGR 0..255, padded 114 -> [1,8400,85]",
)
DWPOSE = ModelFile(
    "dw-ll_ucoco_384.onnx",
    "724f4ff2439ed61afb86fb8a1951ec39c6220682803b4a8bd4f598cd913b1843",
    134_399_116,
    "Apache-2.0",
    ("facechain/dwpose",),
    (Source(f"{_DWPOSE}/dw-ll_ucoco_384.onnx"),),
    "[n,3,384,288] RGB ImageNet -> simcc_x [n,133,576], simcc_y [n,133,768]",
)
MEDIAPIPE_FACE = ModelFile(
    "mediapipe_face_fp32.safetensors",
    "a98c4806081d40eba35102a0f6dc0000c2e1388b72cf24e691703d0605bd888a",
    5_423_900,
    "Apache-2.0",
    ("detection",),
    (Source(f"{_HUB}/Comfy-Org/mediapipe/resolve/main/detection/mediapipe_face_fp32.safetensors"),),
    "run by ComfyUI's own MediaPipe nodes: 478 points and blend shapes",
)


def _tagger(
    id: str, name: str, revision: str = "main", *, sha256: str = "", bytes: int = 0, tags: tuple[str, int] = ("", 0)
) -> ModelEntry:
    """An entry of SmilingWolf's taggers, in the layout of the WD14 tagger extension; `tags`: hash and size."""
    source = f"{_HUB}/SmilingWolf/{name}/resolve/{revision}"
    folders = ("wd14_tagger",)
    model = ModelFile(f"{name}.onnx", sha256, bytes, "Apache-2.0", folders, (Source(f"{source}/model.onnx"),), _TAGGER)
    words = ModelFile(f"{name}.csv", *tags, "Apache-2.0", folders, (Source(f"{source}/selected_tags.csv"),), _TAGS)
    return ModelEntry(Role.TAGGER, id, (model, words), "Apache-2.0", "yes", Proof.NONE)


def _free(role: Role, id: str, *files: ModelFile) -> ModelEntry:
    return ModelEntry(role, id, files, "Apache-2.0", "yes", Proof.NONE)


PORTRAIT_MODELS = (
    *RESTORATION_MODELS,
    _tagger(
        "wd-swinv2-v3",
        "wd-swinv2-tagger-v3",
        "627aef95638667ddcaa3ac8ae625e88ea5b02f51",
        sha256="e6774bff34d43bd49f75a47db4ef217dce701c9847b546523eb85ff6dbba1db1",
        bytes=467_460_978,
        tags=("298633d94d0031d2081c0893f29c82eab7f0df00b08483ba8f29d1e979441217", 308_468),
    ),
    _tagger(
        "wd-eva02-large-v3",
        "wd-eva02-large-tagger-v3",
        "b25b82a03f7282e41aa2f257a52c7583b710bd1c",
        sha256="9e768793060c7939b277ccb382783e8670e8a042d29d77aa736be0c8cc898bfc",
    ),
    _tagger("wd-vit-v3", "wd-vit-tagger-v3"),
    _tagger("wd-v1-4-moat-v2", "wd-v1-4-moat-tagger-v2"),
    ModelEntry(
        Role.POSE_ESTIMATOR,
        "dwpose",
        (YOLOX, DWPOSE),
        licence="Apache-2.0",
        commercial_use="yes",
        proof=Proof.CONTRACT,
        module=".dwpose",
        class_name="DwPoseEstimator",
    ),
    ModelEntry(Role.ATTRIBUTES, "fairface", (FAIRFACE,), FAIRFACE.licence, "unknown", Proof.NONE),
    _free(Role.LANDMARKS, "mediapipe_face", MEDIAPIPE_FACE),
)
