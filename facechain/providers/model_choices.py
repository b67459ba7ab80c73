"""Models by the words in which people choose them: "face parser: bisenet"."""

from __future__ import annotations

from ..errors import InvalidSetting, ModelUnavailable
from .catalog import ModelHandle, model_ids
from .model_entry import Role

CHOSEN_BY_NODE = (Role.PARSER, Role.POSE_ESTIMATOR, Role.SWAPPER, Role.RESTORER)
"""Roles whose models nodes take as an input. Analyzers have a node and a socket of their own."""
NO_MODEL = "none"
"""Stands for doing a job without a network where that is possible."""
_POSSIBLE_WITHOUT = (Role.SWAPPER,)


def model_choices() -> list[str]:
    """Every model of these roles that this version can run, as "role: id", the best of each role first.

    After them "role: none" for a role that can do without one.
    """
    return [f"{role.value}: {id}" for role in CHOSEN_BY_NODE for id in _ids(role)]


def chosen_model(choice: str) -> tuple[Role, str]:
    """Role and id of "role: id". Raises ModelUnavailable if this version has no such model."""
    if choice not in model_choices():
        raise ModelUnavailable(f'There is no model "{choice}". Choose one of: {", ".join(model_choices())}.')
    role, _, id = choice.partition(": ")
    return Role(role), id


def _ids(role: Role) -> list[str]:
    return [*model_ids(role), *([NO_MODEL] if role in _POSSIBLE_WITHOUT else [])]


def require_role(handle: ModelHandle | None, role: Role) -> ModelHandle | None:
    """`handle`, if it is one for `role`, or None. Raises InvalidSetting for the handle of another role."""
    if handle is not None and handle.role is not role:
        raise InvalidSetting(
            f'The connected model is the {handle.role.value} "{handle.id}"; a {role.value} is needed here. '
            f'Choose one in Load Face Model whose name begins with "{role.value}:".'
        )
    return handle
