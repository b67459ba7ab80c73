"""What the page learns of models, and the acceptance of a licence by role and id."""

from __future__ import annotations

import json

import pytest

from facechain.errors import InvalidSetting, ModelUnavailable
from facechain.providers.catalog import MODELS
from facechain.providers.licences import RECORD, is_accepted
from facechain.providers.model_entry import ModelEntry, Role
from facechain.providers.model_files import ModelLocations
from facechain.providers.model_listing import accept_licence, model_listing


def entry_of(id: str, role: Role = Role.ANALYZER) -> ModelEntry:
    (entry,) = (entry for entry in MODELS if (entry.role, entry.id) == (role, id))
    return entry


@pytest.fixture
def locations(tmp_path) -> ModelLocations:
    return ModelLocations(tmp_path)


def listed(id: str, locations: ModelLocations):
    (model,) = (one for one in model_listing(locations) if (one["role"], one["id"]) == ("face analyzer", id))
    return model


def put(entry: ModelEntry, locations: ModelLocations) -> None:
    for file in entry.files:
        path = locations.home(file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"weights")


def test_every_model_that_can_be_chosen_is_listed(locations):
    ids = [(model["role"], model["id"]) for model in model_listing(locations)]
    assert ids == [(entry.role.value, entry.id) for entry in MODELS if entry.runs]
    json.dumps(model_listing(locations))


def test_a_restricted_model_is_listed_with_its_terms_and_what_has_to_be_fetched(locations):
    entry, model = entry_of("buffalo_l"), listed("buffalo_l", locations)
    assert (model["licence"], model["licence_url"]) == (entry.licence, entry.licence_url)
    assert (model["commercial_use"], model["accepted"], model["installed"]) == ("no", False, False)
    assert model["bytes"] == sum(file.bytes for file in entry.files)
    assert model["hosts"] == ["github.com"]
    assert model["folder"] == "insightface/models/buffalo_l"


def test_a_mirror_of_the_hub_is_named_in_its_place(locations, monkeypatch):
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    assert listed("yunet_sface", locations)["hosts"] == ["huggingface.co"]
    monkeypatch.setenv("HF_ENDPOINT", "https://mirror.example.org")
    assert listed("yunet_sface", locations)["hosts"] == ["mirror.example.org"]


def test_what_is_here_has_not_to_be_fetched(locations):
    put(entry_of("buffalo_l"), locations)
    model = listed("buffalo_l", locations)
    assert (model["installed"], model["bytes"], model["hosts"], model["accepted"]) == (True, 0, [], False)


def test_an_accepted_licence_is_listed_as_accepted_and_only_that_one(locations):
    assert accept_licence("face analyzer", "buffalo_l", locations) == entry_of("buffalo_l")
    assert listed("buffalo_l", locations)["accepted"] is True
    assert listed("antelopev2", locations)["accepted"] is False
    assert is_accepted(entry_of("buffalo_l"), locations)


@pytest.mark.parametrize(
    ("role", "id"),
    [
        ("face analyzer", "nobody"),
        ("face analyzer", "auto"),
        ("face parser", "buffalo_l"),
        ("ANALYZER", "buffalo_l"),
        ("", ""),
    ],
)
def test_an_unknown_model_is_refused_and_nothing_is_written(locations, role, id):
    with pytest.raises(ModelUnavailable, match=r"There is no .*Choose a model of Check FaceChain Models"):
        accept_licence(role, id, locations)
    assert not (locations.root / RECORD).exists()


def test_a_free_licence_is_not_recorded(locations):
    with pytest.raises(InvalidSetting, match=r"The licence of yunet_sface, MIT AND Apache-2\.0, needs no acceptance"):
        accept_licence("face analyzer", "yunet_sface", locations)
    assert not (locations.root / RECORD).exists()
