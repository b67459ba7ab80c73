"""A disk without room for what a page sends or asks for: said in words, and nothing is left.

The running host may write no larger file, which its code meets as it meets a full disk: by an OSError.
"""

from __future__ import annotations

import json
import sys

import numpy as np
import psutil
import pytest
from safetensors.numpy import save
from support_library import KEY, lora_drafts, transferred, write_export
from support_people import write_style
from support_requests import answer, form
from support_waiting import wait_until

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits a running process")

RANK = 10_000
"""Of a LoRA of 31 MB."""
LARGEST_FILE_BYTES = 20_000_000
LORA = {"file": "studio-look.safetensors", "source": "somewhere", "sha256": None, "licence": "unknown"}


@pytest.fixture
def full(comfy):
    """The disk of the host is full while a test runs."""
    server = next(
        psutil.Process(connection.pid)
        for connection in psutil.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == comfy.port
    )
    before = server.rlimit(psutil.RLIMIT_FSIZE)
    server.rlimit(psutil.RLIMIT_FSIZE, (LARGEST_FILE_BYTES, before[1]))
    yield
    server.rlimit(psutil.RLIMIT_FSIZE, before)


@pytest.fixture
def export(tmp_path, photos):
    """The file of an exported person called Amy."""
    return write_export(tmp_path, "Amy", photos.astronaut, rank=RANK)


@pytest.fixture
def amy(comfy, export):
    """Amy in the library."""
    assert sent(comfy, "/facechain/people/import", export.name, export.read_bytes())[0] == 200
    yield "amy"
    comfy.client.post("/facechain/people/delete", {"slug": "amy"})


@pytest.fixture
def beach(comfy):
    """A style of the user's own whose LoRA is not there."""
    write_style(comfy.base / "models" / "facechain" / "styles", "studio-beach", lora=LORA)
    yield "studio-beach"
    comfy.client.post("/facechain/styles/delete", {"id": "studio-beach"})


def sent(comfy, path, name, content):
    """Status of the answer to a form with one file, and its words."""
    body, kind = form(file=(name, content))
    status, _, reply = answer(comfy, path, body, {"Content-Type": kind})
    return status, json.loads(reply).get("message", "")


def test_a_person_that_finds_no_room_is_not_imported(comfy, export, full):
    status, words = sent(comfy, "/facechain/people/import", export.name, export.read_bytes())
    assert status == 400
    assert words == "The file could not be stored (File too large). Free disk space, then import it again."
    wait_until(lambda: not transferred(comfy))
    assert "amy" not in {person["slug"] for person in comfy.client.get("/facechain/people")["people"]}


def test_a_person_that_finds_no_room_is_not_exported(comfy, amy, full):
    status, _, reply = answer(comfy, "/facechain/people/amy/export")
    assert status == 400
    assert 'Person "amy" could not be exported (File too large). Free disk space' in json.loads(reply)["message"]
    wait_until(lambda: not transferred(comfy))


def test_a_lora_that_finds_no_room_is_not_added(comfy, beach, full):
    content = save({KEY: np.zeros((RANK, 768), np.float32)})
    status, words = sent(comfy, f"/facechain/styles/{beach}/lora", "my look.safetensors", content)
    assert status == 400
    assert "The LoRA could not be stored (File too large). Free disk space" in words
    wait_until(lambda: not lora_drafts(comfy))
