"""One real ComfyUI for each process of the suite; its log goes into the report of a failed test."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest
from support_host import running_host
from support_person import PERSON, TrainedPerson, write_photos
from support_prompts import node_id, shipped_prompt

from studio.cache import default_cache
from studio.checkpoint import planned_checkpoint
from studio.client import ComfyClient
from studio.commands import tail
from studio.server import ComfyServer

FOLDER_NAME = "my face-chain 2"
"""The user names that folder; spaces and dashes are no Python identifier."""


@pytest.fixture(scope="session")
def comfy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ComfyServer]:
    """A running host: `comfy.client`, `comfy.base / "models"`, `comfy.log_text()`, `comfy.restart()`."""
    with running_host(tmp_path_factory.mktemp("comfy"), FOLDER_NAME) as server:
        checkpoints = server.base / "models" / "checkpoints"
        checkpoints.mkdir(parents=True)
        checkpoint = planned_checkpoint(default_cache())
        assert checkpoint.is_file(), "The random checkpoint is not there yet. Run `python scripts/test.py` once."
        (checkpoints / checkpoint.name).symlink_to(checkpoint)
        yield server


@pytest.fixture(scope="session")
def trained_person(comfy: ComfyServer, photos) -> TrainedPerson:
    """A person whom the host has trained from real photos, by workflow 01."""
    verdicts = write_photos(photos, comfy.base / "input" / "ana")
    settings = {
        "FaceChainLoadPhotos": {"folder": "ana"},
        "FaceChainBuildDataset": {"person_name": PERSON, "subject": "woman", "held_out": 1},
    }
    prompt = shipped_prompt("01-train-person", **settings)
    result = comfy.client.run(prompt, timeout_s=240)
    record = result.outputs[node_id(prompt, "FaceChainTrainLora")]["facechain"][0]
    lora = f"{record['person']}-{record['lora_sha256'][:8]}.safetensors"
    return TrainedPerson(settings, verdicts, record, lora)


@pytest.fixture
def client(comfy: ComfyServer) -> ComfyClient:
    """A client of the running host."""
    return comfy.client


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What the host wrote last stands under the failure."""
    report = yield
    server = getattr(item, "funcargs", {}).get("comfy")
    if report.failed and server is not None:
        report.sections.append(("end of the host's log", tail(server.log, 40)))
    return report
