"""The models of the catalogue as lines of text. Needs the core, as model_commands.py does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from facechain.providers.model_entry import Role
from facechain.providers.model_states import ModelState, ModelStatus

_WORDS = {
    ModelStatus.LICENCE: "licence to accept",
    ModelStatus.PACKAGE: "package missing",
    ModelStatus.KNOWN_ONLY: "known, not run",
}


def model_table(states: Sequence[ModelState]) -> Iterator[str]:
    """A heading per role; per model a line with state, size, licence and use, then places, addresses, advice."""
    cells = {id(state): _cells(state) for state in states}
    widths = [max(len(row[column]) for row in cells.values()) for column in range(4)]
    for role in Role:
        of_role = [state for state in states if state.entry.role is role]
        if of_role:
            yield f"\n{role.value.upper()}"
        for state in of_role:
            cell = cells[id(state)]
            padded = (f"{text:<{width}}" for text, width in zip(cell, widths, strict=False))
            yield f"  {'  '.join(padded)}  commercial use: {state.entry.commercial_use}"
            yield from (f"      {line}" for line in _details(state))


def _cells(state: ModelState) -> tuple[str, str, str, str]:
    sizes = [file.bytes or file.model.bytes for file in state.own]
    size = f"{sum(sizes) / 1e6:.1f} MB" if all(sizes) else "size unknown"
    status = _WORDS.get(state.status, state.status.value.replace("_", " "))
    return state.entry.id, status, f"{size:>12}", state.entry.licence


def _details(state: ModelState) -> Iterator[str]:
    for words, is_here in (("in", True), ("belongs into", False)):
        places = [file.place for file in state.own if (file.path is not None) is is_here]
        if folders := dict.fromkeys(place.rpartition("/")[0] for place in places):
            yield f"{words} {', '.join(folders)}"
    yield from (f"from {address}" for address in state.addresses)
    if state.entry.licence_url:
        yield f"licence at {state.entry.licence_url}"
    if state.advice and state.entry.runs:
        yield state.advice
