"""Models that users may have: face detection, identity, attributes and quality.

Sizes, hashes and tensors as published; what could not be read there is 0 or empty.
"""

from __future__ import annotations

from .assets import FACE_MESH
from .model_entry import ModelEntry, Proof, Role
from .model_files import ModelFile, Source

INSIGHTFACE_LICENCE = "InsightFace non-commercial research"
INSIGHTFACE_LICENCE_URL = "https://github.com/deepinsight/insightface/tree/master/model_zoo#license"
INSIGHTFACE_PACKAGE_NOTE = (
    'Install it into ComfyUI\'s Python with `python -m pip install "insightface>=1.0.1"`. It brings the onnxruntime '
    "for the CPU, which replaces one for GPUs; buffalo_l runs the same files without it."
)
_RELEASE = "https://github.com/deepinsight/insightface/releases/download/v0.7/"
_HUB = "https://huggingface.co/"

_BUFFALO_FOLDER = "insightface/models/buffalo_l"
_ANTELOPE_FOLDERS = ("insightface/models/antelopev2", "insightface/models/antelopev2/antelopev2")
"""The published archive holds a folder of its own name, and many installations have it unpacked so."""


def _buffalo(member: str) -> tuple[Source, ...]:
    sha256 = "80ffe37d8a5940d59a7384c201a2a38d4741f2f3c51eef46ebb28218a7b0ca2f"
    return (Source(f"{_RELEASE}buffalo_l.zip", member, sha256, 288_621_354),)


def _antelope(member: str) -> tuple[Source, ...]:
    sha256 = "8e182f14fc6e80b3bfa375b33eb6cff7ee05d8ef7633e738d1c89021dcf0c5c5"
    return (Source(f"{_RELEASE}antelopev2.zip", f"antelopev2/{member}", sha256, 360_662_982),)


_SCRFD_CONTRACT = (
    "input.1 [1,3,h,w] RGB (x-127.5)/128 -> 3 scores [n,1], 3 boxes [n,4], 3 landmarks [n,10]; strides 8, 16, 32"
)
_ARCFACE_CONTRACT = "input.1 [n,3,112,112] RGB (x-127.5)/127.5 -> [n,512]"
_GENDERAGE_CONTRACT = "data [n,3,96,96] RGB 0..255 -> fc1 [1,3]: female, male, age/100"
_CONTOUR_CONTRACT = "data [n,3,192,192] RGB 0..255 -> fc1 [1,212]: (x,y) in -1..1"

BUFFALO_DETECTOR = ModelFile(
    "det_10g.onnx",
    "5838f7fe053675b1c7a08b633df49e7af5495cee0493c7dcf6697200b85b5b91",
    16_923_827,
    INSIGHTFACE_LICENCE,
    (_BUFFALO_FOLDER,),
    _buffalo("det_10g.onnx"),
    _SCRFD_CONTRACT,
)
BUFFALO_EMBEDDER = ModelFile(
    "w600k_r50.onnx",
    "4c06341c33c2ca1f86781dab0e829f88ad5b64be9fba56e56bc9ebdefc619e43",
    174_383_860,
    INSIGHTFACE_LICENCE,
    (_BUFFALO_FOLDER,),
    _buffalo("w600k_r50.onnx"),
    _ARCFACE_CONTRACT,
)
BUFFALO_ATTRIBUTES = ModelFile(
    "genderage.onnx",
    "4fde69b1c810857b88c64a335084f1c3fe8f01246c9a191b48c7bb756d6652fb",
    1_322_532,
    INSIGHTFACE_LICENCE,
    (_BUFFALO_FOLDER,),
    _buffalo("genderage.onnx"),
    _GENDERAGE_CONTRACT,
)
BUFFALO_CONTOUR = ModelFile(
    "2d106det.onnx",
    "f001b856447c413801ef5c42091ed0cd516fcd21f2d6b79635b1e733a7109dbf",
    5_030_888,
    INSIGHTFACE_LICENCE,
    (_BUFFALO_FOLDER,),
    _buffalo("2d106det.onnx"),
    _CONTOUR_CONTRACT,
)
ANTELOPE_DETECTOR = ModelFile(
    "scrfd_10g_bnkps.onnx",
    "5838f7fe053675b1c7a08b633df49e7af5495cee0493c7dcf6697200b85b5b91",
    16_923_827,
    INSIGHTFACE_LICENCE,
    _ANTELOPE_FOLDERS,
    _antelope("scrfd_10g_bnkps.onnx"),
    _SCRFD_CONTRACT,
)
ANTELOPE_EMBEDDER = ModelFile(
    "glintr100.onnx",
    "4ab1d6435d639628a6f3e5008dd4f929edf4c4124b1a7169e1048f9fef534cdf",
    260_665_334,
    INSIGHTFACE_LICENCE,
    _ANTELOPE_FOLDERS,
    (*_antelope("glintr100.onnx"), Source(f"{_HUB}DIAMONIK7777/antelopev2/resolve/main/glintr100.onnx")),
    _ARCFACE_CONTRACT,
)
ANTELOPE_ATTRIBUTES = ModelFile(
    "genderage.onnx",
    "4fde69b1c810857b88c64a335084f1c3fe8f01246c9a191b48c7bb756d6652fb",
    1_322_532,
    INSIGHTFACE_LICENCE,
    _ANTELOPE_FOLDERS,
    _antelope("genderage.onnx"),
    _GENDERAGE_CONTRACT,
)
ANTELOPE_CONTOUR = ModelFile(
    "2d106det.onnx",
    "f001b856447c413801ef5c42091ed0cd516fcd21f2d6b79635b1e733a7109dbf",
    5_030_888,
    INSIGHTFACE_LICENCE,
    _ANTELOPE_FOLDERS,
    _antelope("2d106det.onnx"),
    _CONTOUR_CONTRACT,
)
YUNET = ModelFile(
    "face_detection_yunet_2023mar.onnx",
    "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
    232_589,
    "MIT",
    ("facechain/opencv",),
    (Source(f"{_HUB}opencv/face_detection_yunet/resolve/main/face_detection_yunet_2023mar.onnx"),),
    "input [1,3,640,640] BGR 0..255 -> 12 outputs cls, obj, bbox, kps at strides 8, 16, 32; run by OpenCV",
)
SFACE = ModelFile(
    "face_recognition_sface_2021dec.onnx",
    "0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79",
    38_696_353,
    "Apache-2.0",
    ("facechain/opencv",),
    (Source(f"{_HUB}opencv/face_recognition_sface/resolve/main/face_recognition_sface_2021dec.onnx"),),
    "data [1,3,112,112] RGB 0..255 -> fc1 [1,128]; run by OpenCV",
)
EDIFFIQA = ModelFile(
    "ediffiqa_tiny_jun2024.onnx",
    "9426c899cc0f01665240cb7d9e7f98e18e24e456c178326c771a43da289bfc6a",
    7_272_678,
    "CC-BY-4.0",
    ("facechain/opencv",),
    (Source(f"{_HUB}opencv/face_image_quality_assessment_ediffiqa/resolve/main/ediffiqa_tiny_jun2024.onnx"),),
    "[1,3,112,112] RGB (x-127.5)/127.5 of the ArcFace crop -> one number, larger is better",
)
FAIRFACE = ModelFile(
    "fairface.onnx",
    "9c8c47d437cd310538d233f2465f9ed0524cb7fb51882a37f74e8bc22437fdbf",
    0,
    "unknown",
    ("facechain/attributes",),
    (Source(f"{_HUB}yakhyo/uniface-weights/resolve/main/fairface.onnx"),),
    "[1,3,224,224] RGB ImageNet -> race [1,7], gender [1,2], age [1,9]",
)

FACE_MODELS = (
    ModelEntry(
        role=Role.ANALYZER,
        id="buffalo_l",
        files=(BUFFALO_DETECTOR, BUFFALO_EMBEDDER, BUFFALO_ATTRIBUTES, BUFFALO_CONTOUR, FACE_MESH),
        optional_files=(BUFFALO_ATTRIBUTES, BUFFALO_CONTOUR),
        licence=INSIGHTFACE_LICENCE,
        commercial_use="no",
        proof=Proof.CONTRACT,
        module=".insightface_pack",
        class_name="BuffaloAnalyzer",
        licence_url=INSIGHTFACE_LICENCE_URL,
    ),
    ModelEntry(
        role=Role.ANALYZER,
        id="antelopev2",
        files=(ANTELOPE_DETECTOR, ANTELOPE_EMBEDDER, ANTELOPE_ATTRIBUTES, ANTELOPE_CONTOUR, FACE_MESH),
        optional_files=(ANTELOPE_ATTRIBUTES, ANTELOPE_CONTOUR),
        licence=INSIGHTFACE_LICENCE,
        commercial_use="no",
        proof=Proof.CONTRACT,
        module=".insightface_pack",
        class_name="AntelopeAnalyzer",
        licence_url=INSIGHTFACE_LICENCE_URL,
    ),
    ModelEntry(
        role=Role.ANALYZER,
        id="insightface",
        files=(BUFFALO_DETECTOR, BUFFALO_EMBEDDER, BUFFALO_ATTRIBUTES, BUFFALO_CONTOUR, FACE_MESH),
        optional_files=(BUFFALO_ATTRIBUTES, BUFFALO_CONTOUR),
        licence=INSIGHTFACE_LICENCE,
        commercial_use="no",
        proof=Proof.CONTRACT,
        module=".insightface_library",
        class_name="InsightFaceLibraryAnalyzer",
        licence_url=INSIGHTFACE_LICENCE_URL,
        chosen_by_auto=False,
        package="insightface",
        package_note=INSIGHTFACE_PACKAGE_NOTE,
    ),
    ModelEntry(
        role=Role.ANALYZER,
        id="yunet_sface",
        files=(YUNET, SFACE, FACE_MESH),
        licence="MIT AND Apache-2.0",
        commercial_use="yes",
        proof=Proof.CONTRACT,
        module=".yunet_sface",
        class_name="YuNetSFaceAnalyzer",
        chosen_by_auto=False,
    ),
    ModelEntry(
        role=Role.QUALITY_SCORER,
        id="ediffiqa",
        files=(EDIFFIQA,),
        licence="CC-BY-4.0",
        commercial_use="yes",
        proof=Proof.CONTRACT,
        module=".ediffiqa",
        class_name="EdiffiqaScorer",
    ),
)
