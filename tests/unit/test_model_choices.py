"""Models by the words in which people choose them."""

from __future__ import annotations

from pathlib import Path

import pytest

from facechain.errors import InvalidSetting, ModelUnavailable
from facechain.providers.catalog import ModelHandle, find_model
from facechain.providers.model_choices import NO_MODEL, chosen_model, model_choices, require_role
from facechain.providers.model_entry import Role
from facechain.providers.model_files import ModelLocations

NOWHERE = ModelLocations(Path("models"))
WITHOUT = "face swapper: none"


def test_every_choice_is_a_model_that_this_version_runs():
    for choice in set(model_choices()) - {WITHOUT}:
        role, id = chosen_model(choice)
        assert find_model(role, id, NOWHERE).runs
        assert choice == f"{role.value}: {id}"


def test_parsers_pose_estimators_swappers_and_restorers_can_be_chosen_but_no_analyzer():
    choices = model_choices()
    assert {"face parser: embedded", "face parser: bisenet", "pose estimator: embedded"} <= set(choices)
    assert {"face swapper: inswapper_128", "face restorer: gfpgan_1.4_onnx"} <= set(choices)
    assert not [choice for choice in choices if choice.startswith(Role.ANALYZER.value)]
    assert len(set(choices)) == len(choices)


def test_faces_can_be_fused_without_a_swapper_but_nothing_else_can_be_chosen_away():
    assert chosen_model(WITHOUT) == (Role.SWAPPER, NO_MODEL)
    assert [choice for choice in model_choices() if choice.endswith(f": {NO_MODEL}")] == [WITHOUT]


def test_restorers_that_are_published_as_pickles_cannot_be_chosen():
    assert not {f"face restorer: {id}" for id in ("gfpgan_1.4", "gfpgan_1.3", "codeformer")} & set(model_choices())


@pytest.mark.parametrize(
    "choice", ["face parser: magic", "face parser: none", "face analyzer: embedded", "bisenet", ""]
)
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
