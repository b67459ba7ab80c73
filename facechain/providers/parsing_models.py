"""Models that users may have: face parsing.

Sizes, hashes and tensors as published; what could not be read there is 0 or empty.
"""

from __future__ import annotations

from .model_entry import ModelEntry, Proof, Role
from .model_files import ModelFile, Source

_BISENET_RELEASE = "https://github.com/yakhyo/face-parsing/releases/download/weights/"
_BISENET_MIRROR = "https://huggingface.co/yakhyo/uniface-weights/resolve/main/"
_MEDIAPIPE = "https://storage.googleapis.com/mediapipe-models/image_segmenter/"
_SEGFORMER_PAGE = "https://huggingface.co/jonathandinu/face-parsing"
_SEGFORMER_FILES = f"{_SEGFORMER_PAGE}/resolve/main/"

PARSING_FOLDER = "facechain/parsing"
CELEBAMASK_LICENCE = "CelebAMask-HQ non-commercial research"
CELEBAMASK_LICENCE_URL = "https://github.com/switchablenorms/CelebAMask-HQ#dataset-agreement"

_BISENET_CONTRACT = "input [b,3,512,512] RGB, ImageNet mean and deviation -> output [b,19,512,512] logits"
_SEGFORMER_CONTRACT = "pixel_values [b,3,512,512] RGB, ImageNet mean and deviation -> logits [b,19,128,128]"

BISENET_RESNET34 = ModelFile(
    "resnet34.onnx",
    "5b805bba7b5660ab7070b5a381dcf75e5b3e04199f1e9387232a77a00095102e",
    93_632_554,
    CELEBAMASK_LICENCE,
    (PARSING_FOLDER,),
    (Source(f"{_BISENET_RELEASE}resnet34.onnx"), Source(f"{_BISENET_MIRROR}resnet34.onnx")),
    _BISENET_CONTRACT,
)
BISENET_RESNET18 = ModelFile(
    "resnet18.onnx",
    "0d9bd318e46987c3bdbfacae9e2c0f461cae1c6ac6ea6d43bbe541a91727e33f",
    53_205_364,
    CELEBAMASK_LICENCE,
    (PARSING_FOLDER,),
    (Source(f"{_BISENET_RELEASE}resnet18.onnx"), Source(f"{_BISENET_MIRROR}resnet18.onnx")),
    _BISENET_CONTRACT,
)
SEGFORMER = ModelFile(
    "model.safetensors",
    "",
    0,
    "unknown",
    ("face_parsing", PARSING_FOLDER),
    (Source(f"{_SEGFORMER_FILES}model.safetensors"),),
    f"SegformerForSemanticSegmentation with 19 classes, of {_SEGFORMER_PAGE}",
)
SEGFORMER_ONNX = ModelFile(
    "model.onnx",
    "",
    0,
    "unknown",
    ("face_parsing/onnx", "face_parsing", PARSING_FOLDER),
    (Source(f"{_SEGFORMER_FILES}onnx/model.onnx"),),
    f"{_SEGFORMER_CONTRACT}, of {_SEGFORMER_PAGE}",
)
SELFIE_MULTICLASS = ModelFile(
    "selfie_multiclass_256x256.tflite",
    "c6748b1253a99067ef71f7e26ca71096cd449baefa8f101900ea23016507e0e0",
    16_371_837,
    "Apache-2.0",
    (PARSING_FOLDER,),
    (Source(f"{_MEDIAPIPE}selfie_multiclass_256x256/float32/latest/selfie_multiclass_256x256.tflite"),),
    "[1,256,256,3] RGB 0..1 -> [1,256,256,6]: background, hair, body skin, face skin, clothes, others",
)

PARSING_MODELS: tuple[ModelEntry, ...] = (
    ModelEntry(
        role=Role.PARSER,
        id="segformer",
        files=(SEGFORMER,),
        licence="unknown",
        commercial_use="unknown",
        proof=Proof.CONTRACT,
        module=".segformer_parser",
        class_name="SegformerParser",
        licence_url=_SEGFORMER_PAGE,
        package="transformers",
    ),
    ModelEntry(
        role=Role.PARSER,
        id="segformer_onnx",
        files=(SEGFORMER_ONNX,),
        licence="unknown",
        commercial_use="unknown",
        proof=Proof.CONTRACT,
        module=".segformer_parser",
        class_name="OnnxSegformerParser",
        licence_url=_SEGFORMER_PAGE,
        chosen_by_auto=False,
    ),
    ModelEntry(
        role=Role.PARSER,
        id="bisenet",
        files=(BISENET_RESNET34,),
        licence=CELEBAMASK_LICENCE,
        commercial_use="no",
        proof=Proof.CONTRACT,
        module=".bisenet_parser",
        class_name="BiSeNetParser",
        licence_url=CELEBAMASK_LICENCE_URL,
    ),
    ModelEntry(
        role=Role.PARSER,
        id="bisenet_small",
        files=(BISENET_RESNET18,),
        licence=CELEBAMASK_LICENCE,
        commercial_use="no",
        proof=Proof.CONTRACT,
        module=".bisenet_parser",
        class_name="SmallBiSeNetParser",
        licence_url=CELEBAMASK_LICENCE_URL,
    ),
    ModelEntry(
        role=Role.PARSER,
        id="selfie_multiclass",
        files=(SELFIE_MULTICLASS,),
        licence="Apache-2.0",
        commercial_use="yes",
        proof=Proof.CONTRACT,
        module=".selfie_multiclass_parser",
        class_name="SelfieMulticlassParser",
        chosen_by_auto=False,
    ),
)
"""The best first. selfie_multiclass runs only when somebody names it: it draws no brows, eyes and lips."""
