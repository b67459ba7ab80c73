"""A person who was trained with one analyzer is compared by another, and a licence is accepted by people only."""

from __future__ import annotations

import shutil

import pytest
from support_face_models import write_buffalo_pack

from facechain.providers.catalog import find_model
from facechain.providers.licences import RECORD, accept
from facechain.providers.model_entry import Role
from facechain.providers.model_files import ModelLocations
from studio.results import PromptFailed


@pytest.fixture(scope="module")
def buffalo(comfy, photos):
    """A host with stand-ins for buffalo_l, whose licence nobody accepted yet, and two pictures of two people."""
    pack = write_buffalo_pack(comfy.base / "models")
    for name, file in (("her.png", photos.astronaut), ("other.jpg", photos.grace_hopper)):
        shutil.copy(file, comfy.base / "input" / name)
    yield ModelLocations(comfy.base / "models")
    # Accepted and installed it would be what "auto" means for every later test.
    (comfy.base / "models" / RECORD).unlink(missing_ok=True)
    shutil.rmtree(pack)


def ranking(person: str, analyzer: str | None) -> dict:
    prompt = {
        "person": {"class_type": "FaceChainLoadPerson", "inputs": {"person": person}},
        "her": {"class_type": "LoadImage", "inputs": {"image": "her.png"}},
        "other": {"class_type": "LoadImage", "inputs": {"image": "other.jpg"}},
        "both": {"class_type": "ImageBatch", "inputs": {"image1": ["other", 0], "image2": ["her", 0]}},
        "rank": {
            "class_type": "FaceChainRankPortraits",
            "inputs": {"images": ["both", 0], "person": ["person", 0], "keep": 2, "threshold": 0.0},
        },
    }
    if analyzer:
        prompt["analyzer"] = {"class_type": "FaceChainLoadFaceAnalyzer", "inputs": {"analyzer": analyzer}}
        prompt["rank"]["inputs"]["analyzer"] = ["analyzer", 0]
    return prompt


def ranks(comfy, person, analyzer=None):
    result = comfy.client.run(ranking(person, analyzer), timeout_s=120)
    return result.outputs["rank"]["facechain"][0]


def test_a_workflow_cannot_accept_a_licence(comfy, trained_person, buffalo):
    prompt = ranking(trained_person.record["person"], "buffalo_l")
    prompt["analyzer"]["inputs"] |= {"accepted": True, "accept_licence": "yes", "licence": "accepted"}
    prompt["analyzer"]["_meta"] = {"title": "Load Face Analyzer", "accepted-licences": {"analyzer/buffalo_l": "yes"}}
    with pytest.raises(PromptFailed) as caught:
        comfy.client.run(prompt, timeout_s=120)
    assert "nobody accepted it on this machine" in caught.value.error["exception_message"]
    assert not (comfy.base / "models" / RECORD).exists()


def test_trained_with_embedded_ranked_with_another(comfy, trained_person, buffalo):
    person = trained_person.record["person"]
    accept(find_model(Role.ANALYZER, "buffalo_l", buffalo), buffalo)
    with_embedded, with_buffalo = ranks(comfy, person), ranks(comfy, person, "buffalo_l")
    for report in (with_embedded, with_buffalo):
        assert [portrait["index"] for portrait in report["portraits"]] == [1, 0]
    assert (with_embedded["model"], with_embedded["metric"]) == ("dlib_resnet_v1", "euclidean")
    assert with_buffalo["model"].startswith("arcface")
    assert with_buffalo["metric"] == "cosine"
    caches = {file.name for file in (comfy.base / "models" / "facechain" / "people" / person / "embeddings").iterdir()}
    assert "dlib_resnet_v1.safetensors" in caches
    assert any(name.startswith("arcface") for name in caches)


def test_a_person_is_compared_by_their_own_analyzer_where_none_is_connected(comfy, trained_person, buffalo):
    assert ranks(comfy, trained_person.record["person"])["model"] == "dlib_resnet_v1"
