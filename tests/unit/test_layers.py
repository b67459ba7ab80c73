from pathlib import Path

import pytest
from support_layers import layer_violations

ROOT = Path(__file__).resolve().parents[2]


def tree_with(root: Path, files: dict[str, str]) -> Path:
    """A small extension that keeps all rules, plus `files`."""
    clean = {
        "__init__.py": "from .nodes import FaceChainExtension\n",
        "nodes/__init__.py": "from comfy_api.latest import io\nfrom ..facechain.align import align\n",
        "nodes/host.py": "import folder_paths\nimport comfy.model_management\nfrom server import PromptServer\n",
        "nodes/tensors.py": "import torch\nimport numpy\n",
        "facechain/__init__.py": "",
        "facechain/errors.py": "class FaceChainError(Exception): ...\n",
        "facechain/align.py": "import numpy\nfrom .errors import FaceChainError\nfrom .interfaces import P\n",
        "facechain/providers/__init__.py": "",
        "facechain/interfaces.py": "from typing import Protocol as P\n",
        "facechain/providers/embedder.py": "import torch\nfrom ..errors import FaceChainError\n",
        "facechain/training/__init__.py": "",
        "facechain/training/job.py": "import json\nfrom ..errors import FaceChainError\n",
        "facechain/training/events.py": "import json\nfrom .job import json\n",
        "facechain/training/process.py": "import subprocess\nfrom .. import errors\nfrom .events import json\n",
        "facechain/training/trainer.py": "import torch\nfrom ..providers.embedder import torch\n",
        "facechain/training/worker.py": "try:\n    pass\nexcept Exception:\n    raise\n",
    }
    for name, text in {**clean, **files}.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


def test_the_extension_keeps_its_layers():
    assert layer_violations(ROOT) == []


def test_a_clean_tree_has_no_violation(tmp_path):
    assert layer_violations(tree_with(tmp_path, {})) == []


@pytest.mark.parametrize(
    ("file", "text", "violation"),
    [
        ("facechain/align.py", "import comfy.utils", "core imports the host: comfy.utils"),
        ("facechain/align.py", "from comfy_api.latest import io", "core imports the host: comfy_api.latest.io"),
        ("facechain/align.py", "import execution", "core imports the host: execution"),
        ("facechain/providers/embedder.py", "import node_helpers", "core imports the host: node_helpers"),
        ("facechain/training/trainer.py", "import comfy.sd", "core imports the host: comfy.sd"),
        ("facechain/align.py", "import torch", "core imports a model library: torch"),
        ("facechain/align.py", "def f():\n import onnxruntime", "core imports a model library: onnxruntime"),
        ("facechain/align.py", "from transformers import X", "core imports a model library: transformers.X"),
        ("facechain/align.py", "from .providers.embedder import x", "upwards: facechain/providers/embedder.py"),
        ("facechain/align.py", "from .training import job", "upwards: facechain/training/job.py"),
        ("facechain/providers/embedder.py", "from ..training.job import x", "upwards: facechain/training/job.py"),
        ("facechain/align.py", "from ..nodes import host", "upwards: nodes/host.py"),
        ("facechain/training/trainer.py", "from ...nodes import host", "upwards: nodes/host.py"),
        ("__init__.py", "from .facechain.align import align", "upwards: facechain/align.py"),
        ("nodes/align.py", "import torch", "torch outside of nodes/tensors.py"),
        ("nodes/align.py", "from torch.nn import functional", "torch outside of nodes/tensors.py"),
        ("nodes/align.py", "import folder_paths", "outside of nodes/host.py: folder_paths"),
        ("nodes/align.py", "from server import PromptServer", "outside of nodes/host.py: server.PromptServer"),
        ("nodes/tensors.py", "import comfy.model_management", "outside of nodes/host.py: comfy.model_management"),
        ("nodes/align.py", "from comfy import model_management", "outside of nodes/host.py: comfy.model_management"),
        ("facechain/training/job.py", "import numpy", "facechain/training/job.py loads numpy"),
        ("facechain/training/events.py", "import requests", "facechain/training/process.py loads requests"),
        ("facechain/errors.py", "import safetensors", "facechain/training/job.py loads safetensors"),
        ("nodes/align.py", "import sys\nsys.path.insert(0, '.')", "touches sys.path"),
        ("facechain/align.py", "print('done')", "prints"),
        ("facechain/align.py", "try:\n pass\nexcept:\n pass", "catches everything"),
        ("nodes/align.py", "try:\n pass\nexcept Exception:\n pass", "catches everything"),
        ("nodes/align.py", "try:\n pass\nexcept (OSError, BaseException):\n pass", "catches everything"),
        ("nodes/align.py", "from facechain.align import align", "by an absolute name: facechain.align.align"),
        ("facechain/align.py", "import facechain.errors", "by an absolute name: facechain.errors"),
    ],
)
def test_a_broken_rule_is_reported_with_file_and_line(tmp_path, file, text, violation):
    found = layer_violations(tree_with(tmp_path, {file: f"\n{text}\n"}))
    assert any(violation in line for line in found), found
    assert any(line.startswith(f"{file}:") or f"{file}:" in line for line in found)


def test_the_edge_of_the_worker_may_catch_everything(tmp_path):
    assert layer_violations(tree_with(tmp_path, {"nodes/routes.py": "try:\n pass\nexcept Exception:\n pass"})) == []


def test_a_name_beside_a_host_module_is_not_mistaken_for_it(tmp_path):
    files = {"nodes/align.py": "import server_tools\nfrom comfy import model_management_extras\n"}
    assert layer_violations(tree_with(tmp_path, files)) == []
