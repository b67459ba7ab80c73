"""Starts the training process: python -s -u train_worker.py JOB_FOLDER"""

import importlib.util
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

# This folder holds `nodes` and other names that belong to the host; none of them is ours to offer.
sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != HERE]

# At module level, so that processes spawned by this one can load their functions too.
if "facechain" not in sys.modules:
    spec = importlib.util.spec_from_file_location("facechain", HERE / "facechain" / "__init__.py")
    assert spec
    assert spec.loader
    sys.modules["facechain"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules["facechain"])

if __name__ == "__main__":
    from facechain.training.worker import main

    sys.exit(main(Path(sys.argv[1])))
