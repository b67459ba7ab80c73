"""The server and client that the demo and the tests share, on the real host."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from support_waiting import wait_until

from studio.cache import SCRIPTS
from studio.client import ComfyClient
from studio.errors import SetupError
from studio.results import PromptInterrupted, PromptRejected, PromptTimeout
from studio.server import ComfyServer, ServerPlan

BROKEN = """
from comfy_api.latest import io

class Lost(io.ComfyNode):
    def define_schema(cls):
        return io.Schema(node_id="LostNode")

import no_such_module
"""

# The host's own slow work: 400 blurred megapixels take long on any machine.
SLOW = {
    "1": {"class_type": "EmptyImage", "inputs": {"width": 2048, "height": 2048, "batch_size": 16, "color": 1}},
    "2": {"class_type": "ImageBlur", "inputs": {"image": ["1", 0], "blur_radius": 31, "sigma": 9.0}},
    "3": {"class_type": "ImageBlur", "inputs": {"image": ["2", 0], "blur_radius": 31, "sigma": 9.0}},
    "4": {"class_type": "PreviewImage", "inputs": {"images": ["3", 0]}},
}


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except (urllib.error.URLError, ConnectionError):
        return False


def test_a_prompt_with_one_bad_branch_is_refused_whole(client):
    prompt = {
        "1": {"class_type": "EmptyImage", "inputs": {"width": 8, "height": 8, "batch_size": 1, "color": 1}},
        "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}},
        "3": {"class_type": "PreviewImage", "inputs": {}},
    }
    with pytest.raises(PromptRejected, match=r"PreviewImage \(node 3\): Required input is missing images") as caught:
        client.run(prompt)
    assert list(caught.value.node_errors) == ["3"]


def test_events_arrive_in_order_and_name_the_prompt(client):
    seen = []
    prompt = {
        "1": {"class_type": "EmptyImage", "inputs": {"width": 8, "height": 8, "batch_size": 1, "color": 2}},
        "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}},
    }
    result = client.run(prompt, on_event=lambda event: seen.append((event.type, event.data.get("prompt_id"))))
    ours = [kind for kind, prompt_id in seen if prompt_id == result.prompt_id]
    assert ours[0] == "execution_start"
    assert ours[-1] == "execution_success"


def test_an_interrupted_prompt_says_so(client):
    prompt_id = client.submit(SLOW)
    while client.get("/queue")["queue_running"] == []:
        time.sleep(0.05)
    client.interrupt(prompt_id)
    with pytest.raises(PromptInterrupted, match=prompt_id):
        client.wait(prompt_id, timeout_s=120)


def test_a_prompt_that_takes_too_long_is_interrupted(client):
    slow = {**SLOW, "1": {"class_type": "EmptyImage", "inputs": {**SLOW["1"]["inputs"], "color": 3}}}
    with pytest.raises(PromptTimeout, match="did not end in time and was interrupted"):
        client.run(slow, timeout_s=0.5)


def test_an_upload_is_found_by_its_name(client, photos):
    name = client.upload(photos.cat, subfolder="somebody", name="cat é.png")
    assert name == "somebody/cat é.png"
    stored = client.view({"filename": "cat é.png", "subfolder": "somebody", "type": "input"})
    assert stored == photos.cat.read_bytes()


def test_an_extension_that_cannot_be_imported_stops_the_start_with_the_reason(comfy, tmp_path):
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "__init__.py").write_text(BROKEN)
    server = ComfyServer(ServerPlan(comfy.plan.comfyui, tmp_path / "base", {"broken": broken}))
    with pytest.raises(SetupError, match=r"(?s)did not register LostNode.*No module named 'no_such_module'"):
        server.start()
    assert not answers(server.url)


@pytest.mark.long
@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX")
def test_no_server_outlives_a_killed_script(comfy, tmp_path):
    program = f"""
import sys, time
from pathlib import Path
sys.path.insert(0, {str(SCRIPTS)!r})
from studio.prepare import prepared
from studio.server import ComfyServer, ServerPlan
with ComfyServer(ServerPlan(prepared().comfyui, Path({str(tmp_path)!r}), {{}})) as server:
    print(server.url, flush=True)
    time.sleep(600)
"""
    script = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    with script:
        url = script.stdout.readline().strip()
        assert answers(url)
        script.send_signal(signal.SIGKILL)
    wait_until(lambda: not answers(url), seconds=15)


@pytest.mark.long
def test_a_restarted_server_has_forgotten_its_history(comfy, tmp_path):
    prompt = {
        "1": {"class_type": "EmptyImage", "inputs": {"width": 8, "height": 8, "batch_size": 1, "color": 4}},
        "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "kept"}},
    }
    with ComfyServer(ServerPlan(comfy.plan.comfyui, tmp_path, {})) as server:
        server.client.run(prompt)
        server.restart()
        assert ComfyClient(server.url).get("/history") == {}
        assert [file.name for file in (server.base / "output").iterdir() if file.suffix] == ["kept_00001_.png"]
