"""One real ComfyUI with our extension, for the suites that need a host."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from studio.cache import EXTENSION
from studio.prepare import prepared
from studio.server import ComfyServer, ServerPlan


@contextmanager
def running_host(base: Path, folder_name: str) -> Iterator[ComfyServer]:
    """A started server whose custom_nodes holds our extension as `folder_name`."""
    studio = prepared()
    models = studio.embedded_models if studio.embedded_models.is_dir() else None
    plan = ServerPlan(studio.comfyui, base, {folder_name: EXTENSION}, embedded_models=models)
    with ComfyServer(plan) as server:
        yield server


def mounted_name(server: ComfyServer) -> str:
    """Folder name under which the host sees our extension."""
    return next(name for name, folder in server.plan.mounts.items() if folder == EXTENSION)
