"""The rules of pyproject.toml hold in every Python file."""

import subprocess
import sys

from studio.cache import EXTENSION


def test_ruff_finds_nothing():
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format", "concise", EXTENSION],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
