"""The real host loads the extension whole, quickly, and without a model library."""

from __future__ import annotations

import json
import os
import re
import subprocess

import pytest
from support_host import mounted_name

from studio.cache import EXTENSION
from studio.node_ids import declared_node_ids

HEAVY = ("diffusers", "peft", "accelerate", "cv2", "onnxruntime", "insightface", "transformers", "torchvision")
IMPORT_LIMIT_S = 0.3


@pytest.fixture(scope="module")
def loaded(comfy, tmp_path_factory):
    """What a fresh interpreter reports after loading the extension by path, as the host does."""
    plan = comfy.plan
    probe = EXTENSION / "tests" / "host" / "import_probe.py"
    bytecode = tmp_path_factory.mktemp("bytecode")
    done = subprocess.run(
        [plan.comfyui.python, probe, EXTENSION, str(EXTENSION).replace(".", "_x_"), bytecode],
        cwd=plan.comfyui.folder,
        env={**os.environ, "PYTHONPATH": str(plan.comfyui.folder)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_host_has_every_listed_node_and_no_other_of_ours(comfy, loaded):
    module = f"custom_nodes.{mounted_name(comfy)}"
    registered = {name for name, node in comfy.client.object_info().items() if node["python_module"] == module}
    assert registered == set(loaded["ids"])
    assert len(loaded["ids"]) == len(set(loaded["ids"]))


def test_every_node_that_the_sources_declare_is_in_the_list(loaded):
    assert declared_node_ids(EXTENSION) == set(loaded["ids"])


def test_the_log_names_no_failed_import(comfy):
    assert not re.search(r"IMPORT FAILED|Cannot import", comfy.log_text())


def test_a_prompt_of_the_hosts_own_nodes_runs_beside_us(comfy):
    prompt = {
        "1": {"class_type": "EmptyImage", "inputs": {"width": 64, "height": 64, "batch_size": 1, "color": 255}},
        "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "plain"}},
    }
    result = comfy.client.run(prompt, timeout_s=60)
    (picture,) = comfy.client.images(result, "2")
    assert picture.startswith(b"\x89PNG")


def test_importing_takes_less_than_the_limit(loaded):
    # Processor time: a busy machine makes the clock's time say nothing.
    assert loaded["seconds"] < IMPORT_LIMIT_S


def test_importing_loads_no_model_library(loaded):
    roots = {name.partition(".")[0] for name in loaded["modules"]}
    assert roots.isdisjoint(HEAVY)


def test_the_extension_has_one_way_of_registering(loaded):
    assert "comfy_entrypoint" in loaded["attributes"]
    assert "NODE_CLASS_MAPPINGS" not in loaded["attributes"]
