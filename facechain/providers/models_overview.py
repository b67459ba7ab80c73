"""The state of every model in words, for the sheet and the report of Check FaceChain Models."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import ModelUnavailable
from ..models_sheet import ModelGroup, ModelRow, ModelsOverview, Tone
from .catalog import AUTO, find_model
from .file_states import HashState
from .model_entry import Role
from .model_files import ModelLocations
from .model_states import ModelState, ModelStatus
from .onnxruntime_installation import Kind, OnnxRuntimeState

_STATES = {
    ModelStatus.INSTALLED: ("installed", Tone.RUNS),
    ModelStatus.OTHER_WEIGHTS: ("other weights", Tone.REMARK),
    ModelStatus.MISSING: ("not here", Tone.WAITS),
    ModelStatus.PARTLY_MISSING: ("partly here", Tone.WAITS),
    ModelStatus.DAMAGED: ("damaged", Tone.BROKEN),
    ModelStatus.LICENCE: ("licence not accepted", Tone.LICENCE),
    ModelStatus.PACKAGE: ("package missing", Tone.WAITS),
}
_USES = {"yes": "commercial use: yes", "no": "no commercial use", "unknown": "commercial use: unclear"}
_CONTENTS = (
    (HashState.OTHER, "other content"),
    (HashState.NOT_READ, "content not compared"),
    (HashState.UNKNOWN, "no published checksum"),
    (HashState.PUBLISHED, "content as published"),
)
"""The first that is true of any file of a model."""


def models_overview(
    states: Sequence[ModelState], locations: ModelLocations, onnxruntime: OnnxRuntimeState
) -> ModelsOverview:
    """Every model of `states` in words, by role; no model is loaded."""
    groups, without = [], []
    for role in Role:
        runnable = [state for state in states if state.entry.role is role and state.entry.runs]
        if not runnable:
            continue
        chosen = auto_id(role, locations)
        groups.append(_group(role, runnable, chosen))
        if not chosen:
            without.append(role.value)
    headline = f"{len(groups) - len(without)} of {len(groups)} tasks have a model"
    missing = [(f"Without one: {', '.join(without)}. Nodes do without it, or say so.", Tone.WAITS)] if without else []
    known = tuple(_known(state) for state in states if not state.entry.runs)
    return ModelsOverview(headline, (*missing, _about_onnxruntime(onnxruntime)), tuple(groups), known)


def models_report(
    states: Sequence[ModelState], locations: ModelLocations, onnxruntime: OnnxRuntimeState
) -> dict[str, object]:
    """The same as JSON values, with every address and hash; no path outside of the models folder."""
    return {
        "auto": {role.value: auto_id(role, locations) or None for role in Role},
        "onnxruntime": {
            "state": onnxruntime.kind.value,
            "fact": onnxruntime.fact,
            "requirement": onnxruntime.requirement,
        },
        "models": [state.report() for state in states],
    }


def auto_id(role: Role, locations: ModelLocations) -> str:
    """Id of the model that "auto" takes for `role`; empty when there is none."""
    try:
        return find_model(role, AUTO, locations).id
    except ModelUnavailable:
        return ""


def _group(role: Role, states: Sequence[ModelState], chosen: str) -> ModelGroup:
    in_use = next((state for state in states if state.entry.id == chosen), None)
    if in_use is None:
        sentence = "None runs on this installation"
    elif in_use.is_runnable:
        sentence = f'"auto" uses {chosen}'
    else:
        sentence = f'"auto" uses {chosen}, which comes with its first use'
    return ModelGroup(role.value.capitalize(), sentence, tuple(_row(state, state is in_use) for state in states))


def _row(state: ModelState, is_in_use: bool) -> ModelRow:
    entry = state.entry
    name, tone = _STATES[state.status]
    return ModelRow(
        id=entry.id,
        state=name,
        tone=tone,
        is_in_use=is_in_use,
        facts=_facts(state),
        licence=_licence(entry.licence),
        use=_USES[entry.commercial_use],
        is_restricted=entry.needs_acceptance,
        place=", ".join(dict.fromkeys(file.place.rpartition("/")[0] for file in state.own)),
        advice=state.advice,
        links=_links(state),
    )


def _facts(state: ModelState) -> str:
    """Size, and what is known of the content of the files that are here."""
    sizes = [file.bytes or file.model.bytes for file in state.own]
    total = sum(sizes) / 1e6
    size = (f"{total:.0f} MB" if total >= 10 else f"{total:.2g} MB") if all(sizes) else "size unknown"
    hashes = {file.hash for file in state.own}
    content = next((words for known, words in _CONTENTS if known in hashes), "")
    return f"{size}, {content}" if content else size


def _links(state: ModelState) -> tuple[str, ...]:
    """Addresses, where something has to be fetched or accepted."""
    licence = state.status is ModelStatus.LICENCE and state.entry.licence_url
    absent = any(file.path is None for file in state.own)
    return (
        *([f"Licence: {state.entry.licence_url}"] if licence else []),
        *([f"Files: {address}" for address in state.addresses] if absent else []),
    )


def _known(state: ModelState) -> str:
    entry = state.entry
    return f"{entry.role.value} {entry.id}: {_licence(entry.licence)}, {_USES[entry.commercial_use]}"


def _licence(name: str) -> str:
    return "licence unknown" if name == "unknown" else name


def _about_onnxruntime(state: OnnxRuntimeState) -> tuple[str, Tone]:
    if state.kind is Kind.WORKS:
        return f"ONNX models: {state.fact}", Tone.RUNS
    return (
        f"ONNX models: {state.fact} {state.requirement} belongs here: stop ComfyUI and run install.py of this "
        "extension with ComfyUI's Python.",
        Tone.REMARK,
    )
