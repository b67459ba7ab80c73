"""One real ComfyUI for the whole suite; its log goes into the report of a failed test."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest
from studio.client import ComfyClient
from studio.commands import tail
from studio.server import ComfyServer
from support_host import running_host

FOLDER_NAME = "my face-chain 2"
"""The user names that folder; spaces and dashes are no Python identifier."""


@pytest.fixture(scope="session")
def comfy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ComfyServer]:
    """A running host: `comfy.client`, `comfy.base / "models"`, `comfy.log_text()`, `comfy.restart()`."""
    with running_host(tmp_path_factory.mktemp("comfy"), FOLDER_NAME) as server:
        yield server


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
