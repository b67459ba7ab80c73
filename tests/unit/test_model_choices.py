"""Models by the words in which people choose them."""

from __future__ import annotations

from pathlib import Path

import pytest

from facechain.errors import InvalidSetting, ModelUnavailable
from facechain.providers.catalog import ModelHandle, find_model
from facechain.providers.model_choices import chosen_model, model_choices, require_role
from facechain.providers.model_entry import Role
from facechain.providers.model_files import ModelLocations

NOWHERE = ModelLocations(Path("models"))


def test_every_choice_is_a_model_that_this_version_runs():
    for choice in model_choices():
        role, id = chosen_model(choice)
        assert find_model(role, id, NOWHERE).runs
        assert choice == f"{role.value}: {id}"


def test_parsers_and_pose_estimators_can_be_chosen_but_no_analyzer():
    choices = model_choices()
    assert {"face parser: embedded", "face parser: bisenet", "pose estimator: embedded"} <= set(choices)
    assert not [choice for choice in choices if choice.startswith(Role.ANALYZER.value)]
    assert len(set(choices)) == len(choices)


@pytest.mark.parametrize("choice", ["face parser: magic", "face analyzer: embedded", "bisenet", ""])
def test_a_model_of_another_version_is_answered_with_those_of_this_one(choice):
    with pytest.raises(ModelUnavailable, match=rf'There is no model "{choice}"\. Choose one of: face parser: '):
        chosen_model(choice)


def test_the_handle_of_another_role_is_refused_with_the_name_of_the_one_needed():
    pose = ModelHandle(Role.POSE_ESTIMATOR, "embedded", NOWHERE)
    with pytest.raises(
        InvalidSetting, match=r'is the pose estimator "embedded"; a face parser is needed.*begins with "face parser:"'
    ):
        require_role(pose, Role.PARSER)


def test_the_handle_of_the_role_and_none_go_through():
    parser = ModelHandle(Role.PARSER, "embedded", NOWHERE)
    assert require_role(parser, Role.PARSER) is parser
    assert require_role(None, Role.PARSER) is None
