"""The demo's stages in the order in which they run on the host."""

from __future__ import annotations

from dataclasses import replace

from .demo_run import DemoRun, Json
from .demo_stages_person import make_portraits, train
from .demo_stages_photos import FEWEST_TO_TRAIN, check_photos, make_id_photos, prepare_faces
from .demo_stages_pictures import estimate_pose, fuse, rank
from .demo_stages_templates import compose_group, fuse_template


def run_journey(run: DemoRun) -> Json:
    """What every stage said, by stage."""
    photos = check_photos(run)
    held_out = 1 if run.settings.random and photos["accepted"] > FEWEST_TO_TRAIN else 0
    run = replace(run, settings=replace(run.settings, held_out=held_out))
    return {
        "host": _host(run),
        "checkpoint": {"name": run.settings.checkpoint, "random": run.settings.random},
        "photos": photos,
        # Stages of one workflow come one after the other: the host keeps results only until another workflow runs.
        "preparation": prepare_faces(run),
        "training": (training := train(run)),
        "fusion": fuse(run),
        "ranking": rank(run, photos),
        "smoke" if run.settings.random else "portraits": make_portraits(run),
        "id_photos": make_id_photos(run, photos),
        "pose": estimate_pose(run),
        "template": fuse_template(run, training["person"]),
        "group": compose_group(run, training["person"]),
    }


def _host(run: DemoRun) -> Json:
    stats = run.client.get("/system_stats")
    system = stats["system"]
    return {
        "comfyui": system["comfyui_version"],
        "python": system["python_version"].split()[0],
        "torch": system["pytorch_version"],
        "device": stats["devices"][0]["name"],
    }
