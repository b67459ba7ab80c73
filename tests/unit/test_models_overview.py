"""The state of every model in words, from files that are really there or not."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest

from facechain.models_sheet import Tone
from facechain.providers.catalog import MODELS
from facechain.providers.licences import accept
from facechain.providers.model_entry import ModelEntry, Proof, Role
from facechain.providers.model_files import ModelFile, ModelLocations, Source
from facechain.providers.model_states import model_states
from facechain.providers.models_overview import auto_id, models_overview, models_report
from facechain.providers.onnxruntime_choice import Distribution, this_machine
from facechain.providers.onnxruntime_installation import Kind, OnnxRuntimeState

CONTENT = b"weights"
ADDRESS, TERMS = "https://example.org/sharp.onnx", "https://example.org/terms"
FILE = ModelFile(
    "sharp.onnx", hashlib.sha256(CONTENT).hexdigest(), len(CONTENT), "MIT", ("facechain/sharp",), (Source(ADDRESS),)
)
FREE = ModelEntry(Role.RESTORER, "sharp", (FILE,), "MIT", "yes", Proof.CONTRACT, ".sharp", "Sharp")
RESTRICTED = replace(FREE, commercial_use="no", licence="Research only", licence_url=TERMS)
RUNTIME = OnnxRuntimeState(Kind.WORKS, (Distribution("onnxruntime", "1.30.0"),), None, None, this_machine())


@pytest.fixture
def locations(tmp_path) -> ModelLocations:
    return ModelLocations(tmp_path)


def put(locations, content=CONTENT) -> None:
    file = locations.home(FILE)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def overview_of(entry, locations, runtime=RUNTIME):
    return models_overview(model_states(locations, hashes=False, models=[entry]), locations, runtime)


def row_of(entry, locations):
    ((row,),) = (group.rows for group in overview_of(entry, locations).groups)
    return row


def test_a_model_that_is_not_here_says_where_it_belongs_and_where_it_is_published(locations):
    row = row_of(FREE, locations)
    assert (row.state, row.tone, row.place) == ("not here", Tone.WAITS, "facechain/sharp")
    assert row.links == (f"Files: {ADDRESS}",)
    assert "models.py fetch sharp" in row.advice


def test_a_model_that_is_here_as_published_needs_nothing(locations):
    put(locations)
    row = row_of(FREE, locations)
    assert (row.state, row.tone, row.advice, row.links) == ("installed", Tone.RUNS, "", ())
    assert row.facts.endswith("content as published")


def test_other_weights_run_and_are_remarked(locations):
    put(locations, b"other weights")
    row = row_of(FREE, locations)
    assert (row.state, row.tone) == ("other weights", Tone.REMARK)
    assert row.facts.endswith("other content")


def test_a_file_that_was_cut_short_is_broken(locations):
    put(locations, CONTENT[:3])
    assert row_of(FREE, locations).tone is Tone.BROKEN


def test_a_restricted_licence_comes_first_with_the_address_of_its_terms(locations):
    put(locations)
    row = row_of(RESTRICTED, locations)
    assert (row.state, row.tone, row.use) == ("licence not accepted", Tone.LICENCE, "no commercial use")
    assert row.links == (f"Licence: {TERMS}",)
    accept(RESTRICTED, locations)
    assert row_of(RESTRICTED, locations).tone is Tone.RUNS


def test_an_unknown_licence_is_called_so(locations):
    row = row_of(replace(FREE, licence="unknown", commercial_use="unknown"), locations)
    assert (row.licence, row.use, row.is_restricted) == ("licence unknown", "commercial use: unclear", True)


def test_a_model_without_code_is_only_known(locations):
    overview = overview_of(replace(FREE, module="", class_name="", proof=Proof.NONE), locations)
    assert overview.groups == ()
    assert overview.known == ("face restorer sharp: MIT, commercial use: yes",)


def test_every_model_of_the_catalogue_is_in_words_and_auto_is_the_embedded_one(locations):
    states = model_states(locations, hashes=False)
    overview = models_overview(states, locations, RUNTIME)
    rows = [row for group in overview.groups for row in group.rows]
    assert len(rows) + len(overview.known) == len(MODELS)
    analyzers = overview.groups[0]
    assert analyzers.role == "Face analyzer"
    assert analyzers.in_use == '"auto" uses embedded, which comes with its first use'
    assert [row.id for row in analyzers.rows if row.is_in_use] == ["embedded"]


def test_tasks_without_a_model_are_counted_and_named(locations):
    overview = models_overview(model_states(locations, hashes=False), locations, RUNTIME)
    without = [role for role in Role if any(entry.role is role and entry.runs for entry in MODELS)]
    missing = [role.value for role in without if not auto_id(role, locations)]
    assert overview.headline == f"{len(without) - len(missing)} of {len(without)} tasks have a model"
    assert Role.QUALITY_SCORER.value in missing
    assert f"Without one: {', '.join(missing)}." in overview.remarks[0][0]


def test_an_onnxruntime_that_works_is_stated_and_one_that_does_not_says_what_to_do(locations):
    assert overview_of(FREE, locations).remarks[-1] == ("ONNX models: onnxruntime 1.30.0 is installed.", Tone.RUNS)
    missing = replace(RUNTIME, kind=Kind.MISSING, distributions=())
    text, tone = overview_of(FREE, locations, missing).remarks[-1]
    assert tone is Tone.REMARK
    assert "onnxruntime is not installed." in text
    assert "run install.py" in text


def test_the_report_is_json_without_a_path_of_this_machine(locations, tmp_path):
    put(locations)
    report = models_report(model_states(locations, hashes=True), locations, RUNTIME)
    text = json.dumps(report)
    assert str(tmp_path) not in text
    assert report["auto"]["face analyzer"] == "embedded"
    assert report["auto"]["face quality scorer"] is None
    assert len(report["models"]) == len(MODELS)
    assert report["onnxruntime"] == {
        "state": "works",
        "fact": "onnxruntime 1.30.0 is installed.",
        "requirement": RUNTIME.requirement,
    }
