"""A client of ComfyUI's queue: prompts in, progress and results out."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from .events import Event, EventStream
from .results import PromptFailed, PromptInterrupted, PromptRejected, PromptResult, PromptTimeout

Prompt = Mapping[str, Mapping[str, Any]]
"""API format: node id -> {"class_type": ..., "inputs": {...}}."""
EventHandler = Callable[[Event], None]

REQUEST_TIMEOUT_S = 120.0
_ENDINGS = ("execution_success", "execution_error", "execution_interrupted")


class ComfyClient:
    """Talks to one server; thread-safe, since it keeps no connection open between calls."""

    def __init__(self, url: str) -> None:
        self.url = url

    def run(self, prompt: Prompt, *, timeout_s: float = 600.0, on_event: EventHandler | None = None) -> PromptResult:
        """The result of `prompt`, queued and waited for; `on_event` sees every event meanwhile.

        Raises PromptRejected, PromptFailed, PromptInterrupted or PromptTimeout (and interrupts it).
        """
        client_id = str(uuid.uuid4())
        with EventStream(self.url, client_id) as events:
            prompt_id = self.submit(prompt, client_id=client_id)
            self._follow(events, prompt_id, time.monotonic() + timeout_s, on_event)
        return self.result(prompt_id)

    def submit(self, prompt: Prompt, *, client_id: str = "") -> str:
        """Id of the queued prompt.

        Raises PromptRejected also when only some of its branches are invalid: the host would run
        the others without a word.
        """
        body = {"prompt": prompt, "client_id": client_id}
        status, answer = self._request("POST", "/prompt", body)
        if status != 200 or answer.get("node_errors"):
            if status == 200:
                self.post("/queue", {"delete": [answer["prompt_id"]]})
                self.interrupt(answer["prompt_id"])
            raise PromptRejected(answer)
        return answer["prompt_id"]

    def wait(self, prompt_id: str, *, timeout_s: float = 600.0) -> PromptResult:
        """The result of a prompt that `submit` queued. Raises like `run`."""
        deadline = time.monotonic() + timeout_s
        while not self.is_finished(prompt_id):
            self._check_deadline(prompt_id, deadline)
            time.sleep(0.1)
        return self.result(prompt_id)

    def is_finished(self, prompt_id: str) -> bool:
        """True once the history has the prompt, however it ended."""
        return prompt_id in self.get(f"/history/{prompt_id}")

    def result(self, prompt_id: str) -> PromptResult:
        """What the history says about a finished prompt. Raises PromptFailed or PromptInterrupted."""
        entry = self._history_entry(prompt_id)
        result = PromptResult.from_history(prompt_id, entry)
        if result.status == "success":
            return result
        raise PromptInterrupted(result) if result.was_interrupted else PromptFailed(result)

    def interrupt(self, prompt_id: str | None = None) -> None:
        """Press stop: for the running prompt, or only if `prompt_id` is the running one."""
        self.post("/interrupt", {"prompt_id": prompt_id} if prompt_id else {})

    def object_info(self) -> dict[str, Any]:
        """Every node's schema by node id."""
        return self.get("/object_info")

    def upload(self, file: Path, *, subfolder: str = "", name: str = "") -> str:
        """Name, relative to the input folder, under which the host stored the picture."""
        boundary = uuid.uuid4().hex
        head = "".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
            for field, value in (("type", "input"), ("subfolder", subfolder), ("overwrite", "true"))
        )
        head += f'--{boundary}\r\nContent-Disposition: form-data; name="image"; filename="{name or file.name}"\r\n\r\n'
        body = head.encode() + file.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
        stored = json.loads(self._send("POST", "/upload/image", body, f"multipart/form-data; boundary={boundary}"))
        return "/".join(filter(None, (stored["subfolder"], stored["name"])))

    def view(self, image: Mapping[str, str]) -> bytes:
        """Content of a file that a result names by filename, subfolder and type."""
        return self._send("GET", f"/view?{urlencode(image)}", None, "")

    def images(self, result: PromptResult, node_id: str) -> list[bytes]:
        """Encoded pictures that `node_id` showed or saved, in order."""
        return [self.view(image) for image in result.outputs[node_id]["images"]]

    def get(self, path: str) -> Any:
        """The JSON answer of a GET request. Raises urllib's HTTPError for a status above 399."""
        return json.loads(self._send("GET", path, None, ""))

    def post(self, path: str, body: Any) -> Any:
        """The JSON answer of a POST request with a JSON body, or None where the answer is empty."""
        answer = self._send("POST", path, json.dumps(body).encode(), "application/json")
        return json.loads(answer) if answer else None

    def _follow(self, events: EventStream, prompt_id: str, deadline: float, on_event: EventHandler | None) -> None:
        """Return when the prompt has ended."""
        while True:
            self._check_deadline(prompt_id, deadline)
            event = events.next(timeout_s=1.0)
            if event is None:
                continue
            if on_event is not None:
                on_event(event)
            if event.type in _ENDINGS and event.data.get("prompt_id") == prompt_id:
                return

    def _check_deadline(self, prompt_id: str, deadline: float) -> None:
        if time.monotonic() > deadline:
            self.interrupt(prompt_id)
            raise PromptTimeout(f"Prompt {prompt_id} did not end in time and was interrupted. Allow it longer.")

    def _history_entry(self, prompt_id: str) -> dict[str, Any]:
        """The entry, which the host writes shortly after it has sent the ending event."""
        deadline = time.monotonic() + 30.0
        while time.monotonic() < deadline:
            if entry := self.get(f"/history/{prompt_id}").get(prompt_id):
                return entry
            time.sleep(0.05)
        raise PromptTimeout(f"Prompt {prompt_id} is not in the history. Wait until it has ended.")

    def _request(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        try:
            return 200, json.loads(self._send(method, path, json.dumps(body).encode(), "application/json"))
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def _send(self, method: str, path: str, body: bytes | None, content_type: str) -> bytes:
        headers = {"Content-Type": content_type} if content_type else {}
        request = urllib.request.Request(self.url + path, data=body, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=REQUEST_TIMEOUT_S) as answer:
            return answer.read()
