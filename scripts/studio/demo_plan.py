"""What setting up will download and how much disk it takes, told before anything happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .cache import Cache
from .checkpoint import planned_checkpoint
from .comfyui import pinned_comfyui, users_comfyui
from .environment import planned_environment
from .photos import planned_photos
from .preflight import DISK_NEEDED_GB


@dataclass(frozen=True)
class Need:
    """One thing that a demo needs."""

    name: str
    download_mb: int
    disk_mb: int
    is_there: bool


def needs(cache: Cache, *, random_checkpoint: bool) -> tuple[Need, ...]:
    """Everything, in the order in which it is got. Sizes as measured on Linux; other systems need less."""
    environment = planned_environment(cache)
    own_host = users_comfyui() is not None
    host_is_there = own_host or (pinned_comfyui(cache, environment).folder / "main.py").is_file()
    models = cache.embedded_models
    found = [
        Need("ComfyUI", 12, 45, host_is_there),
        Need("Python packages (torch and others)", 2800, 6900, own_host or environment.is_ready),
        Need("public photos", 27, 33, planned_photos(cache).is_ready),
        Need("embedded face models", 136, 13, models.is_dir() and any(models.glob("*.safetensors"))),
    ]
    if random_checkpoint:
        is_there = planned_checkpoint(cache).is_file()
        found.append(Need("a checkpoint with random weights, written here", 0, 502, is_there))
    return tuple(found)


def plan_lines(wanted: Sequence[Need], folder: str) -> list[str]:
    """What to tell people."""
    missing = [need for need in wanted if not need.is_there]
    if not missing:
        return [f"Everything is there already, in {folder}. Nothing is downloaded."]
    download_mb = sum(need.download_mb for need in missing)
    disk_mb = sum(need.disk_mb for need in missing)
    lines = [f"This downloads {_size(download_mb)} and keeps {_size(disk_mb)} in {folder}:"]
    lines += [f"  {need.name:<48} {_size(need.download_mb):>8} {_size(need.disk_mb):>8}" for need in missing]
    if any(need.download_mb > 1000 for need in missing):
        lines.append(f"While it works, {DISK_NEEDED_GB:.0f} GB must be free; pip needs room to unpack.")
    return [*lines, "It happens once. Interrupt it at any time; the next run goes on. Deleting the folder undoes it."]


def _size(mb: int) -> str:
    if mb == 0:
        return "-"
    return f"{mb / 1000:.1f} GB" if mb >= 1000 else f"{mb} MB"
