"""What docs/results.md promises to scripts is what the code sends, field by field and code by code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from support_results import read_document

from facechain.backgrounds import Background
from facechain.crop_face_region import CroppedReport
from facechain.embeddings import Metric
from facechain.errors import FaceChainError
from facechain.faces import Rejection
from facechain.fused_pictures import FuseReport
from facechain.group_photo_values import GroupReport, PlacedReport
from facechain.id_photo import IdPhotoMeasures
from facechain.id_photos import IdPhotoReport, IdPhotosReport, Refusal
from facechain.kept_part import KeptPart
from facechain.parsing import Region
from facechain.photo_listing import ListedPhoto
from facechain.portrait_plan import LoraUse
from facechain.pose_report import PosesReport
from facechain.providers.file_states import FileReport, HashState
from facechain.providers.model_entry import ModelEntry, Proof, Role
from facechain.providers.model_states import ModelReport
from facechain.providers.model_status import ModelStatus
from facechain.providers.onnxruntime_installation import Kind
from facechain.quality import QualityScores
from facechain.ranking_options import PortraitFilter
from facechain.ranking_values import Outcome, PortraitReport, RankingCounts, RankingReport, ScaleReport
from facechain.report import ACCEPTED
from facechain.tags import TagKind, Unit
from facechain.verdicts import Limits

ROOT = Path(__file__).parents[2]
DOCUMENT = read_document()
NODES = {
    match[1]: text
    for file in (ROOT / "nodes").glob("*.py")
    for text in [file.read_text("utf-8")]
    if (match := re.search(r'node_id="(FaceChain\w+)"', text))
}

REPORTS = {
    ListedPhoto: ("FaceChainLoadPhotos", "photos[]"),
    Limits: ("FaceChainAlignFaces", "limits"),
    QualityScores: ("FaceChainAlignFaces", "photos[].quality.scores"),
    PosesReport: ("FaceChainEstimatePose", ""),
    FuseReport: ("FaceChainFuseFaces", "[]"),
    RankingReport: ("FaceChainRankPortraits", ""),
    ScaleReport: ("FaceChainRankPortraits", "scale"),
    RankingCounts: ("FaceChainRankPortraits", "counts"),
    PortraitReport: ("FaceChainRankPortraits", "portraits[]"),
    CroppedReport: ("FaceChainCropFaceRegion", ""),
    GroupReport: ("FaceChainComposeGroupPhoto", ""),
    PlacedReport: ("FaceChainComposeGroupPhoto", "persons[]"),
    IdPhotosReport: ("FaceChainMakeIdPhoto", ""),
    IdPhotoReport: ("FaceChainMakeIdPhoto", "id_photos[]"),
    IdPhotoMeasures: ("FaceChainMakeIdPhoto", "id_photos[].measures"),
    Refusal: ("FaceChainMakeIdPhoto", "refused[]"),
    ModelReport: ("FaceChainCheckModels", "models[]"),
    FileReport: ("FaceChainCheckModels", "models[].files[]"),
}
"""The classes whose fields become JSON, and where they stand."""

CODES = {
    ("FaceChainAlignFaces", "likeness.metric"): get_args(Metric),
    ("FaceChainAlignFaces", "photos[].code"): (ACCEPTED, *Rejection),
    ("FaceChainParseFaces", "keep"): KeptPart,
    ("FaceChainParseFaces", "background"): Background,
    ("FaceChainParseFaces", "regions"): Region,
    ("FaceChainTagFaces", "faces[].tags[].kind"): TagKind,
    ("FaceChainTagFaces", "faces[].tags[].unit"): get_args(Unit),
    ("FaceChainApplyPersonStyle", "loras[].of"): get_args(get_type_hints(LoraUse)["of"]),
    ("FaceChainRankPortraits", "metric"): get_args(Metric),
    ("FaceChainRankPortraits", "filter"): PortraitFilter,
    ("FaceChainRankPortraits", "portraits[].outcome"): Outcome,
    ("FaceChainCheckModels", "onnxruntime.state"): Kind,
    ("FaceChainCheckModels", "models[].role"): Role,
    ("FaceChainCheckModels", "models[].status"): ModelStatus,
    ("FaceChainCheckModels", "models[].commercial_use"): get_args(get_type_hints(ModelEntry)["commercial_use"]),
    ("FaceChainCheckModels", "models[].proof"): Proof,
    ("FaceChainCheckModels", "models[].files[].hash"): HashState,
}
"""The values of a field that are stable codes."""


def errors_below(base: type[FaceChainError]) -> Iterator[type[FaceChainError]]:
    yield base
    for child in base.__subclasses__():
        yield from errors_below(child)


def remark_codes() -> set[str]:
    """First argument of every Remark, and of the tuples that one loop makes them of."""
    tree = ast.parse((ROOT / "facechain" / "id_photo_remarks.py").read_text("utf-8"))
    calls = [node.args[0] for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_remark(node)]
    loops = [node.iter for node in ast.walk(tree) if isinstance(node, ast.For) and isinstance(node.iter, ast.Tuple)]
    rows = [row.elts[0] for loop in loops for row in loop.elts if isinstance(row, ast.Tuple)]
    constants = [node.value for node in (*calls, *rows) if isinstance(node, ast.Constant)]
    return {value for value in constants if isinstance(value, str)}


def _is_remark(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "Remark"


def test_every_error_code_has_a_meaning_and_there_is_no_other():
    sources = "".join(file.read_text("utf-8") for file in (ROOT / "facechain").rglob("*.py"))
    assert set(DOCUMENT.errors) == set(re.findall(r'(?m)^    code(?:: ClassVar\[str\])? = "(\w+)"', sources))
    assert set(DOCUMENT.errors) >= {error.code for error in errors_below(FaceChainError)}


@pytest.mark.parametrize("error", list(errors_below(FaceChainError)), ids=lambda error: error.__name__)
def test_the_host_reads_the_code_of_an_error(error):
    """It joins module and qualified name of the class, `full_type_name` in execution.py."""
    assert f"{error.__module__}.{error.__qualname__}" == f"facechain.{error.code}"


def test_every_code_that_only_requests_have_is_there():
    written = "".join(file.read_text("utf-8") for file in (ROOT / "nodes").glob("*.py"))
    assert set(DOCUMENT.requests) == set(re.findall(r'problem\(\d+, "(\w+)"', written))


def test_every_meaning_is_a_sentence():
    tables = [codes for node in DOCUMENT.nodes.values() for codes in node.values.values()]
    meanings = [meaning for table in (DOCUMENT.errors, DOCUMENT.requests, *tables) for meaning in table.values()]
    assert [meaning for meaning in meanings if not meaning.endswith(".")] == []


def test_every_node_that_leaves_json_is_there_by_its_name():
    assert set(DOCUMENT.nodes) == {node for node, text in NODES.items() if '"facechain": [' in text}
    document = (ROOT / "docs" / "results.md").read_text("utf-8")
    for node in DOCUMENT.nodes:
        name = re.search(r'display_name="([^"]+)"', NODES[node])
        assert name is not None
        assert f"\n### {name[1]}: `{node}`\n" in document


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.__name__)
def test_every_field_is_there_and_no_other(report):
    node, path = REPORTS[report]
    assert set(DOCUMENT.nodes[node].fields_of(path)) == set(get_type_hints(report))


def test_no_class_of_a_report_is_forgotten():
    files = (ROOT / "facechain").rglob("*.py")
    names = {name for file in files for name in re.findall(r"class (\w+Report)\(TypedDict", file.read_text("utf-8"))}
    assert names == {report.__name__ for report in REPORTS if report.__name__.endswith("Report")}


@pytest.mark.parametrize(("node", "path"), CODES, ids=" ".join)
def test_every_code_is_there_and_no_other(node, path):
    codes = {code.value if isinstance(code, Enum) else code for code in CODES[node, path]}
    assert set(DOCUMENT.nodes[node].values[path]) == codes


def test_every_remark_on_an_id_photo_is_there():
    documented = DOCUMENT.nodes["FaceChainMakeIdPhoto"].values["id_photos[].remarks[].code"]
    assert set(documented) == remark_codes()
    assert "chin" in documented


def test_no_table_of_codes_is_left_unchecked():
    tables = {(node, path) for node, result in DOCUMENT.nodes.items() for path in result.values}
    assert tables == {*CODES, ("FaceChainMakeIdPhoto", "id_photos[].remarks[].code")}
    assert all(path in DOCUMENT.nodes[node].types for node, path in tables)


@pytest.mark.parametrize("node", DOCUMENT.nodes)
def test_the_example_is_as_its_table_says(node):
    result = DOCUMENT.nodes[node]
    assert result.example is not None
    assert result.faults(result.example) == []
