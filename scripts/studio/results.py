"""How a prompt ended: a result, or one of four errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PromptResult:
    """One entry of the host's history."""

    prompt_id: str
    status: str
    """"success" or "error"; an interrupted prompt is an error whose messages say so."""
    outputs: Mapping[str, Mapping[str, Any]]
    """Node id -> what its `ui` carried, for example {"images": [...]}. Nodes without `ui` are absent."""
    messages: Mapping[str, Mapping[str, Any]]
    """Event type -> its last data, for example "execution_cached" -> {"nodes": [...]}."""

    @classmethod
    def from_history(cls, prompt_id: str, entry: Mapping[str, Any]) -> PromptResult:
        """The result that a history entry describes."""
        status = entry["status"]
        return cls(prompt_id, status["status_str"], entry["outputs"], dict(status["messages"]))

    @property
    def was_interrupted(self) -> bool:
        """True if stop was pressed."""
        return "execution_interrupted" in self.messages

    @property
    def cached_nodes(self) -> frozenset[str]:
        """Ids of the nodes whose earlier result was used."""
        return frozenset(self.messages.get("execution_cached", {}).get("nodes", ()))

    @property
    def seconds(self) -> float:
        """Time from start to end by the host's own clock."""
        ends = [data["timestamp"] for kind, data in self.messages.items() if kind != "execution_start"]
        return (max(ends) - self.messages["execution_start"]["timestamp"]) / 1000


class PromptRejected(Exception):
    """The host refused the prompt, or a branch of it; `answer` is its JSON."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        self.answer = answer
        super().__init__(_rejection(answer))

    @property
    def node_errors(self) -> Mapping[str, Any]:
        """Node id -> the host's list of errors."""
        return self.answer.get("node_errors") or {}


class PromptFailed(Exception):
    """A node raised; the text is its class, id and message."""

    def __init__(self, result: PromptResult) -> None:
        self.result = result
        self.error = result.messages.get("execution_error", {})
        """The host's own report: node_id, node_type, exception_type, exception_message, traceback."""
        where = f"{self.error.get('node_type')} (node {self.error.get('node_id')})"
        super().__init__(f"{where} failed: {self.error.get('exception_message', '').strip()}")


class PromptInterrupted(Exception):
    """Stop was pressed while the prompt ran."""

    def __init__(self, result: PromptResult) -> None:
        self.result = result
        super().__init__(f"Prompt {result.prompt_id} was interrupted.")


class PromptTimeout(Exception):
    """The prompt did not end in time."""


def _rejection(answer: Mapping[str, Any]) -> str:
    lines = []
    if error := answer.get("error"):
        lines.append(f"{error.get('message')} {error.get('details', '')}".strip())
    for node_id, node in (answer.get("node_errors") or {}).items():
        for error in node.get("errors", ()):
            lines.append(f"{node.get('class_type')} (node {node_id}): {error['message']} {error.get('details', '')}")
    return "The host refused the prompt. " + "\n".join(lines)
