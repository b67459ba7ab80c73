"""Restricted licences are accepted by a person, on one installation, in one wording."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from facechain.errors import LicenceNotAccepted
from facechain.providers.face_models import FACE_MODELS
from facechain.providers.licences import RECORD, accept, is_accepted, require_accepted
from facechain.providers.model_files import ModelLocations

BUFFALO = next(entry for entry in FACE_MODELS if entry.id == "buffalo_l")
YUNET = next(entry for entry in FACE_MODELS if entry.id == "yunet_sface")


@pytest.fixture
def own(tmp_path) -> ModelLocations:
    return ModelLocations(tmp_path)


def test_a_free_licence_needs_nobody(own):
    assert is_accepted(YUNET, own)
    require_accepted(YUNET, own)


def test_a_restricted_licence_is_refused_with_its_terms_and_the_command(own):
    message = (
        r'face analyzer "buffalo_l", InsightFace non-commercial research \(https://github\.com/deepinsight/.*\), '
        r"forbids commercial use, .* `python scripts/models\.py accept buffalo_l`"
    )
    with pytest.raises(LicenceNotAccepted, match=message):
        require_accepted(BUFFALO, own)


def test_an_unclear_licence_is_refused_as_well(own):
    with pytest.raises(LicenceNotAccepted, match=r"is unclear about commercial use"):
        require_accepted(replace(BUFFALO, commercial_use="unknown"), own)


def test_an_accepted_licence_stays_accepted_and_others_do_not_join_it(own):
    accept(BUFFALO, own)
    assert is_accepted(BUFFALO, ModelLocations(own.root))
    assert not is_accepted(replace(BUFFALO, id="antelopev2"), own)
    accept(replace(BUFFALO, id="antelopev2"), own)
    assert is_accepted(BUFFALO, own)


def test_another_wording_must_be_accepted_anew(own):
    accept(BUFFALO, own)
    assert not is_accepted(replace(BUFFALO, licence="InsightFace non-commercial research 2"), own)


def test_another_installation_has_accepted_nothing(own, tmp_path):
    accept(BUFFALO, own)
    assert not is_accepted(BUFFALO, ModelLocations(tmp_path / "other"))


@pytest.mark.parametrize("content", ["", "{ half of it", "[]", "null"])
def test_a_damaged_record_accepts_nothing_and_can_be_written_anew(own, content):
    (own.root / RECORD).parent.mkdir(parents=True)
    (own.root / RECORD).write_text(content)
    assert not is_accepted(BUFFALO, own)
    accept(BUFFALO, own)
    assert is_accepted(BUFFALO, own)


def test_the_record_says_what_was_accepted_and_when(own):
    accept(BUFFALO, own)
    record = json.loads((own.root / RECORD).read_text())
    assert record["analyzer/buffalo_l"] == "InsightFace non-commercial research"
    assert record["analyzer/buffalo_l since"].endswith("+00:00")
